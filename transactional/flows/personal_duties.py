"""What waits for a person: as long as anything does, the person is not erased."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from transactional.finance.queries import advances_of_party, open_items_of_party
from transactional.identity.errors import OpenDuties
from transactional.inventory.models import StockDocument
from transactional.kernel.session import Session
from transactional.organization.models import Employee, Unit
from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderState,
    PurchaseRequisition,
    RequisitionState,
    SupplierQuotation,
    SupplierQuotationState,
)
from transactional.purchase.queries import order_progress as purchase_progress
from transactional.report.models import AlertRule, ReportRun, Subscription
from transactional.report.states import RunState
from transactional.sales.models import Quotation, QuotationState, ReturnRequest, SalesOrder, SalesOrderState
from transactional.sales.queries import order_progress as sales_progress
from transactional.sales.states import ReturnState
from transactional.scm.models import BankAccountState, Customer, SupplierBankAccount

NAMED_MAX = 5
"""Of each kind of duty so many are named; the rest is counted."""
_OPEN_ORDERS = (SalesOrderState.DRAFT, SalesOrderState.CONFIRMED)
_OPEN_PURCHASES = (PurchaseOrderState.DRAFT, PurchaseOrderState.WAITING, PurchaseOrderState.CONFIRMED)
_OPEN_RETURNS = (ReturnState.REQUESTED, ReturnState.APPROVED)


@dataclass(frozen=True, slots=True)
class Duty:
    """A kind of work, and what people know its pieces by."""

    thing: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        """As in `sales_order SO-2026-00001, SO-2026-00002 and 3 more`."""
        more = f" (+{len(self.names) - NAMED_MAX})" if len(self.names) > NAMED_MAX else ""
        return f"{self.thing} {', '.join(self.names[:NAMED_MAX])}{more}"


def check_free_of_duties(session: Session, kind: str, subject_id: UUID) -> None:
    """Nothing where no work waits for a person of this kind.  Raises: OpenDuties, naming all of it."""
    duties = [duty for duty in _DUTIES[kind](session, subject_id) if duty.names]
    if duties:
        raise OpenDuties(duties="; ".join(map(str, duties)))


def _of_user(session: Session, user_id: UUID) -> Iterator[Duty]:
    wanted: Sequence[tuple[str, Any, ColumnElement[bool]]] = (
        ("subscription", Subscription.name, (Subscription.owner_id == user_id) & Subscription.is_active),
        ("alert_rule", AlertRule.name, (AlertRule.owner_id == user_id) & AlertRule.is_active),
        (
            "report_run",
            ReportRun.name,
            (ReportRun.user_id == user_id) & ReportRun.state.in_([RunState.WAITING, RunState.RUNNING]),
        ),
        (
            "stock_document",
            StockDocument.number,
            (StockDocument.submitted_by == user_id) & StockDocument.approved_by.is_(None) & _is_unposted(),
        ),
        (
            "supplier_bank_account",
            SupplierBankAccount.iban,
            (SupplierBankAccount.proposed_by == user_id) & (SupplierBankAccount.state == BankAccountState.PROPOSED),
        ),
    )
    for thing, name, condition in wanted:
        yield _duty(session, thing, select(name).where(condition))
    here = select(Employee.id).where(Employee.user_id == user_id)
    yield _purchases(session, or_(PurchaseOrder.buyer_id.in_(here), PurchaseOrder.submitted_by == user_id))
    yield from _of_employees(session, here)


def _of_employee(session: Session, employee_id: UUID) -> Iterator[Duty]:
    here = select(Employee.id).where(Employee.id == employee_id)
    yield _purchases(session, PurchaseOrder.buyer_id == employee_id)
    yield from _of_employees(session, here)


def _of_employees(session: Session, here: Select[UUID]) -> Iterator[Duty]:
    """What waits for employees, but for purchase orders."""
    wanted: Sequence[tuple[str, Any, ColumnElement[bool]]] = (
        (
            "purchase_requisition",
            PurchaseRequisition.number,
            PurchaseRequisition.requester_id.in_(here)
            & PurchaseRequisition.state.in_([RequisitionState.DRAFT, RequisitionState.APPROVED]),
        ),
        (
            "quotation",
            Quotation.number,
            Quotation.salesperson_id.in_(here) & (Quotation.state == QuotationState.OPEN),
        ),
        ("customer", Customer.code, Customer.salesperson_id.in_(here) & Customer.is_active),
        ("employee", Employee.number, Employee.manager_id.in_(here) & Employee.is_active),
        ("unit", Unit.code, Unit.manager_employee_id.in_(here) & Unit.is_active),
    )
    for thing, name, condition in wanted:
        yield _duty(session, thing, select(name).where(condition))
    yield _sales(session, SalesOrder.salesperson_id.in_(here))


def _is_unposted() -> ColumnElement[bool]:
    return StockDocument.state.not_in(["posted", "cancelled", "rejected"])


def _of_customer(session: Session, customer_id: UUID) -> Iterator[Duty]:
    wanted = (
        ("quotation", Quotation, Quotation.state == QuotationState.OPEN),
        ("return_request", ReturnRequest, ReturnRequest.state.in_(_OPEN_RETURNS)),
    )
    for thing, model, condition in wanted:
        yield _duty(session, thing, select(model.number).where(model.customer_id == customer_id, condition))
    yield _sales(session, SalesOrder.customer_id == customer_id)
    yield from _open_items(session, customer_id)


def _of_supplier(session: Session, supplier_id: UUID) -> Iterator[Duty]:
    waiting = SupplierQuotation.state == SupplierQuotationState.OPEN
    asked = select(SupplierQuotation.number).where(SupplierQuotation.supplier_id == supplier_id, waiting)
    yield _duty(session, "supplier_quotation", asked)
    yield _purchases(session, PurchaseOrder.supplier_id == supplier_id)
    yield from _open_items(session, supplier_id)


def _sales(session: Session, condition: ColumnElement[bool]) -> Duty:
    """Sales orders of which something is left to hand over or to invoice."""
    orders = session.execute(
        select(SalesOrder.id, SalesOrder.number, SalesOrder.state).where(condition, SalesOrder.state.in_(_OPEN_ORDERS))
    ).all()
    progress = sales_progress(session, [row.id for row in orders if row.state == SalesOrderState.CONFIRMED])
    done = {
        each.order_id
        for each in progress.values()
        if (each.delivery_state, each.invoice_state) == ("delivered", "invoiced")
    }
    return Duty("sales_order", tuple(sorted(row.number for row in orders if row.id not in done)))


def _purchases(session: Session, condition: ColumnElement[bool]) -> Duty:
    """Purchase orders of which something is left to arrive or to be invoiced."""
    orders = session.execute(
        select(PurchaseOrder.id, PurchaseOrder.number, PurchaseOrder.state).where(
            condition, PurchaseOrder.state.in_(_OPEN_PURCHASES)
        )
    ).all()
    progress = purchase_progress(session, [row.id for row in orders if row.state == PurchaseOrderState.CONFIRMED])
    done = {
        each.order_id
        for each in progress.values()
        if all(not line.open_qty and line.invoiced_qty >= line.ordered_qty for line in each.lines)
    }
    return Duty("purchase_order", tuple(sorted(row.number for row in orders if row.id not in done)))


def _open_items(session: Session, party_id: UUID) -> Iterator[Duty]:
    yield Duty("invoice", tuple(str(item.number) for item in open_items_of_party(session, party_id)))
    yield Duty("payment", tuple(str(advance.payment_id) for advance in advances_of_party(session, party_id)))


def _duty(session: Session, thing: str, statement: Select[Any]) -> Duty:
    return Duty(thing, tuple(sorted(str(name) for name in session.scalars(statement))))


def _of_contact(session: Session, contact_id: UUID) -> Iterator[Duty]:
    """Nothing waits for somebody who is only called."""
    del session, contact_id
    return iter(())


_DUTIES: dict[str, Callable[[Session, UUID], Iterator[Duty]]] = {
    "user": _of_user,
    "employee": _of_employee,
    "customer": _of_customer,
    "supplier": _of_supplier,
    "contact": _of_contact,
}
