"""What sales tells the world."""

from datetime import datetime
from typing import Any

from transactional.kernel.mirrors import cancelled_event
from transactional.kernel.outbox import Event
from transactional.sales.models import Delivery, Quotation, ReturnRequest, SalesOrder


def quotation_event(name: str, quotation: Quotation, at: datetime) -> Event:
    """`sales.quotation.created`, `confirmed` or `cancelled`."""
    payload: dict[str, Any] = {
        "number": quotation.number,
        "company_id": str(quotation.company_id),
        "customer_id": str(quotation.customer_id),
        "currency_code": quotation.currency_code,
        "total_amount": str(quotation.total_amount),
        "valid_until": quotation.valid_until.isoformat(),
        "order_id": str(quotation.order_id) if quotation.order_id else None,
    }
    return Event(f"sales.quotation.{name}", "quotation", quotation.id, at, payload)


def order_event(name: str, order: SalesOrder, at: datetime) -> Event:
    """`sales.order.created`, `confirmed`, `changed` or `cancelled`."""
    payload: dict[str, Any] = {
        "number": order.number,
        "company_id": str(order.company_id),
        "customer_id": str(order.customer_id),
        "ordered_on": order.ordered_on.isoformat(),
        "currency_code": order.currency_code,
        "total_amount": str(order.total_amount),
        "revision": order.revision,
    }
    return Event(f"sales.order.{name}", "sales_order", order.id, at, payload)


def delivery_posted(delivery: Delivery, at: datetime) -> Event:
    """`sales.delivery.posted`, or `sales.return.received` for goods that came back."""
    topic = "sales.delivery.posted" if delivery.kind == "delivery" else "sales.return.received"
    payload: dict[str, Any] = {
        "number": delivery.number,
        "company_id": str(delivery.company_id),
        "order_id": str(delivery.order_id),
        "customer_id": str(delivery.customer_id),
        "delivered_on": delivery.delivered_on.isoformat(),
        "return_request_id": str(delivery.return_request_id) if delivery.return_request_id else None,
    }
    return Event(topic, "delivery", delivery.id, at, payload)


def delivery_cancelled(delivery: Delivery, mirror: Delivery, at: datetime) -> Event:
    """`sales.delivery.cancelled`: goods handed over in error are in stock again."""
    return cancelled_event("sales.delivery.cancelled", "delivery", delivery, mirror, mirror.delivered_on, at)


def return_event(name: str, request: ReturnRequest, at: datetime) -> Event:
    """`sales.return.requested`, `approved` or `rejected`."""
    payload: dict[str, Any] = {
        "number": request.number,
        "company_id": str(request.company_id),
        "order_id": str(request.order_id),
        "customer_id": str(request.customer_id),
        "requested_on": request.requested_on.isoformat(),
    }
    return Event(f"sales.return.{name}", "return_request", request.id, at, payload)
