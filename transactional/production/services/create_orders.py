"""Production orders are planned."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item, ItemKind, UnitOfMeasure
from transactional.catalog.units import whole_problems
from transactional.inventory.models import Warehouse
from transactional.inventory.queries import default_warehouses
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.ids import new_id
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, read, read_by_id
from transactional.kernel.session import Session
from transactional.organization.models import Company
from transactional.platform.services.take_numbers import take_numbers
from transactional.production.events import order_event
from transactional.production.models import ProductionOrder, ProductionOrderState
from transactional.production.specs import NewProductionOrder


def create_orders(session: Session, given: Sequence[NewProductionOrder], *, at: datetime) -> list[ProductionOrder]:
    """Draft orders with their numbers, in the order given.

    Raises: NotFound for a company; Invalid naming every field that means nothing.
    """
    rows = planned_orders(session, given)
    insert_all(session, rows)
    record(session, [order_event("created", row, at) for row in rows])
    return rows


def planned_orders(
    session: Session, given: Sequence[NewProductionOrder], *, is_list: bool = False
) -> list[ProductionOrder]:
    """Numbered drafts that are not written yet; `is_list` says that a client sent a list of them, be it of one.

    Raises: NotFound, Invalid.
    """
    read_by_id(session, Company, {new.company_id for new in given})
    items = {row.id: row for row in read(session, select(Item).where(any_of(Item.id, {new.item_id for new in given})))}
    places = _Places(read_all(session, Warehouse), default_warehouses(session), read_all(session, UnitOfMeasure))
    problems = [
        problem
        for position, new in enumerate(given)
        for problem in places.problems(
            new, items.get(new.item_id), f"orders/{position}/" if is_list else place_in("orders", position, given)
        )
    ]
    if problems:
        raise Invalid(problems)
    rows = [_order(new, places) for new in given]
    _number(session, rows)
    return rows


class _Places:
    def __init__(
        self,
        warehouses: Mapping[UUID, Warehouse],
        defaults: Mapping[UUID, UUID],
        units: Mapping[UUID, UnitOfMeasure],
    ) -> None:
        self._warehouses, self._defaults, self._units = warehouses, defaults, units

    def warehouse_id(self, new: NewProductionOrder) -> UUID | None:
        """The warehouse named, if it is the company's, or the company's first."""
        if new.warehouse_id is None:
            return self._defaults.get(new.company_id)
        named = self._warehouses.get(new.warehouse_id)
        return named.id if named is not None and named.company_id == new.company_id else None

    def problems(self, new: NewProductionOrder, item: Item | None, path: str) -> Iterator[FieldProblem]:
        """What is wrong with an order whatever the state of the stock."""
        if item is None:
            yield FieldProblem(f"{path}item_id", "no such item", "unknown_item")
        elif item.kind != ItemKind.STOCK:
            reason = f"item {item.code} is a service: only what is kept in stock is made"
            yield FieldProblem(f"{path}item_id", reason, "not_stocked")
        else:
            yield from whole_problems(self._units, item.unit_id, {f"{path}qty": new.qty})
        if new.qty <= 0:
            yield FieldProblem(f"{path}qty", "must be positive", "not_above_zero")
        if self.warehouse_id(new) is None:
            yield FieldProblem(f"{path}warehouse_id", "the company has no such warehouse", "unknown_warehouse")
        if new.due_on < new.starts_on:
            yield FieldProblem(f"{path}due_on", "before the day on which it starts", "too_early")


def _order(new: NewProductionOrder, places: _Places) -> ProductionOrder:
    return ProductionOrder(
        id=new.id or new_id(),
        company_id=new.company_id,
        number=new.number,
        item_id=new.item_id,
        qty=new.qty,
        warehouse_id=places.warehouse_id(new),
        starts_on=new.starts_on,
        due_on=new.due_on,
        finished_on=None,
        bill_id=None,
        routing_id=None,
        wip_account_id=None,
        scrap_reason_id=None,
        external_ref=new.external_ref,
        note=new.note,
        state=ProductionOrderState.DRAFT.value,
        released_at=None,
        closed_at=None,
    )


def _number(session: Session, rows: Sequence[ProductionOrder]) -> None:
    """What a former system numbered keeps its number."""
    groups: defaultdict[UUID, list[ProductionOrder]] = defaultdict(list)
    for row in rows:
        if row.number is None:
            groups[row.company_id].append(row)
    for company_id, group in sorted(groups.items()):
        numbers = take_numbers(session, "production_order", company_id, [row.starts_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number
