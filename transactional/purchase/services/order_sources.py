"""Orders are made from approved requisitions, suppliers' quotations and contracts.

An order takes supplier, price, unit and delivery day from where it comes from; its tax is found as for every order.
How much of a line is ordered already is read from the orders that are not called off, while its document is held.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.money import ZERO
from transactional.kernel.outbox import record
from transactional.kernel.rows import lock_by_id, read, read_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.purchase.errors import (
    ContractExhausted,
    ContractNotApproved,
    ContractOver,
    RequisitionNotApproved,
    RequisitionOrdered,
    SupplierQuotationOver,
)
from transactional.purchase.events import source_event
from transactional.purchase.models import (
    ContractState,
    PurchaseContract,
    PurchaseContractLine,
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderState,
    PurchaseRequisition,
    PurchaseRequisitionLine,
    RequisitionState,
    SupplierQuotation,
    SupplierQuotationLine,
    SupplierQuotationState,
)
from transactional.purchase.services.create_orders import create_orders
from transactional.purchase.specs import NewPurchaseLine, NewPurchaseOrder, OrderFrom, SourceLine
from transactional.purchase.states import SUPPLIER_QUOTATION_MOVES

Line = TypeVar("Line", PurchaseRequisitionLine, SupplierQuotationLine, PurchaseContractLine)
_CALLED_OFF = (PurchaseOrderState.CANCELLED.value, PurchaseOrderState.REJECTED.value)


def order_requisitions(session: Session, asks: Sequence[OrderFrom], *, at: datetime) -> list[PurchaseOrder]:
    """Draft orders for what approved requisitions need, at the prices said or the supplier's listed ones.

    Raises: NotFound; RequisitionNotApproved; RequisitionOrdered for more than is left; Invalid for lines of several
    suppliers, and as for every order.
    """
    rows = _held(session, PurchaseRequisition, asks)
    for row in rows.values():
        if row.state != RequisitionState.APPROVED:
            raise RequisitionNotApproved(number=row.number, state=row.state)
    lines = _lines(session, PurchaseRequisitionLine, PurchaseRequisitionLine.requisition_id, rows)
    left = _left(session, PurchaseOrderLine.requisition_line_id, {line.id: line.qty for line in lines.values()})
    orders = []
    for ask in asks:
        row = rows[ask.source_id]
        own = [line for line in lines.values() if line.requisition_id == row.id]
        chosen = _chosen(ask, own, lambda line: left[line.id] if left[line.id] > 0 else None)
        if not chosen:
            raise _ordered(row, own[0], open_qty=ZERO, wanted_qty=own[0].qty.normalize())
        _take(left, chosen, lambda line: line.id, partial(_ordered, row))
        made = [
            NewPurchaseLine(
                line.item_id,
                qty,
                line.unit_id,
                asked.unit_price,
                promised_on=asked.promised_on or line.needed_on or row.needed_on,
                cost_centre_id=row.cost_centre_id,
                requisition_line_id=line.id,
            )
            for line, qty, asked in chosen
        ]
        orders.append(_order(ask, row.company_id, _supplier(ask, [line for line, _, _ in chosen]), made))
    return create_orders(session, orders, at=at)


def order_quotations(session: Session, asks: Sequence[OrderFrom], *, at: datetime) -> list[PurchaseOrder]:
    """Draft orders at the prices offered, of all that is offered or the lines named; the quotations are accepted.

    Raises: NotFound; TransitionRefused for one accepted or declined; SupplierQuotationOver; RequisitionOrdered where
    the need it answers is ordered already; Invalid below the supplier's least quantity, and as for every order.
    """
    rows = _held(session, SupplierQuotation, asks)
    for ask in asks:
        row = rows[ask.source_id]
        move_to(row, SupplierQuotationState.ACCEPTED, SUPPLIER_QUOTATION_MOVES)
        if ask.ordered_on > row.valid_until:
            raise SupplierQuotationOver(number=row.number, valid_until=row.valid_until.isoformat())
    lines = _lines(session, SupplierQuotationLine, SupplierQuotationLine.quotation_id, rows)
    needs, left = _needs_of(session, lines.values())
    orders = []
    for ask in asks:
        row = rows[ask.source_id]
        own = [line for line in lines.values() if line.quotation_id == row.id]
        chosen = _chosen(ask, own, lambda line: line.qty)
        answering = [each for each in chosen if each[0].requisition_line_id]
        _check_same_thing(needs, answering)
        _take(left, answering, lambda line: line.requisition_line_id, partial(_refusal, needs))
        made = [
            NewPurchaseLine(
                line.item_id,
                qty,
                line.unit_id,
                line.unit_price,
                f"Quotation {row.number}",
                line.discount_share,
                promised_on=asked.promised_on or line.promised_on,
                least_qty=line.min_qty,
                cost_centre_id=_cost_centre(needs, line),
                quotation_line_id=line.id,
                requisition_line_id=line.requisition_line_id,
            )
            for line, qty, asked in chosen
        ]
        orders.append(_order(ask, row.company_id, row.supplier_id, made, row.currency_code, row.payment_term_id))
    update_all(session, list(rows.values()), SupplierQuotation.state)
    record(session, [source_event(row, at) for row in rows.values()])
    return create_orders(session, orders, at=at)


def order_contracts(session: Session, asks: Sequence[OrderFrom], *, at: datetime) -> list[PurchaseOrder]:
    """Draft orders at agreed prices: each names the lines and how much of them.

    Raises: NotFound; ContractNotApproved; ContractOver; ContractExhausted; Invalid without a quantity or below the
    least one, and as for every order.
    """
    rows = _held(session, PurchaseContract, asks)
    for ask in asks:
        _check_contract(rows[ask.source_id], ask)
    lines = _lines(session, PurchaseContractLine, PurchaseContractLine.contract_id, rows)
    limited = {line.id: line.max_qty for line in lines.values() if line.max_qty is not None}
    left = _left(session, PurchaseOrderLine.contract_line_id, limited)
    orders = []
    for ask in asks:
        row = rows[ask.source_id]
        own = [line for line in lines.values() if line.contract_id == row.id]
        chosen = _chosen(ask, own, lambda _: None)
        capped = [each for each in chosen if each[0].id in left]
        _take(left, capped, lambda line: line.id, partial(_exhausted, row))
        made = [
            NewPurchaseLine(
                line.item_id,
                qty,
                line.unit_id,
                line.unit_price,
                f"Contract {row.number}",
                promised_on=asked.promised_on or ask.ordered_on + timedelta(days=line.lead_time_days),
                least_qty=line.min_qty,
                contract_line_id=line.id,
            )
            for line, qty, asked in chosen
        ]
        orders.append(_order(ask, row.company_id, row.supplier_id, made, row.currency_code, row.payment_term_id))
    return create_orders(session, orders, at=at)


def check_sources(session: Session, lines: Sequence[PurchaseOrderLine]) -> None:
    """Nothing when lines just changed leave their needs and contracts in their limits.

    Raises: RequisitionOrdered, ContractExhausted.
    """
    needs = read_by_id(
        session, PurchaseRequisitionLine, [line.requisition_line_id for line in lines if line.requisition_line_id]
    )
    rows = lock_by_id(session, PurchaseRequisition, {need.requisition_id for need in needs.values()})
    left = _left(session, PurchaseOrderLine.requisition_line_id, {need.id: need.qty for need in needs.values()})
    for need in needs.values():
        if left[need.id] < 0:
            [row] = [each for each in rows if each.id == need.requisition_id]
            raise _ordered(row, need, open_qty=ZERO, wanted_qty=-left[need.id].normalize())
    agreed = read_by_id(
        session, PurchaseContractLine, [line.contract_line_id for line in lines if line.contract_line_id]
    )
    contracts = lock_by_id(session, PurchaseContract, {line.contract_id for line in agreed.values()})
    limited = {line.id: line.max_qty for line in agreed.values() if line.max_qty is not None}
    for key, rest in _left(session, PurchaseOrderLine.contract_line_id, limited).items():
        if rest < 0:
            [contract] = [each for each in contracts if each.id == agreed[key].contract_id]
            raise _exhausted(contract, agreed[key], open_qty=ZERO, wanted_qty=-rest.normalize())


def _check_contract(row: PurchaseContract, ask: OrderFrom) -> None:
    if row.state != ContractState.APPROVED:
        raise ContractNotApproved(number=row.number, state=row.state)
    if not row.starts_on <= ask.ordered_on <= row.ends_on:
        days = {"starts_on": row.starts_on.isoformat(), "ends_on": row.ends_on.isoformat()}
        raise ContractOver(number=row.number, on=ask.ordered_on.isoformat(), **days)


def _held(session: Session, model: type[Any], asks: Sequence[OrderFrom]) -> dict[UUID, Any]:
    """Documents by id: whoever orders from the same one waits until this order is there to be counted."""
    return {row.id: row for row in lock_by_id(session, model, [ask.source_id for ask in asks])}


def _lines(
    session: Session, model: type[Line], column: InstrumentedAttribute[UUID], ids: Iterable[UUID]
) -> dict[UUID, Line]:
    found = read(session, select(model).where(any_of(column, ids)).order_by(column, model.line_number))
    return {line.id: line for line in found}


def _left(
    session: Session, column: InstrumentedAttribute[UUID | None], asked: Mapping[UUID, Decimal]
) -> dict[UUID, Decimal]:
    """What is not ordered yet, by line."""
    statement = (
        select(column, func.sum(PurchaseOrderLine.qty))
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseOrderLine.order_id)
        .where(any_of(column, asked), PurchaseOrder.state.not_in(_CALLED_OFF))
        .group_by(column)
    )
    ordered = {row[0]: row[1] for row in session.execute(statement)}
    return {key: qty - ordered.get(key, ZERO) for key, qty in asked.items()}


_Chosen = list[tuple[Line, Decimal, SourceLine]]


def _chosen(ask: OrderFrom, own: Sequence[Line], usual: Callable[[Line], Decimal | None]) -> _Chosen[Line]:
    """The lines to order with their quantities.  Raises: Invalid for a line of another document or no quantity."""
    if ask.lines is None:
        pairs = [(line, usual(line)) for line in own]
        if all(qty is None for _, qty in pairs) and own and isinstance(own[0], PurchaseContractLine):
            raise Invalid([FieldProblem("lines", "say which lines and how much of them", "no_lines")])
        return [(line, qty, SourceLine(line.id, qty)) for line, qty in pairs if qty is not None]
    by_id = {line.id: line for line in own}
    problems, chosen = [], []
    for position, asked in enumerate(ask.lines):
        line = by_id.get(asked.line_id)
        qty = asked.qty if asked.qty is not None or line is None else usual(line) or getattr(line, "qty", None)
        if line is None:
            problems.append(FieldProblem(f"lines/{position}/line_id", "is no line of this document", "foreign_line"))
        elif qty is None:
            problems.append(FieldProblem(f"lines/{position}/qty", "say how much is ordered", "missing"))
        else:
            chosen.append((line, qty, asked))
    if problems:
        raise Invalid(problems)
    return chosen


def _take(
    left: dict[UUID, Decimal],
    chosen: _Chosen[Line],
    key: Callable[[Line], UUID | None],
    refusal: Callable[..., Exception],
) -> None:
    for line, qty, _ in chosen:
        of = key(line)
        if of is None:
            continue
        if qty > left[of]:
            raise refusal(line, open_qty=max(left[of], ZERO).normalize(), wanted_qty=qty.normalize())
        left[of] -= qty


def _ordered(row: PurchaseRequisition, line: PurchaseRequisitionLine, **quantities: Decimal) -> RequisitionOrdered:
    return RequisitionOrdered(number=row.number, line_number=line.line_number, **quantities)


def _exhausted(row: PurchaseContract, line: PurchaseContractLine, **quantities: Decimal) -> ContractExhausted:
    return ContractExhausted(number=row.number, line_number=line.line_number, **quantities)


_Needs = Mapping[UUID, tuple[PurchaseRequisition, PurchaseRequisitionLine]]


def _needs_of(session: Session, lines: Iterable[SupplierQuotationLine]) -> tuple[_Needs, dict[UUID, Decimal]]:
    """The needs that offers answer, held, and what is left of them."""
    answered = {line.requisition_line_id for line in lines if line.requisition_line_id}
    wanted = read_by_id(session, PurchaseRequisitionLine, answered)
    held = {
        row.id: row for row in lock_by_id(session, PurchaseRequisition, {row.requisition_id for row in wanted.values()})
    }
    for row in held.values():
        if row.state != RequisitionState.APPROVED:
            raise RequisitionNotApproved(number=row.number, state=row.state)
    left = _left(session, PurchaseOrderLine.requisition_line_id, {row.id: row.qty for row in wanted.values()})
    return {key: (held[row.requisition_id], row) for key, row in wanted.items()}, left


def _cost_centre(needs: _Needs, line: SupplierQuotationLine) -> UUID | None:
    """Of the requisition that is answered."""
    return needs[line.requisition_line_id][0].cost_centre_id if line.requisition_line_id else None


def _check_same_thing(needs: _Needs, chosen: _Chosen[SupplierQuotationLine]) -> None:
    problems = []
    for position, (line, _, _) in enumerate(chosen):
        need = needs[line.requisition_line_id][1] if line.requisition_line_id else None
        if need and (need.item_id, need.unit_id) != (line.item_id, line.unit_id):
            reason = "answers a need of another item or unit"
            problems.append(FieldProblem(f"lines/{position}/requisition_line_id", reason, "another_need"))
    if problems:
        raise Invalid(problems)


def _refusal(needs: _Needs, line: SupplierQuotationLine, **quantities: Decimal) -> RequisitionOrdered:
    if line.requisition_line_id is None:
        raise KeyError(line.id)
    row, need = needs[line.requisition_line_id]
    return _ordered(row, need, **quantities)


def _supplier(ask: OrderFrom, lines: Sequence[PurchaseRequisitionLine]) -> UUID:
    if ask.supplier_id:
        return ask.supplier_id
    named = {line.supplier_id for line in lines}
    supplier_id = named.pop() if len(named) == 1 else None
    if supplier_id is None:
        reason = "the lines name no supplier or several: say which one"
        raise Invalid([FieldProblem("supplier_id", reason, "one_supplier")])
    return supplier_id


def _order(
    ask: OrderFrom,
    company_id: UUID,
    supplier_id: UUID,
    lines: Sequence[NewPurchaseLine],
    currency_code: str | None = None,
    payment_term_id: UUID | None = None,
) -> NewPurchaseOrder:
    return NewPurchaseOrder(
        company_id,
        supplier_id,
        ask.ordered_on,
        lines,
        warehouse_id=ask.warehouse_id,
        currency_code=currency_code,
        buyer_id=ask.buyer_id,
        payment_term_id=payment_term_id,
        external_ref=ask.external_ref,
    )
