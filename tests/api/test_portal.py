"""A customer asks about own documents, learns nothing of others, and reaches a person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, make_customer
from transactional.finance.queries import overdue_amounts
from transactional.kernel.clock import day_of
from transactional.kernel.principal import Principal

ASK = "/api/ai/portal/ask"


@dataclass(frozen=True)
class Portal:
    """Two customers with an order, a delivery and an invoice each; the first one has a login."""

    own: dict[str, Any]
    foreign: dict[str, Any]
    login: Login
    customer_id: str
    shop: Shop
    item_id: str
    services: Services
    by: Principal


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
    return Portal(own, foreign, login, str(shop.customer_id), shop, item_id, services, as_admin)


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


@pytest.mark.feature("5.8.8")
def test_a_question_goes_on_about_the_document_told_of_last(portal: Portal) -> None:
    order, delivery = portal.own["order"]["number"], portal.own["delivery"]["number"]
    first = _ask(portal, f"where is my order {order}?")
    told = _ask(portal, "when will it be delivered?", conversation_id=first["conversation_id"])
    assert [each["number"] for each in told["documents"]] == [order, delivery]
    chinese = _ask(portal, f"订单{order}什么时候交货?")
    assert [each["number"] for each in chinese["documents"]] == [order, delivery]
    assert chinese["text"].startswith(f"订单 {order}")
    assert "confirmed" not in chinese["text"]
    nothing_before = _ask(portal, "when will it be delivered?")
    assert (nothing_before["status"], nothing_before["documents"]) == ("refused", [])
    cancelled = _ask(portal, "please cancel it", conversation_id=first["conversation_id"])
    assert cancelled["status"] == "requested"
    request = portal.login.http.get(f"/api/ai/service-requests/{cancelled['service_request_id']}").json()
    assert request["document_number"] == order


@pytest.mark.feature("5.8.8")
@pytest.mark.parametrize("question", ["how much do I owe you?", "how much is still open?", "我还欠多少钱?"])
def test_what_is_owed_is_told_as_a_sum(portal: Portal, admin: Login, question: str) -> None:
    _sold(admin, portal.shop, portal.item_id, portal.customer_id)
    invoices = portal.login.http.get("/api/sales/invoices").json()["items"]
    assert len(invoices) == 2
    amount = sum(Decimal(each["open_amount"]) for each in invoices)
    told = _ask(portal, question)
    assert told["status"] == "answered"
    assert f"{amount:,.2f} EUR" in told["text"]
    assert {each["number"] for each in told["documents"]} == {each["number"] for each in invoices}


@pytest.mark.feature("5.8.8")
@pytest.mark.parametrize("question", ["which invoices are overdue?", "哪些发票逾期了?"])
def test_overdue_is_what_was_due_before_today(portal: Portal, question: str) -> None:
    assert _ask(portal, question)["documents"] == []
    with portal.services.database.transaction(portal.by) as session:
        invoice_id = UUID(portal.own["invoice"]["id"])
        amount = Decimal(portal.own["invoice"]["total_amount"])
        late_by = day_of(portal.services.now()) + timedelta(days=90)
        assert overdue_amounts(session, [invoice_id], late_by) == {invoice_id: amount}


@pytest.mark.feature("5.8.8")
def test_an_empty_question_is_refused_and_a_conversation_waits_for_one_person(portal: Portal, admin: Login) -> None:
    told = _ask(portal, "")
    assert (told["status"], told["service_request_id"]) == ("refused", None)
    again = _ask(portal, " ", conversation_id=told["conversation_id"])
    assert (again["status"], again["service_request_id"]) == ("refused", None)
    asked = [_ask(portal, "qwertz?", conversation_id=told["conversation_id"]) for _ in range(3)]
    assert len({each["service_request_id"] for each in asked}) == 1
    assert len(admin.http.get("/api/ai/service-requests").json()["items"]) == 1


@pytest.mark.feature("5.8.8")
def test_who_manages_sales_answers_the_customers(portal: Portal, make_user: Callable[..., Login]) -> None:
    manager = make_user("mia", "sales_manager").http
    told = _ask(portal, "may I talk to somebody?")
    path = f"/api/ai/service-requests/{told['service_request_id']}"
    assert manager.get(f"{path}/turns").json()["items"][0]["question"] == "may I talk to somebody?"
    assert manager.post(f"{path}/answer", json={"answer": "I call you."}).json()["state"] == "answered"


def test_who_is_tied_to_no_customer_is_told_so(make_user: Callable[..., Login]) -> None:
    nobody = make_user("nora", "portal_customer")
    answer = nobody.http.post(ASK, json={"question": "my orders"})
    assert problem(answer, 409)["code"] == "no_customer"
    assert nobody.http.get("/api/sales/orders").json()["items"] == []
    problem(nobody.http.post(ASK, json={"question": "my orders", "conversation_id": "x"}), 422)
