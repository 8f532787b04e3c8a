"""Moves are valued by their item's method, guarded, and posted to the ledger."""

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.models import MoveKind
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

D = Decimal
DAY = date(2026, 3, 2)


@pytest.mark.feature("3.5.12")
def test_an_average_issue_leaves_zero_value_with_zero_quantity(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        stock = Stock(session, books, item, NOW)
        stock.receive(3, "10.00", DAY)
        values = [stock.issue(1, DAY).value_amount for _ in range(3)]
        assert values == [D("-3.33"), D("-3.34"), D("-3.33")]
        assert stock.state() == (D(0), D(0))


@pytest.mark.feature("3.5.12")
def test_more_than_available_is_refused_with_the_available_quantity(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        stock = Stock(session, books, item, NOW)
        stock.receive(3, "10.00", DAY)
        with pytest.raises(StockNotAvailable) as refused:
            stock.issue(4, DAY)
    assert refused.value.values["available_qty"] == "3"


@pytest.mark.feature("3.5.11")
def test_a_backdated_receipt_corrects_later_issues(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        stock = Stock(session, books, item, NOW)
        stock.receive(10, "100.00", date(2026, 1, 5))
        stock.issue(5, date(2026, 2, 1))
        stock.receive(10, "200.00", date(2026, 1, 10))
        assert stock.state() == (D(15), D("225.00"))
        assert [(m.kind, m.value_amount, m.occurred_on) for m in stock.moves()][-1] == (
            MoveKind.REVALUATION.value,
            D("-25.00"),
            date(2026, 2, 1),
        )
        assert stock.gl("cogs") == D("75.00")
