"""The mix of requests of a working day, and the tenants that send them."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bench.order_to_cash import order_body
from bench.shop import Shop


@dataclass(slots=True)
class Company:
    """A tenant, its token, and the documents that wait for their next step."""

    shop: Shop
    token: str
    confirmed: deque[str] = field(default_factory=deque)
    delivered: deque[str] = field(default_factory=deque)


@dataclass(frozen=True, slots=True)
class Action:
    """A kind of request: how often, and what it asks."""

    name: str
    weight: int
    is_write: bool
    ask: Callable[[Company, random.Random], tuple[str, str, dict[str, Any] | None]]


def _list_orders(_: Company, __: random.Random) -> tuple[str, str, None]:
    return "GET", "/api/sales/orders?limit=50&sort=-ordered_on", None


def _find_customer(_: Company, chance: random.Random) -> tuple[str, str, None]:
    return "GET", f"/api/scm/customers?q=Customer%20{chance.randrange(300)}&limit=20", None


def open_customer(company: Company, chance: random.Random) -> tuple[str, str, None]:
    """What asks for one customer."""
    return "GET", f"/api/scm/customers/{chance.choice(company.shop.customers)}", None


def _stock(company: Company, chance: random.Random) -> tuple[str, str, None]:
    return "GET", f"/api/inventory/stock/levels?item_id={chance.choice(company.shop.items)}", None


def _metric(_: Company, chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    by = chance.choice(["metric_time__month", "customer", "item"])
    return "POST", "/api/metrics/query", {"metrics": ["net_revenue", "order_count"], "group_by": [by], "limit": 20}


def _question(_: Company, chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    what = chance.choice(["net revenue by month", "top 5 customers by net revenue", "stock value"])
    return "POST", "/api/ai/ask", {"question": what}


def _order(company: Company, chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    return "POST", "/api/sales/orders?confirm=true", order_body(company.shop, chance)


def _deliver(company: Company, chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    with suppress(IndexError):
        return "POST", f"/api/sales/orders/{company.confirmed.popleft()}/deliver", {}
    return _order(company, chance)


def _invoice(company: Company, chance: random.Random) -> tuple[str, str, dict[str, Any]]:
    with suppress(IndexError):
        return "POST", f"/api/sales/orders/{company.delivered.popleft()}/invoice", {}
    return _deliver(company, chance)


def _export(_: Company, __: random.Random) -> tuple[str, str, None]:
    return "GET", "/api/scm/customers/export?format=csv", None


ACTIONS = (
    Action("list of orders", 22, False, _list_orders),
    Action("search", 8, False, _find_customer),
    Action("record", 15, False, open_customer),
    Action("stock of an item", 8, False, _stock),
    Action("metric query", 12, False, _metric),
    Action("question", 2, False, _question),
    Action("export", 1, False, _export),
    Action("order", 12, True, _order),
    Action("delivery", 10, True, _deliver),
    Action("invoice", 10, True, _invoice),
)
WRITES = frozenset(action.name for action in ACTIONS if action.is_write)
