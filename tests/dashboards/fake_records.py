"""Declared records kept in memory: the declarations and the OpenAPI document are the program's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from api.routers.system.resources import shown
from transactional.kernel.principal import Principal, system_principal
from transactional.resources import RESOURCES

if TYPE_CHECKING:
    from tests.dashboards.fake_api import FakeApi

Json = dict[str, Any]
TENANT = UUID("018f0000-0000-7000-8000-00000000000a")
OPENAPI = Path(__file__).parents[2] / "docs" / "openapi.json"
ORDER_ID = "018f0000-0000-7000-8000-000000000001"
CUSTOMER_ID = "018f0000-0000-7000-8000-0000000000c1"
ITEM_ID = "018f0000-0000-7000-8000-0000000000d1"
INVOICE_ID = "018f0000-0000-7000-8000-0000000000f1"
CATEGORY_ID = "018f0000-0000-7000-8000-0000000000e1"
ALIKE_ID = "018f0000-0000-7000-8000-0000000000d2"
ALIKE: Json = {
    "kind": "item",
    "id": ALIKE_ID,
    "title": "BIKE-2 Road bike",
    "path": f"/api/inventory/items/{ALIKE_ID}",
    "score": 0.7,
}


def declared(permissions: tuple[str, ...]) -> list[Json]:
    """`GET /api/system/resources` for a holder of these rights."""
    by = Principal(tenant_id=TENANT, user_id=None, permissions=frozenset(permissions))
    return [shown(each, by) for each in RESOURCES if by.may(f"{each.thing}.read")]


@cache
def openapi() -> Json:
    """The OpenAPI document as kept in the repository."""
    found: Json = json.loads(OPENAPI.read_text(encoding="utf-8"))
    return found


def everything() -> Principal:
    """Somebody with every right."""
    return system_principal(TENANT, channel="test")


def _seeded() -> dict[str, list[Json]]:
    return {
        "/api/organization/companies": [
            {"id": "018f0000-0000-7000-8000-0000000000a1", "code": "CW", "name": "Cycle Works", "currency_code": "EUR"}
        ],
        "/api/scm/customers": [
            {"id": CUSTOMER_ID, "code": "C-001", "name": "Alpha GmbH", "currency_code": "EUR", "version": 1},
            {"id": CUSTOMER_ID[:-1] + "2", "code": "C-002", "name": "Bravo Ltd", "currency_code": "EUR", "version": 1},
        ],
        "/api/inventory/items": [{"id": ITEM_ID, "code": "BK-21", "name": "Road bike 21", "version": 1}],
        "/api/sales/orders": [
            {
                "id": ORDER_ID,
                "number": "SO-2026-00001",
                "state": "draft",
                "customer_id": CUSTOMER_ID,
                "ordered_on": "2026-03-02",
                "total_amount": "1190.00",
                "currency_code": "EUR",
                "version": 3,
                "lines": [{"id": "l1", "line_number": 1, "item_id": ITEM_ID, "qty": "2", "net_amount": "1000.00"}],
            }
        ],
        "/api/sales/invoices": [
            {
                "id": INVOICE_ID,
                "number": "SI-2026-00001",
                "state": "posted",
                "party_id": CUSTOMER_ID,
                "invoiced_on": "2026-03-03",
                "total_amount": "1190.00",
                "currency_code": "EUR",
                "origin_type": "sales_order",
                "origin_id": ORDER_ID,
                "version": 1,
                "lines": [],
            }
        ],
    }


@dataclass
class Records:
    """The records of one fake, by collection."""

    by_path: dict[str, list[Json]] = field(default_factory=_seeded)

    def answer(self, method: str, path: str, parameters: Json, body: Any, fake: FakeApi) -> tuple[int, Any]:
        """Whatever is asked about records."""
        if path == "/api/system/resources":
            return 200, _page(declared(fake.permissions))
        if path.endswith("/openapi.json"):
            return 200, openapi()
        if path.startswith("/api/ai/knowledge"):
            return self._knowledge(method, path, body)
        collection, found, verb = self._find(path)
        if method == "GET":
            return 200, self._list(collection, parameters, fake) if found is None else _told(collection, found, verb)
        if method == "POST" and found is None:
            if parameters.get("refuse_likely") == "true":
                self._refuse_likely(collection, body)
            made = {"id": str(uuid4()), "version": 1, **body}
            self.by_path.setdefault(collection, []).append(made)
            return 201, made
        return self._change(method, collection, found or {}, verb, body)

    def _refuse_likely(self, collection: str, body: Json) -> None:
        """What the program does where it finds a similar name: here the same one."""
        from tests.dashboards.fake_api import Refusal  # noqa: PLC0415  # the two halves of the fake know each other

        same = [each for each in self.by_path.get(collection, []) if each.get("name") == body.get("name")]
        if same:
            refusal = Refusal(409, "likely_duplicate", "This is likely there already.")
            told = {"city": "Graz", "score": 96.5, "fields": ["name", "city"], "reason": "name and city"}
            refusal.body["likely"] = [{key: each[key] for key in ("id", "code", "name")} | told for each in same]
            raise refusal

    def _knowledge(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        """The documents of the knowledge base, which are no declared collection."""
        kept = self.by_path.setdefault("/api/ai/knowledge", [])
        if method == "DELETE":
            kept[:] = [each for each in kept if not path.endswith(each["id"])]
            return 204, None
        if method == "GET":
            return 200, _page(kept)
        [name, _] = body["file"]
        told = {"id": str(uuid4()), "source": body["source"] or name, "title": body["title"] or name, "revision": 1}
        roles = [each for each in body.get("roles", "").split(",") if each]
        state = {
            "state": "ready",
            "reason": "",
            "pieces": 3,
            "embedding": "",
            "updated_at": "2026-03-04T02:00:00+00:00",
        }
        kept.append({**told, **state, "roles": roles})
        return 201, kept[-1]

    def _list(self, collection: str, parameters: Json, fake: FakeApi) -> Json:
        items = [] if fake.is_empty else self.by_path.get(collection, [])
        q = str(parameters.get("q", "")).lower()
        kept = [each for each in items if q in json.dumps(each).lower()]
        first = int(parameters.get("cursor", 0))
        after = first + int(parameters.get("limit", len(kept) or 1))
        return {
            "items": kept[first:after],
            "next_cursor": str(after) if after < len(kept) else None,
            "total": len(kept),
        }

    def _change(self, method: str, collection: str, found: Json, verb: str, body: Any) -> tuple[int, Any]:
        if method == "DELETE":
            self.by_path[collection].remove(found)
            return 204, None
        if verb == "completions":
            found |= body["values"]
        elif verb:
            found["state"] = {"confirm": "confirmed", "cancel": "cancelled"}.get(verb, verb)
        else:
            found |= body
        found["version"] = int(found.get("version", 1)) + 1
        return 200, found

    def _find(self, path: str) -> tuple[str, Json | None, str]:
        for collection in sorted({*self.by_path, *_paths()}, key=len, reverse=True):
            if path == collection:
                return collection, None, ""
            if path.startswith(f"{collection}/"):
                record_id, _, verb = path.removeprefix(f"{collection}/").partition("/")
                found = next((each for each in self.by_path.get(collection, []) if each["id"] == record_id), None)
                if found is None:
                    raise _missing()
                return collection, found, verb
        raise _missing()


def _missing() -> Exception:
    from tests.dashboards.fake_api import Refusal  # noqa: PLC0415  # the two halves of the fake know each other

    return Refusal(404, "not_found", "There is no such record.")


def _paths() -> Iterator[str]:
    yield from (each.path for each in RESOURCES)


def _page(items: list[Any]) -> Json:
    return {"items": items, "next_cursor": None, "total": None}


def _told(collection: str, found: Json, verb: str) -> Json:
    """A record, or what stands behind it."""
    return _proposals(collection, found) if verb == "completions" else _trail(verb) if verb else found


def _proposals(collection: str, found: Json) -> Json:
    """`GET .../completions`: items are proposed a category."""
    told: Json = {"field": "category_id", "value": CATEGORY_ID, "label": "BIKES Bikes", "confidence": "0.8163"}
    proposal = told | {"sign_field": "name", "sign": "bike", "agreeing": 12, "seen": 12}
    is_wanted = collection.endswith("/items") and "category_id" not in found
    return {"proposals": [proposal] if is_wanted else []}


def _trail(name: str) -> Json:
    if name == "history":
        change = {"field": "state", "old": None, "new": "draft"}
        written = {
            "at": "2026-03-02T10:00:00+00:00",
            "user_name": "Ada Admin",
            "action": "insert",
            "part": "",
            "changes": [change],
        }
        return _page([written])
    lines = [
        {"account_code": "1200", "account_name": "Receivables", "amount": "1190.00", "currency_code": "EUR"},
        {"account_code": "4000", "account_name": "Revenue", "amount": "-1190.00", "currency_code": "EUR"},
    ]
    entry: Json = {"entry_id": "e1", "journal": "sales", "number": 7, "posted_on": "2026-03-03", "lines": lines}
    return _page([entry | {"fiscal_year": 2026, "description": "SI-2026-00001", "origin_type": "sales_invoice"}])


def conversations(method: str, path: str, language: str) -> tuple[int, Json | None]:
    """`/api/ai/conversations`: one that was had before, and the judgement of an answer."""
    if method == "POST":
        return 204, None
    if path.endswith("/turns"):
        reply = assistant({"question": "stock value by region"}, language)
        return 200, {"items": [{"number": 1, "question": "stock value by region", "reply": reply}]}
    return 200, {"items": [{"id": "c1", "title": "stock value by region", "created_at": "2026-11-20T10:00:00Z"}]}


def assistant(body: Json, language: str) -> Json:
    """`POST /api/ai/ask`."""
    from tests.dashboards.fake_numbers import answer  # noqa: PLC0415  # only where it is asked

    question = body["question"].lower()
    kept: Json = {"conversation_id": "c2", "turn": 1}
    base: Json = {
        **kept,
        "metric_query": None,
        "result": None,
        "chart": None,
        "citations": [],
        "choices": [],
        "reason": None,
    }
    if "warranty" in question:
        cited = {
            "document_id": "d1",
            "title": "Returns",
            "place": "p. 2",
            "quote": "36 months.",
            "source": "returns.pdf",
        }
        return {**base, "status": "answered", "text": "“36 months.” (Returns, p. 2)", "citations": [cited]}
    if "weather" in question:
        return {**base, "status": "declined", "text": "I cannot explain the word weather.", "reason": "unknown_word"}
    if "sales" in question:
        choices = [{"label": "Net revenue", "question": "net revenue last year"}]
        return {**base, "status": "clarify", "text": "Which sales do you mean?", "choices": choices}
    query: Json = {"metrics": ["net_revenue"], "group_by": ["region"]}
    result = answer(query, language)
    told = {"text": "Net revenue by region", "understood": ["Customer: Alpine Outdoor"]}
    return {**base, **told, "status": "answered", "metric_query": query, "result": result}


def portal(path: str, body: Any) -> tuple[int, Any]:
    """What a customer is told of an invoice, and the request that was made of another question."""
    if path == "/api/ai/service-requests":
        request = {"subject": "refund SI-1", "state": "answered", "answer": "A credit note follows."}
        return 200, {"items": [request]}
    document = {"kind": "invoices", "number": "SI-1", "state": "posted", "open_amount": "71.40", "currency_code": "EUR"}
    known = {"status": "answered", "text": "Invoice SI-1: 71.40", "documents": [document]}
    return 200, {"conversation_id": "p1", "turn": 1, "service_request_id": None, **known, "asked": body["question"]}
