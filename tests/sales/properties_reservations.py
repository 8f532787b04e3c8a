"""Orders in boxes are made, changed, delivered, dropped, in any order: what is promised is what they wait for."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.factories.documents import MONDAY, NOW, Shop, make_item, make_shop, stock_up
from transactional.catalog.models import ItemUnit, UnitOfMeasure
from transactional.inventory.models import Reservation
from transactional.inventory.queries import stock_levels
from transactional.kernel.errors import DomainError
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.records import change_record, delete_record
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Database, Session
from transactional.resources import resource_of_table
from transactional.sales.models import Delivery, DeliveryLine, SalesOrder, SalesOrderLine
from transactional.sales.services.cancel_orders import cancel_orders
from transactional.sales.services.change_orders import change_orders
from transactional.sales.services.close_orders import close_orders
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.specs import LineChange, NewDelivery, NewDeliveryLine, NewOrder, NewOrderLine, OrderChange

D = Decimal
STEPS = 60
PLENTY = "100000"
ITEM_UNITS = resource_of_table("catalog.item_units")


class Seller:
    """Does one thing after the other with orders in pieces and boxes, chosen by a seed."""

    def __init__(self, shop: Shop, items: Sequence[UUID], box_id: UUID, seed: int) -> None:
        self.shop, self.items, self.box_id = shop, items, box_id
        self.random = Random(seed)  # noqa: S311 a seed that repeats is the point

    def line(self, session: Session) -> SalesOrderLine:
        """Any line of any order."""
        return self.random.choice(read(session, select(SalesOrderLine).order_by(SalesOrderLine.id)))

    def qty(self) -> Decimal:
        """A whole quantity."""
        return D(self.random.randint(1, 9))

    def sell(self, session: Session) -> None:
        """An order of both items; the first ones are in boxes, so that the ratios are used from then on."""
        units = [self.box_id, None] if session.scalars(select(SalesOrder.id)).first() else [self.box_id]
        share = D("0.2") if self.random.random() < 0.3 else None
        lines = [
            NewOrderLine(
                item,
                self.qty(),
                unit_id=self.random.choice(units),
                over_delivery_share=share,
                under_delivery_share=share,
            )
            for item in self.items
        ]
        [made] = create_orders(session, [NewOrder(self.shop.company_id, self.shop.customer_id, MONDAY, lines)], at=NOW)
        confirm_orders(session, [made.id], at=NOW)

    def deliver(self, session: Session) -> None:
        line = self.line(session)
        part = self.random.choice([None, [NewDeliveryLine(line.id, self.qty())]])
        deliver_orders(session, [NewDelivery(line.order_id, MONDAY, part)], at=NOW)

    def change(self, session: Session) -> None:
        line = self.line(session)
        wanted = [
            LineChange(D(self.random.choice([0, 1, 3, 9, 20])), order_line_id=line.id),
            LineChange(self.qty(), item_id=self.random.choice(self.items), unit_id=self.box_id),
        ]
        change_orders(session, [OrderChange(line.order_id, wanted[: self.random.randint(1, 2)])], at=NOW)

    def cancel(self, session: Session) -> None:
        cancel_orders(session, [self.line(session).order_id], at=NOW)

    def close(self, session: Session) -> None:
        close_orders(session, [self.line(session).order_id], at=NOW)

    def resize(self, session: Session) -> None:
        assert ITEM_UNITS
        unit = self.random.choice(read(session, select(ItemUnit).order_by(ItemUnit.id)))
        change = {"numerator": self.random.choice([2, 7, 15, 100])}
        change_record(session, ITEM_UNITS, unit.id, change, version=unit.version, by=session.principal)

    def forget(self, session: Session) -> None:
        assert ITEM_UNITS
        unit = self.random.choice(read(session, select(ItemUnit).order_by(ItemUnit.id)))
        delete_record(session, ITEM_UNITS, unit.id, version=None, by=session.principal)


def _open(session: Session) -> dict[UUID, Decimal]:
    """What confirmed orders wait for, by item, in the stock unit: by the lines as they are and what was handed over."""
    handed: dict[UUID, Decimal] = {
        row[0]: row[1]
        for row in session.execute(
            select(DeliveryLine.order_line_id, func.sum(DeliveryLine.stock_qty))
            .join(Delivery, Delivery.id == DeliveryLine.delivery_id)
            .where(Delivery.kind == "delivery")
            .group_by(DeliveryLine.order_line_id)
        )
    }
    waiting = select(SalesOrderLine).join(SalesOrder, SalesOrder.id == SalesOrderLine.order_id)
    found: dict[UUID, Decimal] = {}
    for line in read(session, waiting.where(SalesOrder.state == "confirmed", SalesOrderLine.is_closed.is_(False))):
        left = max(line.stock_qty - handed.get(line.id, D(0)), D(0))
        found[line.item_id] = found.get(line.item_id, D(0)) + left
    return {item: qty for item, qty in found.items() if qty}


@pytest.mark.feature("3.4.5")
@pytest.mark.feature("3.5.3")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_reserved_is_what_open_lines_wait_for_at_every_step(
    database: Database, principal: Principal, seed: int
) -> None:
    with database.transaction(principal) as session:
        shop = make_shop(session)
        items = [make_item(session, shop, code) for code in ("CUP", "MUG")]
        box = UnitOfMeasure(id=new_id(), code="BOX", name="box", is_whole=True)
        insert_all(session, [box])
        ratios = zip(items, (9, 12), strict=True)
        insert_all(session, [ItemUnit(item_id=item, unit_id=box.id, numerator=ratio) for item, ratio in ratios])
        for item in items:
            stock_up(session, shop, item, PLENTY, "1")
    seller = Seller(shop, items, box.id, seed)
    possible = [seller.sell, seller.deliver, seller.deliver, seller.change, seller.change, seller.cancel, seller.close]
    done: set[str] = set()
    for step in range(STEPS):
        act = seller.sell if not step else seller.random.choice([*possible, seller.resize, seller.forget])
        try:
            with database.transaction(principal) as session:
                act(session)
            done.add(act.__name__)
        except DomainError:
            continue  # A refusal leaves nothing behind.
        with database.transaction(principal) as session:
            promised = select(Reservation.item_id, func.sum(Reservation.qty)).group_by(Reservation.item_id)
            waited = _open(session)
            assert {row[0]: row[1] for row in session.execute(promised) if row[1]} == waited, (step, act.__name__)
            levels = stock_levels(session, item_ids=items)
            assert {each.item_id: each.reserved_qty for each in levels if each.reserved_qty} == waited
    # Both items stand in an order from the first step on: nobody gets round their ratios.
    assert done == {"sell", "deliver", "change", "cancel", "close"}
