"""A customer asks about own documents, learns nothing of others, and reaches a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, make_customer
from transactional.kernel.principal import Principal

ASK = "/api/ai/portal/ask"


@dataclass(frozen=True)
class Portal:
    """Two customers with an order, a delivery and an invoice each; the first one has a login."""

    own: dict[str, Any]
    foreign: dict[str, Any]
    login: Login
    customer_id: str


@pytest.fixture
def portal(
    admin: Login,
    make_user: Callable[..., Login],
    shop: Shop,
    item_id: str,
    services: Services,
    as_admin: Principal,
) -> Portal:
    with services.database.transaction(as_admin) as session:
        other = str(make_customer(session, "Meadow Trading"))
    own = _sold(admin, shop, item_id, str(shop.customer_id))
    foreign = _sold(admin, shop, item_id, other)
    login = make_user("cora", "portal_customer")
    path = f"/api/user/users/{login.user_id}"
    user = admin.http.get(path)
    tied = {"attributes": {"customer_ids": [str(shop.customer_id)]}}
    assert admin.http.patch(path, json=tied, headers={"If-Match": user.headers["ETag"]}).status_code == 200
    return Portal(own, foreign, login, str(shop.customer_id))


def _sold(admin: Login, shop: Shop, item_id: str, customer_id: str) -> dict[str, Any]:
    lines = [{"item_id": item_id, "qty": "3", "unit_price": "20"}]
    body = {"company_id": str(shop.company_id), "customer_id": customer_id, "lines": lines}
    order = created(admin.http.post("/api/sales/orders", json=body))
    path = f"/api/sales/orders/{order['id']}"
    assert admin.http.post(f"{path}/confirm", json={}).status_code == 200
    delivery = created(admin.http.post(f"{path}/deliver", json={}))
    invoice = created(admin.http.post(f"{path}/invoice", json={}))
    invoice = admin.http.get(f"/api/sales/invoices/{invoice['id']}").json()
    return {"order": admin.http.get(path).json(), "delivery": delivery, "invoice": invoice}


def _ask(portal: Portal, question: str, **more: Any) -> dict[str, Any]:
    answer = portal.login.http.post(ASK, json={"question": question, **more})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.feature("5.8.8")
def test_facts_are_those_of_the_api(portal: Portal, admin: Login) -> None:
    for kind, question in (
        ("order", "What is the status of order {}?"),
        ("delivery", "Has {} been shipped?"),
        ("invoice", "How much of invoice {} is still open?"),
        ("invoice", "发票 {} 还有多少未付"),
    ):
        document = portal.own[kind]
        told = _ask(portal, question.format(document["number"]))
        module = {"order": "sales/orders", "delivery": "sales/deliveries", "invoice": "sales/invoices"}[kind]
        record = portal.login.http.get(f"/api/{module}/{document['id']}").json()
        assert told["status"] == "answered", told
        [shown] = told["documents"]
        assert {name: record[name] for name in shown if name != "kind"} == {
            name: value for name, value in shown.items() if name != "kind"
        }
        assert document["number"] in told["text"]
    amount = Decimal(portal.own["invoice"]["total_amount"])
    assert f"{amount:,.2f}" in _ask(portal, "my unpaid invoices")["text"]
    assert _ask(portal, "invoices that are paid")["documents"] == []


@pytest.mark.feature("5.8.8")
def test_of_another_customer_nothing_is_told_not_even_that_there_is_one(portal: Portal) -> None:
    for kind in ("order", "delivery", "invoice"):
        number = portal.foreign[kind]["number"]
        made_up = number[:-3] + "999"
        real, none = _ask(portal, f"status of {number}"), _ask(portal, f"status of {made_up}")
        assert (real["status"], real["documents"]) == ("refused", [])
        assert real["text"].replace(number, "") == none["text"].replace(made_up, "")
        module = {"order": "sales/orders", "delivery": "sales/deliveries", "invoice": "sales/invoices"}[kind]
        problem(portal.login.http.get(f"/api/{module}/{portal.foreign[kind]['id']}"), 404)
        listed = portal.login.http.get(f"/api/{module}?include_total=true").json()
        assert (listed["total"], [each["id"] for each in listed["items"]]) == (1, [portal.own[kind]["id"]])
    named, unknown = _ask(portal, "invoices of Meadow Trading"), _ask(portal, "invoices of Nobody Anywhere")
    assert (named["status"], named["documents"]) == ("refused", [])
    assert named["text"].replace("meadow trading", "") == unknown["text"].replace("nobody anywhere", "")
    refund = _ask(portal, f"refund {portal.foreign['invoice']['number']}")
    assert (refund["status"], refund["service_request_id"]) == ("refused", None)
    for path in ("/api/scm/customers", "/api/metrics", "/api/ai/conversations"):
        problem(portal.login.http.get(path), 403)
    problem(portal.login.http.post("/api/ai/ask", json={"question": "net revenue"}), 403)


@pytest.mark.feature("5.8.8")
def test_a_refund_becomes_a_request_that_somebody_answers(portal: Portal, admin: Login) -> None:
    number = portal.own["invoice"]["number"]
    told = _ask(portal, f"The goods arrived broken, please refund invoice {number}")
    assert told["status"] == "requested"
    path = f"/api/ai/service-requests/{told['service_request_id']}"
    request = admin.http.get(path).json()
    assert (request["kind"], request["state"], request["document_number"]) == ("change", "open", number)
    assert request["customer_id"] == portal.customer_id
    assert portal.login.http.get(path).json()["state"] == "open"
    problem(portal.login.http.post(f"{path}/answer", json={"answer": "yes"}), 403)
    assert admin.http.post(f"{path}/take", json={}).json()["taken_by"] == str(admin.user_id)
    problem(admin.http.post(f"{path}/take", json={}), 409)
    problem(admin.http.post(f"{path}/answer", json={"answer": ""}), 422)
    assert admin.http.post(f"{path}/answer", json={"answer": "A credit note follows."}).json()["state"] == "answered"
    turns = portal.login.http.get(f"/api/ai/portal/conversations/{told['conversation_id']}/turns").json()["items"]
    assert turns[-1]["reply"]["text"] == "A credit note follows."
    assert admin.http.post(f"{path}/close", json={}).json()["state"] == "closed"
    problem(admin.http.post(f"{path}/answer", json={"answer": "again"}), 409)
    problem(admin.http.post(f"/api/ai/service-requests/{uuid4()}/take", json={}), 404)


@pytest.mark.feature("5.8.8")
def test_what_is_not_understood_goes_to_a_person_with_the_history(portal: Portal, admin: Login) -> None:
    first = _ask(portal, "show my last order")
    assert first["documents"][0]["number"] == portal.own["order"]["number"]
    told = _ask(portal, "qwertz uiop?", conversation_id=first["conversation_id"])
    assert (told["status"], told["confidence"]) == ("handed_over", "0.00")
    path = f"/api/ai/service-requests/{told['service_request_id']}"
    assert admin.http.get(path).json()["kind"] == "handover"
    history = admin.http.get(f"{path}/turns").json()["items"]
    assert [each["question"] for each in history] == ["show my last order", "qwertz uiop?"]
    problem(portal.login.http.get(f"{path}/turns"), 403)
    again = _ask(portal, "orders of the blue one")
    twice = _ask(portal, "orders of the blue one", conversation_id=again["conversation_id"])
    assert (again["status"], twice["status"]) == ("refused", "handed_over")


def test_who_is_tied_to_no_customer_is_told_so(make_user: Callable[..., Login]) -> None:
    nobody = make_user("nora", "portal_customer")
    answer = nobody.http.post(ASK, json={"question": "my orders"})
    assert problem(answer, 409)["code"] == "no_customer"
    assert nobody.http.get("/api/sales/orders").json()["items"] == []
    problem(nobody.http.post(ASK, json={"question": "my orders", "conversation_id": "x"}), 422)
