"""Purchase orders made from requisitions, suppliers' quotations and contracts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, add_price, make_supplier
from transactional.catalog.models import PriceList
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all

pytestmark = pytest.mark.feature("3.6.3")
TODAY = date.today()  # noqa: DTZ011  # requisitions are dated by the database's day
SOON = (TODAY + timedelta(days=20)).isoformat()
NEEDS, OFFERS, CONTRACTS = (f"/api/purchase/{name}" for name in ("requisitions", "quotations", "contracts"))


@pytest.fixture
def price(services: Services, as_admin: Principal, shop: Shop, item_id: str) -> str:
    """The supplier's list: 8 each, from 5 on."""
    with services.database.transaction(as_admin) as session:
        row = PriceList(
            id=new_id(), code="P", name="Offers", kind="purchase", currency_code="EUR", supplier_id=shop.supplier_id
        )
        insert_all(session, [row])
        add_price(session, row.id, item_id, "8", min_qty="5")  # type: ignore[arg-type]
    return item_id


@pytest.fixture
def need(http: TestClient, shop: Shop, item_id: str) -> Callable[..., dict[str, Any]]:
    """Makes a requisition of ten, approved unless told otherwise."""

    def make(*, approve: bool = True, **line: Any) -> dict[str, Any]:
        body = {
            "company_id": str(shop.company_id),
            "needed_on": SOON,
            "lines": [{"item_id": item_id, "qty": "10", "supplier_id": str(shop.supplier_id), **line}],
        }
        made = created(http.post(NEEDS, json=body))
        if approve:
            assert http.post(f"{NEEDS}/{made['id']}/approve").json()["state"] == "approved"
        return made

    return make


def line_of(document: dict[str, Any]) -> str:
    return str(document["lines"][0]["id"])


def test_a_requisition_is_ordered_in_parts_and_never_twice(
    http: TestClient, need: Callable[..., dict[str, Any]], price: str, shop: Shop
) -> None:
    made = need()
    assert made["number"].startswith(f"RQ-{TODAY.year}-")
    path = f"{NEEDS}/{made['id']}/order"
    part = {"lines": [{"line_id": line_of(made), "qty": "6"}]}
    first = created(http.post(path, json=part))
    [line] = first["lines"]
    assert (first["supplier_id"], first["state"]) == (str(shop.supplier_id), "draft")
    assert (line["unit_price"], line["price_source"], line["promised_on"]) == ("8", "Offers from 5", SOON)
    assert (first["net_amount"], first["tax_amount"], first["total_amount"]) == ("48.00", "9.60", "57.60")
    assert line["requisition_line_id"] == line_of(made)
    too_much = problem(http.post(path, json={"lines": [{"line_id": line_of(made), "qty": "5"}]}), 409)
    assert too_much["code"] == "requisition_ordered"
    assert "4 can still be ordered, not 5" in too_much["detail"]
    http.post(f"/api/purchase/orders/{first['id']}/cancel")
    whole = created(http.post(path))
    assert whole["lines"][0]["qty"] == "10"
    assert problem(http.post(path), 409)["code"] == "requisition_ordered"
    assert problem(http.post(path, json={"lines": [{"line_id": line_of(made)}]}), 409)["code"] == "requisition_ordered"
    assert http.post(f"{NEEDS}/{made['id']}/close").json()["state"] == "closed"
    assert problem(http.post(path), 409)["code"] == "requisition_not_approved"


@pytest.mark.feature("3.6.2")
def test_a_need_nobody_has_a_list_for_is_ordered_at_the_price_agreed(
    http: TestClient, need: Callable[..., dict[str, Any]]
) -> None:
    made = need()
    path, part = f"{NEEDS}/{made['id']}/order", {"line_id": line_of(made), "qty": "4"}
    unlisted = problem(http.post(path, json={"lines": [part]}), 422, "invalid_input")["errors"]
    assert [(each["path"], each["code"]) for each in unlisted] == [("lines/0/unit_price", "price_missing")]
    problem(http.post(path, json={"lines": [{**part, "unit_price": "-1"}]}), 422, "invalid_input")
    order = created(http.post(path, json={"lines": [{**part, "unit_price": "7.5"}]}))
    assert (order["net_amount"], order["lines"][0]["price_source"]) == ("30.00", "given")


