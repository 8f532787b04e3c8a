"""What a delivery hands over, from where: pure, orders and promises in, lines and moves out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.reserve_stock import Demand, Promise
from transactional.kernel.ids import new_id
from transactional.kernel.money import QUANTITY_PLACES, ZERO, round_amount
from transactional.ledger.models import AccountRole
from transactional.sales.models import Delivery, DeliveryLine, SalesOrderLine


@dataclass(frozen=True, slots=True)
class Wanted:
    """A quantity of an order line to hand over, from a location if somebody said so."""

    line: SalesOrderLine
    qty: Decimal
    stock_qty: Decimal
    location_id: UUID | None
    path: str
    """Where it stands in what was asked."""
    lots: Sequence[LotQty] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A delivery and what it shall hand over."""

    delivery: Delivery
    wanted: list[Wanted]
    project_id: UUID | None


def places_of(
    wanted: Wanted, promise: Promise | None, default: UUID, lots: Mapping[UUID, Sequence[LotQty]]
) -> list[tuple[UUID, Decimal]]:
    """Where the stock quantity leaves from: the location named, or where its lots are, or where it was promised.

    The rest leaves from the default.
    """
    if lots and sum((lot.qty for listed in lots.values() for lot in listed), ZERO) == wanted.stock_qty:
        return [(location_id, sum((lot.qty for lot in listed), ZERO)) for location_id, listed in lots.items()]
    if wanted.location_id or promise is None or not promise.by_location:
        return [(wanted.location_id or default, wanted.stock_qty)]
    places = dict(promise.by_location)
    if promise.missing_qty:
        places[default] = places.get(default, ZERO) + promise.missing_qty
    return list(places.items())


def lines_of(plan: Plan, wanted: Wanted, places: Sequence[tuple[UUID, Decimal]]) -> Iterator[DeliveryLine]:
    """A delivery line for each location; in the order's unit the last one takes the rest."""
    left = wanted.qty
    for position, (location_id, stock_qty) in enumerate(places, start=1):
        is_last = position == len(places)
        qty = left if is_last else round_amount(wanted.qty * stock_qty / wanted.stock_qty, QUANTITY_PLACES)
        left -= qty
        yield DeliveryLine(
            id=new_id(),
            delivery_id=plan.delivery.id,
            order_id=plan.delivery.order_id,
            order_line_id=wanted.line.id,
            item_id=wanted.line.item_id,
            location_id=location_id,
            qty=qty,
            stock_qty=stock_qty,
            cost_amount=ZERO,
            returned_line_id=None,
        )


def demand_of(plan: Plan, wanted: Wanted) -> Demand:
    """What the reservations of an order line are used up by."""
    return Demand(
        item_id=wanted.line.item_id,
        warehouse_id=plan.delivery.warehouse_id,
        qty=wanted.stock_qty,
        origin_type="sales_order",
        origin_id=plan.delivery.order_id,
        origin_line_id=wanted.line.id,
        lots=wanted.lots,
    )


def move_of(plan: Plan, line: DeliveryLine, wanted: Wanted, lots: Sequence[LotQty]) -> MoveDraft:
    """What takes a delivery line out of stock."""
    delivery = plan.delivery
    return MoveDraft(
        company_id=delivery.company_id,
        item_id=line.item_id,
        warehouse_id=delivery.warehouse_id,
        location_id=line.location_id,
        kind=MoveKind.DELIVERY,
        qty=-line.stock_qty,
        occurred_on=delivery.delivered_on,
        origin_type="delivery",
        origin_id=delivery.id,
        origin_line_id=line.id,
        contra_role=AccountRole.COGS,
        party_kind="customer",
        party_id=delivery.customer_id,
        project_id=plan.project_id,
        lots=lots,
        path=wanted.path,
    )
