"""What production tells the world."""

from datetime import datetime
from typing import Any

from transactional.kernel.outbox import Event
from transactional.production.models import ProductionOrder, ProductionPaper


def order_event(name: str, order: ProductionOrder, at: datetime) -> Event:
    """`production.order.created`, `released`, `closed` or `cancelled`."""
    payload: dict[str, Any] = {
        "number": order.number,
        "company_id": str(order.company_id),
        "item_id": str(order.item_id),
        "qty": str(order.qty),
        "due_on": order.due_on.isoformat(),
    }
    return Event(f"production.order.{name}", "production_order", order.id, at, payload)


def paper_event(name: str, paper: ProductionPaper, at: datetime) -> Event:
    """`production.issue.posted`, `production.receipt.cancelled` and so on."""
    payload: dict[str, Any] = {
        "number": paper.number,
        "company_id": str(paper.company_id),
        "order_id": str(paper.order_id),
        "posted_on": paper.posted_on.isoformat(),
    }
    return Event(f"production.{paper.kind}.{name}", f"production_{paper.kind}", paper.id, at, payload)
