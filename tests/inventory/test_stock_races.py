"""Many at once: nothing is sold twice, nothing deadlocks, the books hold."""

from datetime import date
from decimal import Decimal

import pytest

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items, stock_findings
from tests.factories.threads import at_once
from transactional.inventory.errors import ReturnExceedsMove, StockNotAvailable
from transactional.inventory.models import MoveKind
from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database
from transactional.ledger.errors import AlreadyReversed

DAY = date(2026, 3, 2)


@pytest.mark.feature("3.5.12")
def test_a_hundred_issues_of_the_last_ten_succeed_ten_times(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        Stock(session, books, item, NOW).receive(10, "33.33", DAY)

    def issue(_: int) -> None:
        with database.transaction(principal) as session:
            Stock(session, books, item, NOW).issue(1, DAY)

    outcomes = at_once(issue, 100)
    assert (outcomes.won, len(outcomes.refusals), set(outcomes.refusals)) == (10, 90, {StockNotAvailable})
    with database.transaction(principal) as session:
        assert Stock(session, books, item, NOW).state() == (Decimal(0), Decimal(0))
        assert stock_findings(session) == []


def test_first_moves_and_crossing_orders_of_items_do_not_deadlock(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        items = make_items(session, books, 3)

    def cross(number: int) -> None:
        chosen = items if number % 2 else list(reversed(items))
        with database.transaction(principal) as session:
            stocks = [
                Stock(session, books, item, NOW, books.warehouse_ids[(number + place) % 2])
                for place, item in enumerate(chosen)
            ]
            stocks[0].post(*[stock.draft(MoveKind.RECEIPT, 2, DAY, value_amount=Decimal(7)) for stock in stocks])

    assert at_once(cross, 24).won == 24
    with database.transaction(principal) as session:
        assert stock_findings(session) == []


@pytest.mark.feature("FIN-04")
def test_a_document_cancelled_by_many_at_once_is_cancelled_once(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books)
        stock = Stock(session, books, item, NOW)
        stock.receive(10, "33.33", DAY)
        issue = stock.issue(4, DAY)

    def cancel(_: int) -> None:
        with database.transaction(principal) as session:
            reverse_moves(session, [issue.origin_id], on=DAY, at=NOW)

    outcomes = at_once(cancel, 8)
    assert (outcomes.won, set(outcomes.refusals) <= {AlreadyReversed, ReturnExceedsMove}) == (1, True)
    with database.transaction(principal) as session:
        assert Stock(session, books, item, NOW).state() == (Decimal(10), Decimal("33.33"))
        assert stock_findings(session) == []
