"""A purchase order is changed after it was made: a new revision, approved anew where it has to be."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.finance.models import TaxCode, TaxKind
from transactional.finance.order_heads import freight_problems, promise_problems, revise_head
from transactional.finance.pricing import Desk, DocumentAsk, PricedLine
from transactional.finance.services.open_desk import open_desk
from transactional.finance.taxes import TaxPlace
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, place_in
from transactional.kernel.money import ZERO, round_amount
from transactional.kernel.outbox import record
from transactional.kernel.reference import read_all
from transactional.kernel.rows import delete_all, insert_all, lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.ledger.accounts import ACCOUNT_MAP, AccountMap
from transactional.organization.models import Company
from transactional.project.attributions import Attributions
from transactional.purchase.changes import Revision, settle
from transactional.purchase.errors import BelowReceived, LineReceived, OrderNotChangeable
from transactional.purchase.events import order_event
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderState
from transactional.purchase.progress import Progress, read_progress
from transactional.purchase.services.create_orders import line_problems, order_line
from transactional.purchase.services.order_sources import check_sources
from transactional.purchase.specs import NewPurchaseLine, PurchaseLineChange, PurchaseOrderChange
from transactional.purchase.supply_terms import outside_terms
from transactional.scm.models import Supplier

_FIXED = frozenset({PurchaseOrderState.CANCELLED, PurchaseOrderState.CLOSED})


def change_orders(session: Session, changes: Sequence[PurchaseOrderChange], *, at: datetime) -> list[PurchaseOrder]:
    """Orders in their new revision; one that went out waits for a second user again where it was approved or has to be.

    Lines keep their prices unless a new one is given; taxes hold as of the order's day. A rejected order is a draft
    again.
    Raises: NotFound; OrderNotChangeable; BelowReceived; LineReceived; RequisitionOrdered; ContractExhausted; Invalid.
    """
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, [change.order_id for change in changes])}
    for order in orders.values():
        if order.state in _FIXED:
            raise OrderNotChangeable(number=order.number, state=order.state)
    desk = _open_desk(session, orders, changes)
    problems: list[FieldProblem] = []
    revised = [
        desk.revise(change, place_in("orders", number, changes), problems) for number, change in enumerate(changes)
    ]
    if problems:
        raise Invalid(problems)
    _write(session, revised)
    places = {change.order_id: place_in("orders", number, changes) for number, change in enumerate(changes)}
    # What only moves a day or the freight stays possible, whatever the supplier says of quantities by now.
    counted = [change.order_id for change in changes if change.lines]
    problems += [each.problem(f"{places[each.order_id]}lines") for each in outside_terms(session, counted)]
    if problems:
        raise Invalid(problems)
    check_sources(session, [line for revision in revised for line in revision.changed])
    settle(session, revised, desk.companies, at=at)
    record(session, [order_event("changed", revision.order, at) for revision in revised])
    return [orders[change.order_id] for change in changes]


@dataclass(frozen=True, slots=True)
class _Wish:
    """A line to be priced: one of the order's or a new one, and where it was asked for."""

    position: int
    line: PurchaseOrderLine | None
    asked: NewPurchaseLine


