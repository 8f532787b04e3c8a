"""After an import: the books beside the source, and the books by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from importers.booking.desk import Desk
from importers.plan import Figure, Plan
from importers.report import Comparison, ImportReport
from transactional.checks import check_tenant
from transactional.finance.models import Invoice, InvoiceKind, Payment, PaymentKind
from transactional.inventory.models import MoveKind, StockBalance, StockDocument, StockMove
from transactional.kernel.arrays import any_of
from transactional.kernel.session import Session
from transactional.ledger.models import JournalEntry, JournalLine
from transactional.production.models import Bill, BillLine, ProductionOrder
from transactional.purchase.models import PurchaseOrder, PurchaseOrderLine, PurchaseReceipt, PurchaseReceiptLine
from transactional.sales.models import Delivery, SalesOrder, SalesOrderLine

_OFF_SHOWN = 5
ZERO = Decimal(0)

_COUNTED: dict[str, tuple[Any, ColumnElement[bool] | None]] = {
    "sales orders": (SalesOrder, None),
    "sales order lines": (SalesOrderLine, None),
    "deliveries": (Delivery, Delivery.kind == "delivery"),
    "returns": (Delivery, Delivery.kind == "return"),
    "sales invoices": (Invoice, Invoice.kind == InvoiceKind.SALES_INVOICE),
    "sales credit notes": (Invoice, Invoice.kind == InvoiceKind.SALES_CREDIT_NOTE),
    "receipts of payment": (Payment, Payment.kind == PaymentKind.RECEIPT),
    "purchase orders": (PurchaseOrder, None),
    "purchase receipts": (PurchaseReceipt, PurchaseReceipt.kind == "receipt"),
    "purchase invoices": (Invoice, Invoice.kind == InvoiceKind.PURCHASE_INVOICE),
    "supplier payments": (Payment, Payment.kind == PaymentKind.DISBURSEMENT),
    "stock documents": (StockDocument, None),
    "bills of materials": (Bill, None),
    "production orders": (ProductionOrder, None),
    "stock moves": (StockMove, None),
    "journal entries": (JournalEntry, None),
    "journal lines": (JournalLine, None),
}


def verify(session: Session, plan: Plan, desk: Desk, report: ImportReport) -> None:
    """Fill the report with what is in the books, how it compares with the source, and what the checks find."""
    report.held = count_held(session)
    report.comparisons += [
        Comparison(figure.name, figure.source, _booked(session, plan, desk, figure), figure.tolerance, figure.left_out)
        for figure in plan.figures
    ]
    if plan.final_stock:
        _compare_stock(session, plan, desk, report)
    balance = session.scalar(select(func.coalesce(func.sum(JournalLine.amount), 0))) or ZERO
    report.comparisons.append(Comparison("trial balance", ZERO, Decimal(balance)))
    report.findings += [
        f"{finding.invariant} {finding.what}: expected {finding.expected}, found {finding.found}"
        for finding in check_tenant(session)
    ]


def count_held(session: Session) -> dict[str, int]:
    """What is in the tenant's books, by kind; no kind of which there is nothing."""
    held: dict[str, int] = {}
    for name, (model, condition) in _COUNTED.items():
        statement = select(func.count()).select_from(model)
        count = session.scalar(statement if condition is None else statement.where(condition)) or 0
        if count:
            held[name] = count
    return held


def _booked(session: Session, plan: Plan, desk: Desk, figure: Figure) -> Decimal:
    """The figure as it is in the database."""
    if figure.records is None:
        return _MEASURES[figure.name](session, plan, desk)
    collection, keys = figure.records
    return Decimal(len(keys & desk.ids[collection].keys()))


def _compare_stock(session: Session, plan: Plan, desk: Desk, report: ImportReport) -> None:
    """What lies on each shelf beside the source's count; a shelf the source does not list must be empty."""
    counted = {(desk.item(item), desk.locations[place]): qty for (item, place), qty in plan.final_stock.items()}
    statement = select(StockBalance.item_id, StockBalance.location_id, StockBalance.on_hand_qty).where(
        any_of(StockBalance.location_id, desk.locations.values())
    )
    held = {(item, place): qty for item, place, qty in session.execute(statement)}
    off = [shelf for shelf in sorted({*counted, *held}) if counted.get(shelf, ZERO) != held.get(shelf, ZERO)]
    pieces = sum(counted.values(), ZERO), sum((held.get(shelf, ZERO) for shelf in counted), ZERO)
    report.comparisons.append(Comparison("pieces on the shelves", *pieces))
    report.comparisons.append(Comparison("shelves that differ", ZERO, Decimal(len(off))))
    items = {item_id: code for code, item_id in desk.ids["items"].items()}
    places = {place_id: code for code, place_id in desk.locations.items()}
    for item, place in off[:_OFF_SHOWN]:
        shelf = f"item {items.get(item)} at {places.get(place, place)}"
        report.findings.append(
            f"{shelf}: {held.get((item, place), ZERO)} instead of {counted.get((item, place), ZERO)}"
        )


Measure = Callable[[Session, Plan, Desk], Decimal]


def _sum(session: Session, column: Any, ids: Sequence[UUID], model: Any) -> Decimal:
    return Decimal(session.scalar(select(func.coalesce(func.sum(column), 0)).where(any_of(model.id, ids))) or 0)


