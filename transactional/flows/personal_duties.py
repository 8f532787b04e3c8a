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
from transactional.report.models import AlertRule, ReportRun, Subscription
from transactional.report.states import RunState
from transactional.sales.models import Quotation, QuotationState, ReturnRequest, SalesOrder, SalesOrderState
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
    """Nothing where no work waits for a user, customer or supplier.  Raises: OpenDuties, naming all of it."""
    duties = [duty for duty in _DUTIES[kind](session, subject_id) if duty.names]
    if duties:
        raise OpenDuties(duties="; ".join(map(str, duties)))


def _of_user(session: Session, user_id: UUID) -> Iterator[Duty]:
    here = select(Employee.id).where(Employee.user_id == user_id)
    wanted: Sequence[tuple[str, Any, ColumnElement[bool]]] = (
        ("subscription", Subscription.name, (Subscription.owner_id == user_id) & Subscription.is_active),
        ("alert_rule", AlertRule.name, (AlertRule.owner_id == user_id) & AlertRule.is_active),
        (
            "report_run",
            ReportRun.name,
            (ReportRun.user_id == user_id) & ReportRun.state.in_([RunState.WAITING, RunState.RUNNING]),
        ),
        (
            "purchase_order",
            PurchaseOrder.number,
            or_(PurchaseOrder.buyer_id.in_(here), PurchaseOrder.submitted_by == user_id)
            & PurchaseOrder.state.in_(_OPEN_PURCHASES),
        ),
        (
            "purchase_requisition",
            PurchaseRequisition.number,
            PurchaseRequisition.requester_id.in_(here)
            & PurchaseRequisition.state.in_([RequisitionState.DRAFT, RequisitionState.APPROVED]),
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
        ("sales_order", SalesOrder.number, SalesOrder.salesperson_id.in_(here) & SalesOrder.state.in_(_OPEN_ORDERS)),
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


def _is_unposted() -> ColumnElement[bool]:
    return StockDocument.state.not_in(["posted", "cancelled", "rejected"])


def _of_customer(session: Session, customer_id: UUID) -> Iterator[Duty]:
    wanted = (
        ("quotation", Quotation, Quotation.state == QuotationState.OPEN),
        ("sales_order", SalesOrder, SalesOrder.state.in_(_OPEN_ORDERS)),
        ("return_request", ReturnRequest, ReturnRequest.state.in_(_OPEN_RETURNS)),
    )
    for thing, model, condition in wanted:
        yield _duty(session, thing, select(model.number).where(model.customer_id == customer_id, condition))
    yield from _open_items(session, customer_id)


def _of_supplier(session: Session, supplier_id: UUID) -> Iterator[Duty]:
    wanted = (
        ("supplier_quotation", SupplierQuotation, SupplierQuotation.state == SupplierQuotationState.OPEN),
        ("purchase_order", PurchaseOrder, PurchaseOrder.state.in_(_OPEN_PURCHASES)),
    )
    for thing, model, condition in wanted:
        yield _duty(session, thing, select(model.number).where(model.supplier_id == supplier_id, condition))
    yield from _open_items(session, supplier_id)


def _open_items(session: Session, party_id: UUID) -> Iterator[Duty]:
    yield Duty("invoice", tuple(str(item.number) for item in open_items_of_party(session, party_id)))
    yield Duty("payment", tuple(str(advance.payment_id) for advance in advances_of_party(session, party_id)))


def _duty(session: Session, thing: str, statement: Select[Any]) -> Duty:
    return Duty(thing, tuple(sorted(str(name) for name in session.scalars(statement))))


_DUTIES: dict[str, Callable[[Session, UUID], Iterator[Duty]]] = {
    "user": _of_user,
    "customer": _of_customer,
    "supplier": _of_supplier,
}