@dataclass(frozen=True, slots=True)
class _Desk:
    """Orders with their lines, progress and what they are priced from."""

    orders: Mapping[UUID, PurchaseOrder]
    lines: Mapping[UUID, Sequence[PurchaseOrderLine]]
    suppliers: Mapping[UUID, Supplier]
    companies: Mapping[UUID, Company]
    prices: Desk
    progress: Progress
    accounts: AccountMap
    tax_codes: Mapping[UUID, TaxCode]
    attributions: Attributions
    seen: set[UUID] = field(default_factory=set)

    def revise(self, change: PurchaseOrderChange, path: str, problems: list[FieldProblem]) -> Revision:
        """The order and its lines as they shall be; problems with the input are added."""
        order = self.orders[change.order_id]
        lines = {line.id: line for line in self.lines.get(order.id, ())}
        if change == PurchaseOrderChange(order.id):
            problems.append(FieldProblem(f"{path}lines", "nothing is to be changed", "changes_nothing"))
        problems += promise_problems(change, change.lines, order.ordered_on, path)
        revision, wishes = Revision(order), []
        for position, asked in enumerate(change.lines):
            line = lines.get(asked.order_line_id) if asked.order_line_id else None
            problem = _problem(asked, line, self.seen)
            if problem:
                problems.append(FieldProblem(f"{path}lines/{position}/{problem[0]}", *problem[1:]))
                continue
            if line is not None:
                self._check(order, line, asked)
                self.seen.add(line.id)
            if line is not None and not asked.qty:
                revision.removed.append(line)
            else:
                wishes.append(_Wish(position, line, _asked(line, asked, self.tax_codes)))
        self._price(revision, wishes, path, problems)
        kept = [line for line in lines.values() if line not in revision.removed]
        if not kept and not revision.added:
            problems.append(FieldProblem(f"{path}lines", "at least one line is needed", "no_lines"))
        freight = None
        if change.freight_amount is not None:
            problems += freight_problems(change.freight_amount, order.currency_code, path)
            freight = self.prices.freight(self._ask(order, path, ()), change.freight_amount, problems)
        revise_head(order, change, [*kept, *revision.added], freight)
        order.external_ref = change.external_ref or order.external_ref
        return revision

    def _check(self, order: PurchaseOrder, line: PurchaseOrderLine, asked: PurchaseLineChange) -> None:
        waiting = sum((row.quarantined_qty for row in self.progress.arrived.get(line.id, ())), ZERO)
        billed = self.progress.billed[line.id].qty - self.progress.credited[line.id]
        had = max(self.progress.kept_qty(line.id) + waiting, billed)
        values = {"line_number": line.line_number, "number": order.number}
        if asked.qty < had or (not asked.qty and self.progress.arrived.get(line.id)):
            raise BelowReceived(**values, received_qty=had, wanted_qty=asked.qty)
        if had and asked.unit_price not in {None, line.unit_price}:
            raise LineReceived(**values)

    def _price(self, revision: Revision, wishes: Sequence[_Wish], path: str, problems: list[FieldProblem]) -> None:
        """Changed lines take their new amounts; the added ones are made."""
        order = revision.order
        asked = [wish.asked for wish in wishes]
        found: list[FieldProblem] = line_problems(asked, order.company_id, "", self.attributions)
        priced = self.prices.price(self._ask(order, "", asked), found).lines if wishes else []
        problems += [_placed(each, path, wishes) for each in found]
        if found:
            return
        last = max((line.line_number for line in self.lines[order.id]), default=0)
        for wish, result in zip(wishes, priced, strict=True):
            if wish.line is None:
                position = last + len(revision.added) + 1
                revision.added.append(order_line(order, position, wish.asked, result, self.accounts))
            else:
                revision.take_from(wish.line)
                _take(wish.line, wish.asked, result)

    def _ask(self, order: PurchaseOrder, path: str, lines: Sequence[NewPurchaseLine]) -> DocumentAsk:
        supplier, company = self.suppliers[order.supplier_id], self.companies[order.company_id]
        return DocumentAsk(
            kind="purchase",
            path=path,
            company=company,
            currency_code=order.currency_code,
            exchange_rate=order.exchange_rate,
            on=order.ordered_on,
            place=TaxPlace(supplier.tax_class, company.country_code, order.ordered_on),
            lines=lines,
            supplier_id=order.supplier_id,
        )


def _placed(problem: FieldProblem, path: str, wishes: Sequence[_Wish]) -> FieldProblem:
    """A problem of what was priced, where it was asked for: lines taken out are not priced."""
    head, number, name = problem.path.split("/", 2)
    return FieldProblem(f"{path}{head}/{wishes[int(number)].position}/{name}", problem.reason, problem.code)


def _problem(asked: PurchaseLineChange, line: PurchaseOrderLine | None, seen: set[UUID]) -> tuple[str, str, str] | None:
    if line is None:
        return _wrong_addition(asked)
    if line.id in seen:
        return "order_line_id", "is changed twice", "named_twice"
    if asked.item_id not in {None, line.item_id} or asked.unit_id not in {None, line.unit_id}:
        return "item_id", "a line keeps its item and unit: take it out and add another", "line_keeps_item"
    return None


def _wrong_addition(asked: PurchaseLineChange) -> tuple[str, str, str] | None:
    if asked.order_line_id:
        return "order_line_id", "not a line of this order", "foreign_line"
    if asked.item_id is None:
        return "item_id", "an added line names its item", "missing"
    if not asked.qty:
        return "qty", "the quantity must be above zero", "not_above_zero"
    return None