def _of_sales(column: Any) -> Measure:
    return lambda session, plan, desk: _sum(session, column, desk.ids_of("sale", plan.sales), SalesOrder)


def _of_invoices(column: Any) -> Measure:
    return lambda session, plan, desk: _sum(session, column, desk.ids_of("invoice", plan.sales), Invoice)


def _of_purchases(column: Any) -> Measure:
    return lambda session, plan, desk: _sum(session, column, desk.ids_of("purchase", plan.purchases), PurchaseOrder)


def _sum_where(session: Session, column: Any, *conditions: ColumnElement[bool]) -> Decimal:
    return Decimal(session.scalar(select(func.coalesce(func.sum(column), 0)).where(*conditions)) or 0)


def _produced(session: Session, plan: Plan, desk: Desk) -> Decimal:
    del plan
    kind = StockMove.kind == MoveKind.PRODUCTION_RECEIPT
    return _sum_where(session, StockMove.qty, kind, StockMove.company_id == desk.company_id)


def _current_components(session: Session, plan: Plan, desk: Desk) -> Decimal:
    """Lines of the last version of each bill, where it has no end."""
    del plan
    later = aliased(Bill)
    follows = (later.company_id == Bill.company_id) & (later.item_id == Bill.item_id)
    replaced = exists().where(follows, later.valid_from > Bill.valid_from)
    statement = (
        select(func.count())
        .select_from(BillLine)
        .join(Bill, Bill.id == BillLine.bill_id)
        .where(Bill.company_id == desk.company_id, Bill.valid_to.is_(None), ~replaced)
    )
    return Decimal(session.scalar(statement) or 0)


def _net_invoiced(session: Session, plan: Plan, desk: Desk) -> Decimal:
    """Sales invoices less credit notes, net."""
    del plan
    ours = Invoice.company_id == desk.company_id
    invoiced = _sum_where(session, Invoice.net_amount, ours, Invoice.kind == InvoiceKind.SALES_INVOICE)
    return invoiced - _sum_where(session, Invoice.net_amount, ours, Invoice.kind == InvoiceKind.SALES_CREDIT_NOTE)


def _accounted(session: Session, plan: Plan, desk: Desk) -> Decimal:
    del session, desk
    return Decimal(sum(fate.rows for fate in plan.fates))


def _count(model: Any, sort: str, plural: str, column: Any = None) -> Measure:
    """How many rows of a table have the id of such a document of the plan, or belong to one."""

    def measure(session: Session, plan: Plan, desk: Desk) -> Decimal:
        ids = desk.ids_of(sort, getattr(plan, plural))
        statement = select(func.count()).select_from(model).where(any_of(model.id if column is None else column, ids))
        return Decimal(session.scalar(statement) or 0)

    return measure


def _received(column: Any) -> Measure:
    """Pieces over the receipts of the plan."""

    def measure(session: Session, plan: Plan, desk: Desk) -> Decimal:
        ids = desk.ids_of("supply", plan.purchases)
        return _sum_where(session, column, any_of(PurchaseReceiptLine.receipt_id, ids))

    return measure


_MEASURES: dict[str, Measure] = {
    "lines accounted for": _accounted,
    "sales orders": _count(SalesOrder, "sale", "sales"),
    "sales order lines": _count(SalesOrderLine, "sale", "sales", SalesOrderLine.order_id),
    "deliveries": _count(Delivery, "delivery", "sales"),
    "sales invoices": _count(Invoice, "invoice", "sales"),
    "receipts of payment": _count(Payment, "receipt", "sales"),
    "paid by customers": lambda session, plan, desk: _sum(
        session, Payment.amount, desk.ids_of("receipt", plan.sales), Payment
    ),
    "purchase orders": _count(PurchaseOrder, "purchase", "purchases"),
    "purchase order lines": _count(PurchaseOrderLine, "purchase", "purchases", PurchaseOrderLine.order_id),
    "purchase receipts": _count(PurchaseReceipt, "supply", "purchases"),
    "pieces accepted": _received(PurchaseReceiptLine.accepted_qty),
    "pieces rejected": _received(PurchaseReceiptLine.rejected_qty),
    "sales subtotal": _of_sales(SalesOrder.net_amount),
    "sales tax": _of_sales(SalesOrder.tax_amount),
    "sales freight": _of_sales(SalesOrder.freight_amount),
    "invoiced subtotal": _of_invoices(Invoice.net_amount),
    "invoiced tax": _of_invoices(Invoice.tax_amount),
    "invoiced freight": _of_invoices(Invoice.freight_amount),
    "purchase subtotal": _of_purchases(PurchaseOrder.net_amount),
    "purchase tax": _of_purchases(PurchaseOrder.tax_amount),
    "purchase freight": _of_purchases(PurchaseOrder.freight_amount),
    "pieces produced": _produced,
    "components of current bills": _current_components,
    "work orders": _count(ProductionOrder, "production", "productions"),
    "pieces scrapped": lambda session, plan, desk: _sum(
        session,
        ProductionOrder.scrapped_qty,
        desk.ids_of("production", plan.productions),
        ProductionOrder,
    ),
    "net sales": _net_invoiced,
}
