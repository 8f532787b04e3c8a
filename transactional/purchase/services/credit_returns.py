"""A supplier credits what was sent back after it was invoiced."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from transactional.catalog.models import Item
from transactional.catalog.services.find_prices import find_stock_items
from transactional.finance.models import Invoice, InvoiceKind, InvoiceLine
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.specs import InvoiceDraft, InvoiceDraftLine
from transactional.kernel.arrays import any_of
from transactional.kernel.money import round_amount
from transactional.kernel.rows import lock_by_id, read, read_by_id
from transactional.kernel.session import Session
from transactional.ledger.models import AccountRole
from transactional.organization.currencies import decimals_of
from transactional.organization.models import Company
from transactional.purchase.errors import NothingToCredit
from transactional.purchase.models import PurchaseOrder
from transactional.purchase.progress import Arrived, read_progress
from transactional.purchase.services.return_to_supplier import invoiced_part
from transactional.purchase.specs import NewSupplierCredit


def credit_returns(session: Session, credits_: Sequence[NewSupplierCredit], *, at: datetime) -> list[Invoice]:
    """Posted supplier credit notes, at the price and tax of the invoices they correct; payable falls.

    Raises: NotFound; NothingToCredit; PeriodClosed.
    """
    orders = {row.id: row for row in lock_by_id(session, PurchaseOrder, [new.order_id for new in credits_])}
    progress = read_progress(session, orders)
    companies = read_by_id(session, Company, {order.company_id for order in orders.values()})
    bills = _bills(session, orders)
    item_ids = {row.item_id for row in progress.by_receipt_line.values()}
    items = session.execute(select(Item.id, Item.category_id).where(any_of(Item.id, item_ids)))
    categories = {row[0]: row[1] for row in items}
    stocked = find_stock_items(session, item_ids)
    drafts = []
    for new in credits_:
        order = orders[new.order_id]
        decimals = decimals_of(companies[order.company_id].currency_code)
        lines: list[InvoiceDraftLine] = []
        corrected: list[Invoice] = []
        for arrived in progress.by_receipt_line.values():
            if arrived.order_id == order.id and arrived.creditable_qty and arrived.id in bills:
                invoice, row = bills[arrived.id]
                role = AccountRole.GRNI if arrived.item_id in stocked else AccountRole.EXPENSE
                lines.append(_line(arrived, row, role, categories, decimals_of(order.currency_code), decimals))
                corrected.append(invoice)
        if not lines:
            raise NothingToCredit(number=order.number)
        drafts.append(_draft(new, order, lines, corrected[0]))
    return post_invoices(session, drafts, at=at)


def _line(
    arrived: Arrived,
    row: InvoiceLine,
    role: AccountRole,
    categories: Mapping[UUID, UUID | None],
    own_decimals: int,
    decimals: int,
) -> InvoiceDraftLine:
    qty = arrived.creditable_qty
    net, tax = (round_amount(total * qty / row.qty, own_decimals) for total in (row.net_amount, row.tax_amount))
    company_net: Decimal = invoiced_part(arrived, qty, decimals)
    arrived.credited_qty += qty
    return InvoiceDraftLine(
        qty=qty,
        unit_price=row.unit_price,
        net_amount=net,
        item_id=row.item_id,
        item_category_id=categories[arrived.item_id],
        role=None if row.account_id else role,
        account_id=row.account_id,
        cost_centre_id=row.cost_centre_id,
        project_id=row.project_id,
        unit_id=row.unit_id,
        tax_code_id=row.tax_code_id,
        tax_amount=tax,
        company_net_amount=company_net,
        warehouse_id=row.warehouse_id,
        order_line_id=arrived.order_line_id,
        delivery_line_id=arrived.id,
    )


def _draft(
    new: NewSupplierCredit, order: PurchaseOrder, lines: Sequence[InvoiceDraftLine], invoice: Invoice
) -> InvoiceDraft:
    return InvoiceDraft(
        company_id=order.company_id,
        kind=InvoiceKind.PURCHASE_CREDIT_NOTE,
        party_id=order.supplier_id,
        supplier_category_id=order.supplier_category_id,
        invoiced_on=new.credited_on,
        currency_code=order.currency_code,
        lines=lines,
        exchange_rate=invoice.exchange_rate,
        external_number=new.external_number,
        origin_type="purchase_order",
        origin_id=order.id,
        corrects_id=invoice.id,
        id=new.id,
    )


def _bills(session: Session, orders: Mapping[UUID, PurchaseOrder]) -> dict[UUID, tuple[Invoice, InvoiceLine]]:
    """The newest invoice line of each receipt line: what goes back was mostly billed last."""
    statement = select(Invoice).where(
        any_of(Invoice.origin_id, orders), Invoice.kind == InvoiceKind.PURCHASE_INVOICE, Invoice.state == "posted"
    )
    invoices = {row.id: row for row in read(session, statement)}
    lines: Iterator[InvoiceLine] = iter(
        read(session, select(InvoiceLine).where(any_of(InvoiceLine.invoice_id, invoices)).order_by(InvoiceLine.id))
    )
    return {row.delivery_line_id: (invoices[row.invoice_id], row) for row in lines if row.delivery_line_id}