@pytest.mark.feature("3.6.2")
def test_a_need_of_a_company_that_is_not_ours_is_no_need(http: TestClient, item_id: str) -> None:
    body = {"company_id": str(new_id()), "needed_on": SOON, "lines": [{"item_id": item_id, "qty": "1"}]}
    assert "company" in problem(http.post(NEEDS, json=body), 404, "not_found")["detail"]


def test_what_is_wrong_with_a_requisition_is_named(
    http: TestClient, need: Callable[..., dict[str, Any]], shop: Shop, item_id: str, services: Services, as_admin: Any
) -> None:
    body = {"company_id": str(shop.company_id), "needed_on": "2020-01-01", "lines": [{"item_id": item_id, "qty": "1"}]}
    late = problem(http.post(NEEDS, json=body), 422)
    assert [(error["path"], error["code"]) for error in late["errors"]] == [("needed_on", "too_early")]
    problem(http.post(NEEDS, json={**body, "needed_on": SOON, "lines": []}), 422)
    draft, nobody = need(approve=False), need(supplier_id=None)
    assert problem(http.post(f"{NEEDS}/{draft['id']}/order"), 409)["code"] == "requisition_not_approved"
    problem(http.post(f"{NEEDS}/{draft['id']}/reject", json={"reason": ""}), 422)
    rejected = http.post(f"{NEEDS}/{draft['id']}/reject", json={"reason": "no money"}).json()
    assert (rejected["state"], rejected["decision_reason"]) == ("rejected", "no money")
    path = f"{NEEDS}/{nobody['id']}/order"
    assert [error["path"] for error in problem(http.post(path), 422)["errors"]] == ["supplier_id"]
    with services.database.transaction(as_admin) as session:
        blocked = str(make_supplier(session, "BAD", is_blocked=True))
    wrong = problem(http.post(path, json={"supplier_id": blocked}), 422)
    assert {(error["path"], error["code"]) for error in wrong["errors"]} == {
        ("supplier_id", "supplier_blocked"),
        ("lines/0/unit_price", "price_missing"),
    }
    other = problem(http.post(path, json={"lines": [{"line_id": line_of(draft), "qty": "1"}]}), 422)
    assert [(error["path"], error["code"]) for error in other["errors"]] == [("lines/0/line_id", "foreign_line")]


def test_two_buyers_at_once_order_a_need_once(
    http: TestClient, need: Callable[..., dict[str, Any]], price: str
) -> None:
    path = f"{NEEDS}/{need()['id']}/order"
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: http.post(path).status_code, range(6)))
    assert sorted(answers) == [201, 409, 409, 409, 409, 409]


def test_a_quotation_gives_its_order_price_unit_tax_and_day(
    http: TestClient, need: Callable[..., dict[str, Any]], shop: Shop, item_id: str
) -> None:
    wanted = need()
    line = {"item_id": item_id, "qty": "10", "min_qty": "4", "unit_price": "7.5", "discount_share": "0.1"}
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "A-1",
        "quoted_on": "2026-03-16",
        "valid_until": "2026-03-31",
        "currency_code": "EUR",
        "lines": [{**line, "promised_on": "2026-04-10", "requisition_line_id": line_of(wanted)}],
    }
    wrong = problem(http.post(OFFERS, json={**body, "valid_until": "2026-03-01"}), 422)
    assert [error["path"] for error in wrong["errors"]] == ["valid_until"]
    made = created(http.post(OFFERS, json=body))
    path = f"{OFFERS}/{made['id']}/order"
    few = {"ordered_on": "2026-03-20", "lines": [{"line_id": line_of(made), "qty": "3"}]}
    wrong = problem(http.post(path, json=few), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("lines/0/qty", "below_minimum")]
    late = problem(http.post(path, json={"ordered_on": "2026-04-01"}), 409)
    assert late["code"] == "supplier_quotation_over"
    order = created(http.post(path, json={"ordered_on": "2026-03-20"}))
    [ordered] = order["lines"]
    assert (ordered["unit_price"], ordered["net_amount"], ordered["tax_amount"]) == ("7.5", "67.50", "13.50")
    assert (ordered["price_source"], ordered["promised_on"]) == (f"Quotation {made['number']}", "2026-04-10")
    assert http.get(f"{OFFERS}/{made['id']}").json()["state"] == "accepted"
    assert problem(http.post(path, json={"ordered_on": "2026-03-20"}), 409)["code"] == "transition_refused"
    assert problem(http.post(f"{NEEDS}/{wanted['id']}/order"), 409)["code"] == "requisition_ordered"
    second = created(http.post(OFFERS, json=body))
    again = problem(http.post(f"{OFFERS}/{second['id']}/order", json={"ordered_on": "2026-03-20"}), 409)
    assert again["code"] == "requisition_ordered"
    assert http.post(f"{OFFERS}/{second['id']}/decline").json()["state"] == "declined"


