"""Components leave stock for orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item
from transactional.inventory.queries import default_locations
from transactional.inventory.services.reserve_stock import Demand, consume_reservations
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.rows import read_by_id
from transactional.kernel.session import Session
from transactional.production.errors import NothingToIssue, OverIssue
from transactional.production.models import BillLineKind, ProductionOrder, ProductionPaper, ProductionPaperKind
from transactional.production.papers import Draft, Moved, new_paper, post_papers
from transactional.production.progress import Material, Worked, components_of, hold_released
from transactional.production.services.release_orders import ORIGIN
from transactional.production.specs import NewIssue, PaperLine


def issue_materials(session: Session, given: Sequence[NewIssue], *, at: datetime) -> list[ProductionPaper]:
    """Posted issues, in the order given: stock falls, work in progress takes what it cost.

    Raises: NotFound, OrderNotReleased, OverIssue, NothingToIssue; what moves refuse, as StockNotAvailable; Invalid.
    """
    worked = hold_released(session, [new.order_id for new in given])
    asked = [(new, _lines(new, worked)) for new in given]
    _check_open(session, asked, worked)
    defaults = default_locations(session, {order.warehouse_id for order in worked.orders.values()})
    places = _places(session, asked, worked, defaults)
    drafts = []
    for new, lines in asked:
        paper = new_paper(worked.orders[new.order_id], ProductionPaperKind.ISSUE, new.issued_on)
        moved = [part for line, material in lines for part in _parts(line, material, places)]
        drafts.append(Draft(paper, moved))
    post_papers(session, drafts, worked, at=at)
    return [draft.paper for draft in drafts]


_Line = tuple[PaperLine, Material]


def _lines(new: NewIssue, worked: Worked) -> list[_Line]:
    """What is asked for, each line with its component: all that is still required where nothing is said."""
    known = components_of(worked.materials.get(new.order_id, []), BillLineKind.COMPONENT)
    if new.lines is None:
        found = [(PaperLine(each.open_qty, each.component.id), each) for each in known if each.open_qty]
        if not found:
            raise NothingToIssue(number=worked.orders[new.order_id].number)
        return found
    by_id = {each.component.id: each for each in known}
    problems = []
    for number, line in enumerate(new.lines):
        if line.component_id not in by_id:
            reason = "the order has no such component"
            problems.append(FieldProblem(f"lines/{number}/component_id", reason, "unknown_component"))
        if line.qty <= 0:
            problems.append(FieldProblem(f"lines/{number}/qty", "must be positive", "not_above_zero"))
    if problems:
        raise Invalid(problems)
    return [(line, by_id[line.component_id]) for line in new.lines if line.component_id is not None]


def _check_open(session: Session, asked: Sequence[tuple[NewIssue, list[_Line]]], worked: Worked) -> None:
    """Nothing where no component is issued beyond what is required and tolerated.  Raises: OverIssue."""
    wanted: dict[UUID, Decimal] = {}
    for new, lines in asked:
        order = worked.orders[new.order_id]
        for line, material in lines:
            component = material.component
            wanted[component.id] = wanted.get(component.id, ZERO) + line.qty
            most = worked.most(order, component.qty) - material.issued_qty
            if wanted[component.id] > most:
                [item] = read_by_id(session, Item, [component.item_id]).values()
                raise OverIssue(
                    item=item.code, number=order.number, open_qty=max(most, ZERO), wanted_qty=wanted[component.id]
                )


_Places = dict[UUID, list[tuple[UUID, Decimal]]]
"""By component: locations with the quantity that leaves each of them."""


def _places(
    session: Session,
    asked: Sequence[tuple[NewIssue, list[_Line]]],
    worked: Worked,
    defaults: Mapping[UUID, UUID],
) -> _Places:
    """From where components leave: where they were reserved, else the warehouse's usual place."""
    demands = [_demand(worked.orders[new.order_id], line, material) for new, lines in asked for line, material in lines]
    found: _Places = {}
    for demand, promise in zip(demands, consume_reservations(session, demands), strict=True):
        parts = found.setdefault(demand.origin_line_id, [])
        parts += promise.by_location.items()
        if promise.missing_qty:
            parts.append((defaults[demand.warehouse_id], promise.missing_qty))
    return found


def _demand(order: ProductionOrder, line: PaperLine, material: Material) -> Demand:
    return Demand(
        item_id=material.component.item_id,
        warehouse_id=order.warehouse_id,
        qty=line.qty,
        origin_type=ORIGIN,
        origin_id=order.id,
        origin_line_id=material.component.id,
        lots=line.lots,
    )


def _parts(line: PaperLine, material: Material, places: _Places) -> list[Moved]:
    """A line at the location it names, or at those that its reservations were at."""
    component = material.component
    if line.location_id is not None or line.lots:
        location_id = line.location_id or places[component.id][0][0]
        return [Moved(component.item_id, location_id, line.qty, component.id, line.lots)]
    left, parts = line.qty, []
    while left:
        location_id, qty = places[component.id].pop(0)
        taken = min(left, qty)
        if qty > taken:
            places[component.id].insert(0, (location_id, qty - taken))
        parts.append(Moved(component.item_id, location_id, taken, component.id))
        left -= taken
    return parts
