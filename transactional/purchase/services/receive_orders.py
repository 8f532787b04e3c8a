"""Goods arrive and are inspected: what is accepted enters stock, what is rejected goes back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import UnitOfMeasure
from transactional.catalog.services.find_prices import find_stock_items
from transactional.catalog.units import stock_part, whole_problems
from transactional.inventory.lots import LotQty, field_of
from transactional.inventory.queries import default_locations
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import insert_all, lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.periods import check_days
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.platform.services.take_numbers import take_numbers
from transactional.purchase.arrivals import move_of, rejection_of
from transactional.purchase.errors import InspectionNeeded, NothingToReceive, OrderNotConfirmed, OverReceipt
from transactional.purchase.events import receipt_posted
from transactional.purchase.inspecting import Plan
from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderState,
    PurchaseReceipt,
    PurchaseReceiptLine,
)
from transactional.purchase.progress import Progress, read_receipts
from transactional.purchase.services.find_plans import find_plans
from transactional.purchase.specs import NewReceipt, NewReceiptLine, Tolerances
from transactional.purchase.states import ReceiptState


def receive_orders(
    session: Session, receipts: Sequence[NewReceipt], *, at: datetime, tolerances: Tolerances | None = None
) -> list[PurchaseReceipt]:
    """Posted receipts, in the order asked; what was rejected is on a return to the supplier of the same day.

    A receipt whose id is known is returned as it was posted first.
    Raises: NotFound; OrderNotConfirmed; NothingToReceive; OverReceipt; PeriodClosed; DayTooFar; Invalid where accepted,
    rejected and quarantined do not add up to what arrived.
    """
    known = _known(session, receipts)
    asked = [new for new in receipts if new.id not in known]
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, [new.order_id for new in asked])}
    # Looked up again under the orders' locks, so that the same receipt posted twice at once is written once.
    known |= _known(session, asked)
    desk = _open_desk(session, orders, tolerances)
    drafts: list[ReceiptDraft] = []
    results = []
    for new in receipts:
        found = known.get(new.id)
        if found is None:
            draft = desk.draft(new)
            drafts.append(draft)
            found = draft.receipt
            if new.id:
                known[new.id] = found
        results.append(found)
    _post(session, drafts, desk, at=at)
    return results


@dataclass(frozen=True, slots=True)
class ReceiptDraft:
    """A receipt and its lines, with the return of what was rejected."""

    receipt: PurchaseReceipt
    lines: list[PurchaseReceiptLine]
    rejected: PurchaseReceipt | None
    rejected_lines: list[PurchaseReceiptLine]
    lots: list[Sequence[LotQty]]
    """Batches and serials, one list a line."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with what may still arrive; it keeps count while receipts are drafted."""

    orders: Mapping[UUID, PurchaseOrder]
    lines: Mapping[UUID, Sequence[PurchaseOrderLine]]
    progress: Progress
    tolerances: Mapping[UUID, Tolerances]
    expected: dict[UUID, Decimal]
    accepted: dict[UUID, tuple[Decimal, Decimal]]
    """Quantity and value accepted so far, by order line."""
    locations: Mapping[UUID, UUID]
    stock_items: Mapping[UUID, str]
    decimals: Mapping[UUID, int]
    units: Mapping[UUID, UnitOfMeasure]
    plans: Mapping[UUID, Plan]

    def draft(self, new: NewReceipt) -> ReceiptDraft:
        """The receipt asked for.  Raises: what `receive_orders` raises."""
        order = self.orders[new.order_id]
        if order.state != PurchaseOrderState.CONFIRMED:
            raise OrderNotConfirmed(number=order.number, state=order.state)
        if new.received_on < order.ordered_on:
            raise invalid("received_on", f"before the day of the order, {order.ordered_on}", "too_early")
        receipt = new_receipt(order, "receipt", new.received_on, new.id)
        pairs = list(self._all_open(order) if new.lines is None else self._named(new, order))
        if not pairs:
            raise NothingToReceive(number=order.number)
        lines = [self._line(receipt, order, line, asked) for line, asked in pairs]
        rejected = [line for line in lines if line.rejected_qty]
        back = new_receipt(order, "return", new.received_on, None) if rejected else None
        returned = [rejection_of(back, line) for line in rejected] if back else []
        return ReceiptDraft(receipt, lines, back, returned, [asked.lots for _, asked in pairs])

    def _all_open(self, order: PurchaseOrder) -> Iterator[tuple[PurchaseOrderLine, NewReceiptLine]]:
        for line in self.lines.get(order.id, ()):
            qty = self.expected[line.id]
            if qty > 0:
                self.expected[line.id] = ZERO
                yield line, self._held_back(line, NewReceiptLine(line.id, qty))

    def _held_back(self, line: PurchaseOrderLine, asked: NewReceiptLine) -> NewReceiptLine:
        """What a plan has inspected waits in quarantine.  Raises: InspectionNeeded where it is accepted right away."""
        plan = self.plans.get(line.id)
        if plan is None or asked.is_inspected:
            return asked
        if asked.accepted_qty:
            raise InspectionNeeded(line_number=line.line_number, plan=plan.head.code)
        return replace(asked, accepted_qty=ZERO, quarantined_qty=asked.arrived_qty - asked.rejected_qty)

    def _named(self, new: NewReceipt, order: PurchaseOrder) -> Iterator[tuple[PurchaseOrderLine, NewReceiptLine]]:
        known = {line.id: line for line in self.lines.get(order.id, ())}
        problems = [
            p for n, asked in enumerate(new.lines or ()) for p in _problems(asked, known, self.units, f"lines/{n}/")
        ]
        if not new.lines:
            problems.append(FieldProblem("lines", "at least one line is needed", "no_lines"))
        if problems:
            raise Invalid(problems)
        for given in new.lines or ():
            line = known[given.order_line_id]
            asked = self._held_back(line, given)
            counted = asked.arrived_qty - asked.rejected_qty
            left = self.expected[line.id] + line.qty * self.tolerances[order.company_id].receipt_qty_share
            if counted > left:
                raise OverReceipt(line_number=line.line_number, number=order.number, open_qty=left, wanted_qty=counted)
            self.expected[line.id] -= counted
            yield line, asked

    def _line(
        self, receipt: PurchaseReceipt, order: PurchaseOrder, line: PurchaseOrderLine, asked: NewReceiptLine
    ) -> PurchaseReceiptLine:
        accepted = _accepted(asked)
        is_stocked = line.item_id in self.stock_items
        return PurchaseReceiptLine(
            id=new_id(),
            receipt_id=receipt.id,
            order_id=order.id,
            order_line_id=line.id,
            item_id=line.item_id,
            location_id=asked.location_id or self.locations[order.warehouse_id],
            arrived_qty=asked.arrived_qty,
            accepted_qty=accepted,
            rejected_qty=asked.rejected_qty,
            quarantined_qty=asked.quarantined_qty,
            stock_qty=stock_part(line.stock_qty, accepted, line.qty) if is_stocked else ZERO,
            value_amount=self._value(order, line, accepted) if is_stocked else ZERO,
            reject_reason=asked.reject_reason,
            inspection_plan_id=self.plans[line.id].head.id if line.id in self.plans else None,
            returned_line_id=None,
        )

    def _value(self, order: PurchaseOrder, line: PurchaseOrderLine, qty: Decimal) -> Decimal:
        """A quantity at order price in company currency; the receipts of a line add up to its amount."""
        taken_qty, taken = self.accepted.get(line.id, (ZERO, ZERO))
        if taken_qty + qty == line.qty:
            value = line.company_net_amount - taken
        else:
            value = round_amount(line.company_net_amount * qty / line.qty, self.decimals[order.company_id])
        self.accepted[line.id] = (taken_qty + qty, taken + value)
        return value


