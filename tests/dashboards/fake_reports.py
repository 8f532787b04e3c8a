"""Reports, alerts and notices as the pages meet them."""

from __future__ import annotations

from typing import Any

from tests.dashboards import fake_numbers as numbers

Json = dict[str, Any]
DEFINITION: Json = {
    "kind": "table",
    "question": {"metrics": ["net_revenue"], "group_by": ["customer"], "totals": True},
    "chart": {"type": "bar", "metric": "net_revenue"},
}
REPORT: Json = {
    "id": "018f0000-0000-7000-8000-0000000000e1",
    "name": "Revenue by customer",
    "description": None,
    "owner_id": "u1",
    "definition_version": 3,
    "library_key": None,
    "version": 3,
    "updated_at": numbers.WATERMARK,
    "definition": DEFINITION,
    "may_edit": True,
}
VERSIONS: list[Json] = [
    {
        "number": number,
        "created_at": numbers.WATERMARK,
        "created_by": "u1",
        "definition": DEFINITION | {"period": period},
    }
    for number, period in ((3, None), (2, "this_month"), (1, "last_month"))
]
BREACH: Json = {
    "id": "b1",
    "rule_id": "r1",
    "member": "Alpha GmbH",
    "figure": "12,500",
    "expected": "<= 10,000.00",
    "data_version": numbers.VERSION,
    "opened_at": numbers.WATERMARK,
    "closed_at": None,
    "closing_figure": None,
    "withheld": None,
    "is_muted": False,
    "acknowledged_at": None,
}
RULE: Json = {
    "id": "r1",
    "name": "Overdue receivables",
    "kind": "threshold",
    "owner_id": "u1",
    "definition": {"metric": "ar_overdue_amount", "above": "10000"},
    "channels": ["mail"],
    "user_ids": ["u1"],
    "endpoint_id": None,
    "severity": "critical",
    "for_minutes": 0,
    "definition_version": 2,
    "is_active": True,
    "muted_until": None,
    "state": "breached",
    "checked_at": numbers.WATERMARK,
    "data_version": numbers.VERSION,
    "error": None,
    "open_breaches": [BREACH],
}
NOTICE: Json = {
    "id": "n1",
    "title": "Alert: Overdue receivables",
    "body": "Figure: 12,500",
    "link": None,
    "created_at": numbers.WATERMARK,
    "read_at": None,
}
SUBSCRIPTION: Json = {
    "id": "w1",
    "report_id": REPORT["id"],
    "name": "Revenue each Monday",
    "schedule": {"kind": "cron", "cron": "0 7 * * mon", "time_zone": "UTC"},
    "formats": ["pdf"],
    "due_at": numbers.WATERMARK,
    "is_active": True,
    "following": [numbers.WATERMARK],
    "recipients": [
        {"id": "p1", "user_id": "u1", "address": None, "endpoint_id": None},
        {"id": "p2", "user_id": None, "address": "board@example.com", "endpoint_id": None},
    ],
}
LETTER: Json = {
    "subject": "Revenue each Monday",
    "text": "As of Monday",
    "html": "<p>As of Monday</p>",
    "files": ["Revenue.pdf"],
}
LIBRARY = [
    {"key": "net_revenue_by_customer", "area": "sales", "name": "Net revenue by customer", "definition": DEFINITION},
    {
        "key": "stock_value_by_category",
        "area": "stock",
        "name": "Stock value by item category",
        "definition": DEFINITION,
    },
]


OLD_SHOP: Json = {
    "id": "s1",
    "name": "old_shop",
    "label": "Old shop",
    "kind": "postgres",
    "description": "Sold in 2024",
    "owner": "Ada",
    "settings": {"host": "shop.example", "port": 5432, "database": "shop", "username": "reader", "ssl": "prefer"},
    "tested_at": numbers.WATERMARK,
    "version": 1,
}
MART: Json = {
    "name": "fct_sales_invoice_lines",
    "label": "fct_sales_invoice_lines",
    "kind": "mart",
    "owner": "sales team",
    "loaded_at": numbers.WATERMARK,
    "data_version": "v42",
}
SHOPS: Json = {
    "name": "public.shops",
    "columns": [{"name": "city", "type": "text"}, {"name": "revenue", "type": "number"}],
}


def sheet(language: str, *, is_preview: bool = False) -> Json:
    """The figures of a report."""
    found = numbers.answer(DEFINITION["question"], language)
    return {
        "title": "Revenue by customer",
        "columns": found["columns"],
        "rows": found["rows"],
        "levels": [0] * len(found["rows"]),
        "totals": found["totals"],
        "evidence": found["evidence"],
        "left_out": ["Only rows that you may see of: invoice."],
        "definition_version": 3,
        "is_preview": is_preview,
        "notes": {"rows_in_all": 57} if is_preview else {},
        "chart": {**DEFINITION["chart"], "unfit": None},
    }


def link(path: str, language: str) -> tuple[int, Any]:
    """What a shared link shows, to anybody."""
    if path.endswith("/live"):
        return 200, sheet(language) | {"scope": "Analyst"}
    return 410, {"code": "gone", "detail": "This link has expired.", "errors": [], "trace_id": "t"}


def _added(body: Any) -> tuple[int, Any]:
    if body.get("password") != "a guess":
        return 201, {**OLD_SHOP, "label": body["name"]}
    wrong = {"path": "password", "reason": "the server refuses this user name", "code": "wrong_password"}
    return 422, {"code": "invalid_input", "detail": "One field is wrong.", "errors": [wrong], "trace_id": "t"}


def answer(method: str, path: str, body: Any, language: str) -> tuple[int, Any]:
    """What the server says to the pages Reports and Alerts."""
    lists = {
        "/api/report/library": LIBRARY,
        "/api/report/reports": [REPORT],
        "/api/report/sources": [MART, OLD_SHOP],
        "/api/report/sources/old_shop/tables": [SHOPS],
        "/api/notify/subscriptions": [SUBSCRIPTION],
        "/api/notify/alert-rules": [RULE],
        "/api/notify/alerts": [BREACH],
        "/api/notify/notices": [NOTICE],
    }
    if (method, path) == ("POST", "/api/report/sources"):
        return _added(body)
    if path.startswith("/api/notify/subscriptions/") and path.endswith("/preview"):
        return 200, LETTER
    if path.endswith(("/run", "/preview")):
        return 200, sheet(language, is_preview=path.endswith("preview"))
    if method == "GET":
        of_report = {"versions": VERSIONS, "shares": []}
        listed = lists.get(path, of_report.get(path.rpartition("/")[2]))
        return 200, REPORT if listed is None else {"items": listed, "next_cursor": None, "total": None}
    return 201, {**REPORT, **{name: value for name, value in (body or {}).items() if name == "name"}}
