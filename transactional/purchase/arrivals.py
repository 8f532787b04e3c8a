"""What an arrival becomes: pure, receipt lines in, returns of rejected goods and moves out."""

from collections.abc import Sequence

from transactional.inventory.lots import LotQty
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.kernel.ids import new_id
from transactional.kernel.money import ZERO
from transactional.ledger.models import AccountRole
from transactional.purchase.models import PurchaseReceipt, PurchaseReceiptLine


def rejection_of(back: PurchaseReceipt, line: PurchaseReceiptLine) -> PurchaseReceiptLine:
    """Rejected goods were never ours: their return moves no stock and no money."""
    return PurchaseReceiptLine(
        id=new_id(),
        receipt_id=back.id,
        order_id=line.order_id,
        order_line_id=line.order_line_id,
        item_id=line.item_id,
        location_id=line.location_id,
        arrived_qty=line.rejected_qty,
        accepted_qty=ZERO,
        rejected_qty=line.rejected_qty,
        quarantined_qty=ZERO,
        stock_qty=ZERO,
        value_amount=ZERO,
        reject_reason=line.reject_reason,
        returned_line_id=line.id,
    )


def move_of(receipt: PurchaseReceipt, line: PurchaseReceiptLine, lots: Sequence[LotQty], position: int) -> MoveDraft:
    """What takes the accepted goods of a line into stock."""
    return MoveDraft(
        company_id=receipt.company_id,
        item_id=line.item_id,
        warehouse_id=receipt.warehouse_id,
        location_id=line.location_id,
        kind=MoveKind.RECEIPT,
        qty=line.stock_qty,
        occurred_on=receipt.received_on,
        origin_type="purchase_receipt",
        origin_id=receipt.id,
        origin_line_id=line.id,
        contra_role=AccountRole.GRNI,
        value_amount=line.value_amount,
        party_kind="supplier",
        party_id=receipt.supplier_id,
        lots=lots,
        path=f"lines/{position}/",
    )