def test_a_contract_is_ordered_from_within_its_days_and_quantities(
    http: TestClient, shop: Shop, item_id: str, make_role: Any, make_user: Callable[..., Login]
) -> None:
    line = {"item_id": item_id, "unit_price": "6", "min_qty": "10", "max_qty": "50", "lead_time_days": 14}
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "starts_on": "2026-01-01",
        "ends_on": "2026-06-30",
        "currency_code": "EUR",
        "lines": [line],
    }
    problem(http.post(CONTRACTS, json={**body, "ends_on": "2025-12-31"}), 422)
    made = created(http.post(CONTRACTS, json=body))
    path = f"{CONTRACTS}/{made['id']}/order"

    def ask(qty: str, on: str = "2026-03-16") -> Any:
        return http.post(path, json={"ordered_on": on, "lines": [{"line_id": line_of(made), "qty": qty}]})

    assert problem(ask("10"), 409)["code"] == "contract_not_approved"
    make_role("reader", "purchase_contract.read")
    problem(make_user("bo", "reader").http.post(f"{CONTRACTS}/{made['id']}/approve"), 403, "not_allowed")
    assert http.post(f"{CONTRACTS}/{made['id']}/approve").json()["state"] == "approved"
    change = {"version": 2, "ends_on": "2027-01-01"}
    problem(http.patch(f"{CONTRACTS}/{made['id']}", json=change), 409, "not_editable")
    problem(http.post(path, json={"ordered_on": "2026-03-16"}), 422)
    assert problem(ask("9"), 422)["errors"][0]["code"] == "below_minimum"
    assert problem(ask("10", "2026-07-01"), 409)["code"] == "contract_over"
    order = created(ask("40"))
    assert (order["lines"][0]["promised_on"], order["net_amount"]) == ("2026-03-30", "240.00")
    assert problem(ask("11"), 409)["code"] == "contract_exhausted"
    created(ask("10"))
    assert http.post(f"{CONTRACTS}/{made['id']}/close").json()["state"] == "closed"


def test_totals_and_commitment_of_an_order_are_there_at_once(
    http: TestClient, need: Callable[..., dict[str, Any]], price: str
) -> None:
    order = created(http.post(f"{NEEDS}/{need()['id']}/order"))
    path = f"/api/purchase/orders/{order['id']}"
    http.post(f"{path}/confirm")
    progress = http.get(f"{path}/progress").json()
    assert (progress["total_amount"], progress["commitment_amount"]) == (order["total_amount"], order["net_amount"])
    created(http.post(f"{path}/receive", json={}))
    line = {"order_line_id": line_of(order), "qty": "4"}
    created(http.post(f"{path}/invoice", json={"external_number": "R-1", "lines": [line]}))
    progress = http.get(f"{path}/progress").json()
    assert Decimal(progress["commitment_amount"]) == Decimal("48.00")
    assert (progress["lines"][0]["accepted_qty"], progress["lines"][0]["invoiced_qty"]) == ("10", "4")
