"""A sales invoice is taken back: what it invoiced of an order may be invoiced again."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.finance.assets import ORIGIN as ASSET
from transactional.finance.errors import AssetSold
from transactional.finance.models import Asset, Invoice, InvoiceKind
from transactional.finance.services import cancel_invoices as finance
from transactional.kernel.rows import lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.sales.errors import CreditOfReturn
from transactional.sales.models import SalesOrder


def cancel_invoices(session: Session, invoice_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Invoice]:
    """Cancelled invoices, as `finance.cancel_invoices`; their deliveries wait for an invoice again.

    Raises: CreditOfReturn for a credit note of goods that came back; AssetSold for the invoice of a fixed asset; and
    what that service raises.
    """
    found = read_by_id(session, Invoice, invoice_ids).values()
    for row in found:
        if row.kind == InvoiceKind.SALES_CREDIT_NOTE and row.corrects_id is not None:
            raise CreditOfReturn(number=row.number)
        if row.origin_type == ASSET and row.origin_id:
            sold = read_by_id(session, Asset, [row.origin_id])[row.origin_id]
            raise AssetSold(number=row.number, tag=sold.tag)
    # Whoever invoices an order holds it: what is cancelled and invoiced at once queues here.
    lock_by_id(session, SalesOrder, {row.origin_id for row in found if row.origin_id})
    return finance.cancel_invoices(session, invoice_ids, on=on, at=at)