def new_receipt(order: PurchaseOrder, kind: str, on: object, receipt_id: UUID | None) -> PurchaseReceipt:
    """A receipt of an order, or a return to its supplier, without number."""
    return PurchaseReceipt(
        id=receipt_id or new_id(),
        company_id=order.company_id,
        kind=kind,
        order_id=order.id,
        supplier_id=order.supplier_id,
        warehouse_id=order.warehouse_id,
        received_on=on,
        state=ReceiptState.POSTED.value,
        journal_entry_id=None,
    )


def number_receipts(session: Session, receipts: Sequence[PurchaseReceipt]) -> None:
    """Receipts and returns with numbers of their company's series."""
    groups: defaultdict[tuple[str, UUID], list[PurchaseReceipt]] = defaultdict(list)
    for row in receipts:
        groups["purchase_receipt" if row.kind == "receipt" else "purchase_return", row.company_id].append(row)
    for (document_type, company_id), group in sorted(groups.items()):
        numbers = take_numbers(session, document_type, company_id, [row.received_on for row in group])
        for row, number in zip(group, numbers, strict=True):
            row.number = number


def _accepted(asked: NewReceiptLine) -> Decimal:
    if asked.accepted_qty is not None:
        return asked.accepted_qty
    return asked.arrived_qty - asked.rejected_qty - asked.quarantined_qty


