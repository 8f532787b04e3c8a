"""First in, first out from whatever warehouse: layers keep their age and cost wherever they are taken to."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tests.conftest import NOW
from tests.factories.books import Books, Stock, make_books, make_items, stock_findings
from transactional.inventory.models import MoveKind, StockMove
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.revalue_receipts import revalue_receipts
from transactional.inventory.services.reverse_moves import reverse_moves
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database, Session
from transactional.ledger.models import AccountRole

pytestmark = [pytest.mark.feature("3.5.12"), pytest.mark.feature("3.5.13")]
D = Decimal


def october(day: int) -> date:
    return date(2026, 10, day)


class Shops:
    """One FIFO item in three warehouses."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.books: Books = make_books(session, warehouse_count=3)
        [self.item] = make_items(session, self.books, costing_method="fifo")

    def at(self, place: int) -> Stock:
        return Stock(self.session, self.books, self.item, NOW, self.books.warehouse_ids[place])

    def take(
        self, source: int, target: int, qty: int, day: int, *, of: UUID | None = None, origin: UUID | None = None
    ) -> StockMove:
        """The move in, after the move out; `of` is the move in that brought it there."""
        origin_id = origin or new_id()
        leaving = self.at(source).draft(MoveKind.TRANSFER_OUT, -qty, october(day), origin_id=origin_id, reverses_id=of)
        arriving = self.at(target).draft(
            MoveKind.TRANSFER_IN, qty, october(day), origin_id=origin_id, reverses_id=leaving.id
        )
        return post_moves(self.session, [leaving, arriving], at=NOW)[1]

    def worth(self, place: int) -> Any:
        assert stock_findings(self.session) == []
        return self.at(place).state()[1]


@pytest.fixture
def shops(database: Database, principal: Principal) -> Iterator[Shops]:
    with database.transaction(principal) as session:
        yield Shops(session)


def test_what_was_transferred_is_sold_by_the_layers_it_came_from(shops: Shops) -> None:
    shops.at(0).receive(5, "16.65", october(2))
    shops.at(0).receive(5, "22.20", october(3))
    moved = shops.take(0, 1, 7, 10)
    assert moved.value_amount == D("25.53")
    sold = shops.at(1).issue(4, october(12))
    assert (sold.value_amount, shops.worth(1), shops.worth(0)) == (D("-13.32"), D("12.21"), D("13.32"))


def test_a_layer_is_as_old_as_its_receipt_beside_what_was_there_before_it(shops: Shops) -> None:
    shops.at(0).receive(2, "20.00", october(2))
    shops.at(1).receive(2, "2.00", october(5))
    shops.take(0, 1, 2, 8)
    assert shops.at(1).issue(2, october(9)).value_amount == -20
    # A layer that comes home is the layer that it was.
    shops.at(0).receive(1, "7.00", october(10))
    shops.take(1, 0, 2, 11)
    assert shops.at(0).issue(2, october(12)).value_amount == -2
    assert (shops.worth(0), shops.worth(1)) == (7, 0)


def test_of_two_transfers_under_way_each_arrives_with_its_own_layers(shops: Shops) -> None:
    shops.at(0).receive(3, "3.00", october(1))
    shops.at(0).receive(3, "30.00", october(2))
    first, second = shops.take(0, 2, 3, 4), shops.take(0, 2, 3, 5)
    shops.take(2, 1, 3, 6, of=second.id)
    assert (shops.worth(2), shops.worth(1)) == (3, 30)
    shops.take(2, 1, 1, 7, of=first.id)
    lost = shops.at(2).draft(MoveKind.ADJUSTMENT, -2, october(7), reverses_id=first.id)
    assert shops.at(2).post(lost)[0].value_amount == -2
    assert (shops.worth(2), shops.worth(1)) == (0, 31)
    assert shops.at(1).issue(2, october(8)).value_amount == -11


def test_a_transfer_that_is_taken_back_brings_the_layers_back(shops: Shops) -> None:
    shops.at(0).receive(3, "3.00", october(1))
    shops.at(0).receive(3, "30.00", october(2))
    origin = new_id()
    shops.take(0, 1, 4, 4, origin=origin)
    reverse_moves(shops.session, [origin], on=october(5), at=NOW)
    assert (shops.worth(0), shops.worth(1)) == (33, 0)
    assert shops.at(0).issue(4, october(6)).value_amount == -13


def test_a_price_difference_finds_its_layer_in_every_warehouse(shops: Shops) -> None:
    receipt = shops.at(0).receive(10, "100.00", october(1))
    shops.take(0, 1, 6, 2)
    shops.at(1).issue(2, october(3))
    [found] = revalue_receipts(
        shops.session, [(receipt.id, D("10.00"))], on=october(4), at=NOW, contra_role=AccountRole.GRNI
    )
    assert (found.inventory_amount, found.expense_amount) == (D(8), D(2))
    assert (shops.worth(0), shops.worth(1)) == (44, 44)


def test_a_receipt_told_late_changes_which_layers_went(shops: Shops) -> None:
    shops.at(0).receive(4, "40.00", october(2))
    shops.take(0, 1, 3, 4)
    shops.at(1).issue(1, october(5))
    shops.at(0).receive(2, "4.00", october(1))
    # The two cheap ones went first, with one of the others; a cheap one is sold.
    assert (shops.worth(0), shops.worth(1)) == (30, 12)
    assert shops.at(1).gl("cogs") == 2
