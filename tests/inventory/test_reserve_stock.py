"""Stock is promised once, used by the line it was promised to, and free again when released."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items
from transactional.inventory.errors import StockNotAvailable
from transactional.inventory.queries import stock_levels
from transactional.inventory.services.reserve_stock import (
    Demand,
    consume_reservations,
    release_reservations,
    reserve_stock,
)
from transactional.kernel.errors import Invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

D = Decimal
DAY = date(2026, 3, 2)


def _demand(stock: Stock, qty: int, line_id: UUID | None = None) -> Demand:
    return Demand(
        item_id=stock.item_id,
        warehouse_id=stock.warehouse_id,
        qty=Decimal(qty),
        origin_type="sales.order",
        origin_id=new_id(),
        origin_line_id=line_id or new_id(),
    )


@pytest.mark.feature("3.5.6")
def test_a_line_is_promised_what_is_free_and_the_rest_is_missing(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        stock = Stock(session, books, make_items(session, books)[0], NOW)
        stock.receive(10, "10.00", DAY)
        first, second = reserve_stock(session, [_demand(stock, 7), _demand(stock, 7)])
        assert (first.reserved_qty, second.reserved_qty, second.missing_qty) == (D(7), D(3), D(4))
        [level] = stock_levels(session, item_ids=[stock.item_id])
        assert (level.on_hand_qty, level.reserved_qty, level.available_qty) == (D(10), D(10), D(0))


def test_promised_stock_cannot_be_issued_to_another(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        stock = Stock(session, books, make_items(session, books)[0], NOW)
        stock.receive(10, "10.00", DAY)
        reserve_stock(session, [_demand(stock, 7)])
        with pytest.raises(StockNotAvailable) as refused:
            stock.issue(4, DAY)
        assert refused.value.values["available_qty"] == "3"


def test_a_consumed_promise_frees_the_stock_for_its_issue(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        stock = Stock(session, books, make_items(session, books)[0], NOW)
        stock.receive(10, "10.00", DAY)
        demand = _demand(stock, 7)
        reserve_stock(session, [demand])
        [used] = consume_reservations(session, [_demand(stock, 5, demand.origin_line_id)])
        assert used.by_location == {books.location_id: 5}
        stock.issue(5, DAY)
        [level] = stock_levels(session, item_ids=[stock.item_id])
        assert (level.on_hand_qty, level.reserved_qty) == (D(5), D(2))


def test_released_stock_is_available_again(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        stock = Stock(session, books, make_items(session, books)[0], NOW)
        stock.receive(10, "10.00", DAY)
        demand = _demand(stock, 7)
        reserve_stock(session, [demand])
        reserve_stock(session, [_demand(stock, 1, demand.origin_line_id)])
        release_reservations(session, [demand.origin_line_id])
        [level] = stock_levels(session, item_ids=[stock.item_id])
        assert (level.reserved_qty, level.available_qty) == (D(0), D(10))


def test_a_demand_for_nothing_is_refused(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        stock = Stock(session, books, make_items(session, books)[0], NOW)
        with pytest.raises(Invalid):
            reserve_stock(session, [_demand(stock, 0)])