def _problems(
    asked: NewReceiptLine,
    known: Mapping[UUID, PurchaseOrderLine],
    units: Mapping[UUID, UnitOfMeasure],
    path: str,
) -> list[FieldProblem]:
    if asked.order_line_id not in known:
        return [FieldProblem(f"{path}order_line_id", "not a line of this order", "foreign_line")]
    problems = []
    if asked.arrived_qty <= 0:
        problems.append(FieldProblem(f"{path}arrived_qty", "the quantity must be above zero", "not_above_zero"))
    parts = {
        "accepted_qty": _accepted(asked),
        "rejected_qty": asked.rejected_qty,
        "quarantined_qty": asked.quarantined_qty,
    }
    problems += [FieldProblem(f"{path}{name}", "not negative", "negative") for name, qty in parts.items() if qty < 0]
    counted = {f"{path}{name}": qty for name, qty in {"arrived_qty": asked.arrived_qty, **parts}.items()}
    problems += whole_problems(units, known[asked.order_line_id].unit_id, counted)
    if asked.lots and not parts["accepted_qty"]:
        field = f"{path}{field_of(asked.lots[0].kind)}"
        problems.append(FieldProblem(field, "belong to what is accepted, and nothing is", "lots_do_not_add_up"))
    if sum(parts.values(), ZERO) != asked.arrived_qty:
        reason = "accepted, rejected and quarantined do not add up to what arrived"
        problems.append(FieldProblem(f"{path}arrived_qty", reason, "parts_do_not_add_up"))
    return problems


def _known(session: Session, receipts: Sequence[NewReceipt]) -> dict[UUID | None, PurchaseReceipt]:
    ids = [new.id for new in receipts if new.id]
    return {row.id: row for row in read(session, select(PurchaseReceipt).where(any_of(PurchaseReceipt.id, ids)))}


def _open_desk(session: Session, orders: Mapping[UUID, PurchaseOrder], tolerances: Tolerances | None) -> _Desk:
    lines = read_lines(session, orders)
    progress = read_receipts(session, orders)
    expected, accepted = {}, {}
    for line in (line for listed in lines.values() for line in listed):
        expected[line.id] = progress.expected_qty(line.id, line.qty)
        before = progress.arrived.get(line.id, ())
        value = sum((row.value_amount * row.kept_qty / row.accepted_qty for row in before if row.accepted_qty), ZERO)
        accepted[line.id] = (progress.kept_qty(line.id), value)
    companies = read_by_id(session, Company, {order.company_id for order in orders.values()})
    return _Desk(
        orders,
        lines,
        progress,
        {key: tolerances or Tolerances.of(company) for key, company in companies.items()},
        expected,
        accepted,
        default_locations(session, {order.warehouse_id for order in orders.values()}),
        find_stock_items(session, {line.item_id for listed in lines.values() for line in listed}),
        {key: decimals_of(company.currency_code) for key, company in companies.items()},
        read_all(session, UnitOfMeasure),
        find_plans(session, orders, (line for listed in lines.values() for line in listed)),
    )


def read_lines(session: Session, order_ids: Mapping[UUID, PurchaseOrder]) -> dict[UUID, list[PurchaseOrderLine]]:
    """The lines of orders, by order."""
    lines: defaultdict[UUID, list[PurchaseOrderLine]] = defaultdict(list)
    statement = select(PurchaseOrderLine).where(any_of(PurchaseOrderLine.order_id, order_ids))
    for line in read(session, statement.order_by(PurchaseOrderLine.order_id, PurchaseOrderLine.line_number)):
        lines[line.order_id].append(line)
    return lines


def _post(session: Session, drafts: Sequence[ReceiptDraft], desk: _Desk, *, at: datetime) -> None:
    if not drafts:
        return
    receipts = [draft.receipt for draft in drafts]
    check_days(session, [(row.company_id, row.received_on) for row in receipts], at=at)
    returns = [draft.rejected for draft in drafts if draft.rejected]
    number_receipts(session, [*receipts, *returns])
    moving = [
        (draft.receipt, move_of(draft.receipt, line, lots, position))
        for draft in drafts
        for position, (line, lots) in enumerate(zip(draft.lines, draft.lots, strict=True))
        if line.stock_qty and line.item_id in desk.stock_items
    ]
    moves = post_moves(session, [move for _, move in moving], at=at)
    for (receipt, _), move in zip(moving, moves, strict=True):
        receipt.journal_entry_id = move.journal_entry_id
    insert_all(session, [*receipts, *returns])
    insert_all(session, [line for draft in drafts for line in (*draft.lines, *draft.rejected_lines)])
    record(session, [receipt_posted(receipt, at) for receipt in (*receipts, *returns)])
