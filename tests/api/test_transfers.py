"""Transfers arrive line by line: their own lines, no more than was sent, a shortage with its reason."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.5.13")
DOCUMENTS, LEVELS = "/api/inventory/stock-documents", "/api/inventory/stock/levels"


@pytest.fixture
def sent(http: TestClient, shop: Shop, item_id: str) -> dict[str, Any]:
    """Ten on their way from the first warehouse to another."""
    body = {"code": "SECOND", "name": "Second", "company_id": str(shop.company_id)}
    target = created(http.post("/api/inventory/warehouses", json=body))["id"]
    place = {"warehouse_id": target, "code": "MAIN", "name": "Main", "is_default": True}
    created(http.post("/api/inventory/locations", json=place))
    head = {"company_id": str(shop.company_id), "kind": "transfer", "document_on": "2026-03-17", "has_transit": True}
    places = {"warehouse_id": str(shop.warehouse_id), "to_warehouse_id": target}
    line = {"item_id": item_id, "unit_id": str(shop.unit_id), "qty": "10"}
    draft = created(http.post(DOCUMENTS, json={**head, **places, "lines": [line]}))
    answer = http.post(f"{DOCUMENTS}/{draft['id']}/post")
    assert answer.json()["state"] == "in_transit", answer.text
    return dict(answer.json())


def on_hand(http: TestClient, item_id: str) -> list[Decimal]:
    found = http.get(LEVELS, params={"item_id": item_id}).json()["items"]
    return sorted(Decimal(level["on_hand_qty"]) for level in found)


def test_what_arrives_is_of_the_transfer_and_no_more_than_was_sent(
    http: TestClient, sent: dict[str, Any], item_id: str, services: Services, as_admin: Principal
) -> None:
    path, line = f"{DOCUMENTS}/{sent['id']}/arrive", sent["lines"][0]["id"]
    before = on_hand(http, item_id)

    def wrong(*lines: dict[str, Any]) -> list[tuple[str, str]]:
        body = {"arrived_on": "2026-03-18", "lines": list(lines), "shortage_reason": "lost"}
        return [(each["path"], each["code"]) for each in problem(http.post(path, json=body), 422)["errors"]]

    stranger = {"line_id": str(uuid4()), "qty": "1"}
    assert wrong(stranger, {"line_id": line, "qty": "11"}) == [
        ("lines/0/line_id", "not_of_transfer"),
        ("lines/1/qty", "above_sent"),
    ]
    assert wrong({"line_id": line, "qty": "1"}, {"line_id": line, "qty": "2"}) == [("lines", "named_twice")]
    part = {"arrived_on": "2026-03-18", "lines": [{"line_id": line, "qty": "9"}]}
    problem(http.post(path, json={**part, "shortage_reason": "  "}), 409, "shortage_reason_missing")
    assert (http.get(f"{DOCUMENTS}/{sent['id']}").json()["state"], on_hand(http, item_id)) == ("in_transit", before)
    arrived = http.post(path, json={**part, "shortage_reason": "one fell off"}).json()
    assert (arrived["state"], arrived["reason"]) == ("posted", "one fell off")
    assert sum(on_hand(http, item_id)) == 999
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []
