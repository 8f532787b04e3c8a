"""What purchase orders wait for, told of orders in lists: SQL beside the order."""

from sqlalchemy import ColumnElement, and_, case, exists, func, select

from transactional.purchase.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseOrderState,
    PurchaseReceipt,
    PurchaseReceiptLine,
)


def waits_for_arrival() -> ColumnElement[bool]:
    """Whether a confirmed order has a line of which not all has come.

    What was rejected or went back to the supplier is replaced; what waits for inspection has arrived.
    """
    line, part, receipt = PurchaseOrderLine, PurchaseReceiptLine, PurchaseReceipt
    came = case(
        (receipt.kind == "receipt", part.accepted_qty + part.quarantined_qty),
        else_=-part.accepted_qty,
    )
    arrived = (
        select(func.coalesce(func.sum(came), 0))
        .join(receipt, and_(receipt.tenant_id == part.tenant_id, receipt.id == part.receipt_id))
        .where(part.tenant_id == line.tenant_id, part.order_line_id == line.id)
        .scalar_subquery()
    )
    open_lines = exists().where(
        line.tenant_id == PurchaseOrder.tenant_id, line.order_id == PurchaseOrder.id, line.qty > arrived
    )
    return and_(PurchaseOrder.state == PurchaseOrderState.CONFIRMED.value, open_lines)
