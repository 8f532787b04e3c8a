"""A supplier's invoice is taken back: goods wait for their invoice again, at what they were received for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from transactional.catalog.services.find_prices import find_stock_items
from transactional.finance.models import Invoice, InvoiceKind
from transactional.finance.services import cancel_invoices as finance
from transactional.finance.services.cancel_invoices import MirroredLines
from transactional.finance.services.capitalize_assets import release_bought
from transactional.kernel.rows import lock_by_id, read_by_id
from transactional.kernel.session import Session
from transactional.purchase.errors import GoodsWentBack
from transactional.purchase.models import PurchaseOrder
from transactional.purchase.progress import Progress, read_progress
from transactional.purchase.services.invoice_orders import BilledReceipt, revalue_billed


def cancel_invoices(session: Session, invoice_ids: Sequence[UUID], *, on: date, at: datetime) -> list[Invoice]:
    """Cancelled invoices and credit notes, as `finance.cancel_invoices`; receipts may be invoiced again.

    What an invoice's price added to stock and to cost of sales is taken back where the goods are now, and fixed assets
    that came with it are drafts again.
    Raises: GoodsWentBack where goods that it billed were sent back afterwards; AssetDepreciated, AssetStateRefused; and
    what that service raises.
    """
    found = read_by_id(session, Invoice, invoice_ids).values()
    orders = lock_by_id(session, PurchaseOrder, {row.origin_id for row in found if row.origin_id})
    progress = read_progress(session, [order.id for order in orders])

    def take_back_differences(mirrors: Mapping[UUID, Invoice], lines: MirroredLines) -> None:
        bills = {key: row for key, row in mirrors.items() if row.kind == InvoiceKind.PURCHASE_INVOICE}
        _check_kept(bills, lines, progress)
        release_bought(session, list(bills), on=on, at=at)
        revalue_billed(session, _differences(session, bills, lines, progress), at=at)

    return finance.cancel_invoices(session, invoice_ids, on=on, at=at, before_posting=take_back_differences)


def _check_kept(bills: Mapping[UUID, Invoice], lines: MirroredLines, progress: Progress) -> None:
    """What went back after its invoice left at the invoice's price: without that, no price would fit it."""
    for key, mirror in bills.items():
        for line in lines.get(key, ()):
            arrived = progress.by_receipt_line.get(line.delivery_line_id) if line.delivery_line_id else None
            if arrived and arrived.returned_qty and arrived.creditable_qty:
                raise GoodsWentBack(number=mirror.external_number)


def _differences(
    session: Session, bills: Mapping[UUID, Invoice], lines: MirroredLines, progress: Progress
) -> list[BilledReceipt]:
    stocked = find_stock_items(session, {line.item_id for key in bills for line in lines.get(key, ()) if line.item_id})
    return [
        BilledReceipt(mirror.id, mirror.invoiced_on, progress.by_receipt_line[line.delivery_line_id], amount)
        for key, mirror in bills.items()
        for line in lines.get(key, ())
        if line.delivery_line_id in progress.by_receipt_line
        and line.item_id in stocked
        and (amount := line.company_net_amount - line.company_cost_amount)
    ]