def _asked(
    line: PurchaseOrderLine | None, asked: PurchaseLineChange, tax_codes: Mapping[UUID, TaxCode]
) -> NewPurchaseLine:
    """A changed line keeps what is not named, its price and discount too; an added one is priced from the lists."""
    if line is None and asked.item_id is not None:
        return NewPurchaseLine(
            asked.item_id,
            asked.qty,
            asked.unit_id,
            asked.unit_price,
            promised_on=asked.promised_on,
            cost_centre_id=asked.cost_centre_id,
            project_id=asked.project_id,
        )
    if line is None:
        raise ValueError("an added line names its item")
    keeps_price = asked.unit_price in {None, line.unit_price}
    return NewPurchaseLine(
        line.item_id,
        asked.qty,
        line.unit_id,
        line.unit_price if keeps_price else asked.unit_price,
        line.price_source if keeps_price else None,
        _discount_of(line, tax_codes) if keeps_price else None,
        promised_on=asked.promised_on or line.promised_on,
        cost_centre_id=asked.cost_centre_id or line.cost_centre_id,
        project_id=asked.project_id or line.project_id,
    )


def _discount_of(line: PurchaseOrderLine, tax_codes: Mapping[UUID, TaxCode]) -> Decimal:
    """The share that the line was ordered below its price."""
    code = tax_codes.get(line.tax_code_id) if line.tax_code_id else None
    is_inclusive = code is not None and code.kind == TaxKind.INCLUSIVE
    paid, gross = line.net_amount + (line.tax_amount if is_inclusive else ZERO), line.qty * line.unit_price
    return max(round_amount(1 - paid / gross, 10), ZERO) if gross and abs(gross - paid) >= 1 else ZERO


def _take(line: PurchaseOrderLine, asked: NewPurchaseLine, priced: PricedLine) -> None:
    line.qty, line.stock_qty = priced.qty, priced.stock_qty
    line.unit_price, line.price_source = priced.unit_price, priced.price_source
    line.net_amount, line.tax_amount = priced.net_amount, priced.tax_amount
    line.tax_code_id, line.company_net_amount = priced.tax_code_id, priced.company_net_amount
    line.promised_on = asked.promised_on
    line.cost_centre_id, line.project_id = asked.cost_centre_id, asked.project_id


def _write(session: Session, revised: Sequence[Revision]) -> None:
    # The head first: what the audit log has of lines after a revision's head belongs to that revision.
    update_all(
        session,
        [revision.order for revision in revised],
        PurchaseOrder.revision,
        PurchaseOrder.promised_on,
        PurchaseOrder.external_ref,
        PurchaseOrder.net_amount,
        PurchaseOrder.freight_amount,
        PurchaseOrder.freight_tax_amount,
        PurchaseOrder.freight_tax_code_id,
        PurchaseOrder.tax_amount,
        PurchaseOrder.company_net_amount,
        PurchaseOrder.total_amount,
    )
    for revision in revised:
        revision.note_added()
    update_all(
        session,
        [line for revision in revised for line in revision.changed],
        PurchaseOrderLine.qty,
        PurchaseOrderLine.stock_qty,
        PurchaseOrderLine.unit_price,
        PurchaseOrderLine.price_source,
        PurchaseOrderLine.net_amount,
        PurchaseOrderLine.tax_code_id,
        PurchaseOrderLine.tax_amount,
        PurchaseOrderLine.company_net_amount,
        PurchaseOrderLine.promised_on,
        PurchaseOrderLine.cost_centre_id,
        PurchaseOrderLine.project_id,
        PurchaseOrderLine.approved_qty,
        PurchaseOrderLine.approved_unit_price,
    )
    delete_all(session, [line for revision in revised for line in revision.removed])
    insert_all(session, [line for revision in revised for line in revision.added])


def _open_desk(session: Session, orders: Mapping[UUID, PurchaseOrder], changes: Sequence[PurchaseOrderChange]) -> _Desk:
    lines: defaultdict[UUID, list[PurchaseOrderLine]] = defaultdict(list)
    by_id = {}
    statement = select(PurchaseOrderLine).where(any_of(PurchaseOrderLine.order_id, orders))
    for line in read(session, statement.order_by(PurchaseOrderLine.order_id, PurchaseOrderLine.line_number)):
        lines[line.order_id].append(line)
        by_id[line.id] = line
    tax_codes, asked = read_all(session, TaxCode), []
    for change in (line for order in changes for line in order.lines):
        known = by_id.get(change.order_line_id) if change.order_line_id else None
        if known or change.item_id:
            asked.append(_asked(known, change, tax_codes))
    return _Desk(
        orders,
        lines,
        read_by_id(session, Supplier, {order.supplier_id for order in orders.values()}),
        read_by_id(session, Company, {order.company_id for order in orders.values()}),
        open_desk(session, "purchase", asked),
        read_progress(session, orders),
        ACCOUNT_MAP.of(session),
        tax_codes,
        Attributions.read(session),
    )
