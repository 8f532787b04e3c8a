"""What purchasing tells the world."""

from datetime import datetime
from typing import Any

from transactional.kernel.mirrors import cancelled_event
from transactional.kernel.outbox import Event
from transactional.purchase.landed_cost_models import LandedCost
from transactional.purchase.models import (
    PurchaseContract,
    PurchaseOrder,
    PurchaseReceipt,
    PurchaseRequisition,
    SupplierQuotation,
)

_SOURCES = {PurchaseRequisition: "requisition", SupplierQuotation: "quotation", PurchaseContract: "contract"}


def order_event(name: str, order: PurchaseOrder, at: datetime) -> Event:
    """`purchase.order.created`, `confirmed`, `rejected`, `closed` or `cancelled`."""
    payload: dict[str, Any] = {
        "number": order.number,
        "company_id": str(order.company_id),
        "supplier_id": str(order.supplier_id),
        "ordered_on": order.ordered_on.isoformat(),
        "currency_code": order.currency_code,
        "total_amount": str(order.total_amount),
    }
    return Event(f"purchase.order.{name}", "purchase_order", order.id, at, payload)


def receipt_posted(receipt: PurchaseReceipt, at: datetime) -> Event:
    """`purchase.receipt.posted`, or `purchase.receipt.returned` for goods that go back."""
    name = "posted" if receipt.kind == "receipt" else "returned"
    payload: dict[str, Any] = {
        "number": receipt.number,
        "company_id": str(receipt.company_id),
        "order_id": str(receipt.order_id),
        "supplier_id": str(receipt.supplier_id),
        "received_on": receipt.received_on.isoformat(),
    }
    return Event(f"purchase.receipt.{name}", "purchase_receipt", receipt.id, at, payload)


def receipt_cancelled(receipt: PurchaseReceipt, mirror: PurchaseReceipt, at: datetime) -> Event:
    """`purchase.receipt.cancelled`: what was taken in, or sent back, in error is not any more."""
    topic = "purchase.receipt.cancelled"
    return cancelled_event(topic, "purchase_receipt", receipt, mirror, mirror.received_on, at)


def source_event(row: PurchaseRequisition | SupplierQuotation | PurchaseContract, at: datetime) -> Event:
    """`purchase.requisition.approved`, `purchase.quotation.declined`, `purchase.contract.closed` and so on."""
    name = _SOURCES[type(row)]
    payload: dict[str, Any] = {"number": row.number, "company_id": str(row.company_id)}
    return Event(f"purchase.{name}.{row.state}", f"purchase_{name}", row.id, at, payload)


def landed_cost_posted(row: LandedCost, at: datetime) -> Event:
    """`purchase.landed_cost.posted`."""
    payload: dict[str, Any] = {"number": row.number, "company_id": str(row.company_id), "amount": str(row.amount)}
    return Event("purchase.landed_cost.posted", "landed_cost", row.id, at, payload)
