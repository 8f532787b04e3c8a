"""Paying suppliers over HTTP: prepayments netted, what is open never exceeded, one payment an id."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop, add_rate, balance, make_supplier
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("3.6.7")
PAYMENTS = "/api/finance/payments"
Pay = Callable[..., dict[str, Any]]


@pytest.fixture
def supplier(services: Services, as_admin: Principal, shop: Shop) -> str:
    """A supplier who is paid in dollars: 0.90 on the day of the invoice, 0.95 and 0.92 on those of the payments."""
    with services.database.transaction(as_admin) as session:
        for day, rate in ((10, "0.95"), (16, "0.90"), (20, "0.92")):
            add_rate(session, "USD", "EUR", date(2026, 3, day), rate)
        return str(make_supplier(session, "DOLLAR", currency_code="USD"))


@pytest.fixture
def pay(http: TestClient, shop: Shop, supplier: str) -> Pay:
    """The body of a payment in dollars from an account in dollars."""
    owned = http.get("/api/finance/bank-accounts", params={"company_id": str(shop.company_id)}).json()["items"][0]
    account = {"code": "USD", "name": "Dollars", "company_id": owned["company_id"], "currency_code": "USD"}
    bank = created(http.post("/api/finance/bank-accounts", json={**account, "account_id": owned["account_id"]}))

    def body(amount: str, on: int, **more: Any) -> dict[str, Any]:
        head = {"company_id": str(shop.company_id), "kind": "disbursement", "party_id": supplier}
        return {**head, "bank_account_id": bank["id"], "paid_on": f"2026-03-{on}", "amount": amount, **more}

    return body


@pytest.fixture
def order(http: TestClient, shop: Shop, supplier: str, item_id: str) -> dict[str, Any]:
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": supplier,
        "ordered_on": "2026-03-10",
        "lines": [{"item_id": item_id, "qty": "10", "unit_price": "100"}],
    }
    return created(http.post("/api/purchase/orders", json=body, params={"confirm": "true"}))


def test_a_prepayment_is_netted_at_invoice_and_the_rest_paid_with_its_exchange_difference(
    http: TestClient, pay: Pay, order: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    created(http.post(PAYMENTS, json=pay("500", 10, origin_id=order["id"])))
    path = f"/api/purchase/orders/{order['id']}"
    created(http.post(f"{path}/receive", json={"received_on": "2026-03-16"}))
    made = created(http.post(f"{path}/invoice", json={"external_number": "R-1", "invoiced_on": "2026-03-16"}))
    assert (made["total_amount"], made["settled_amount"], made["open_amount"]) == ("1200.00", "500.00", "700.00")
    rest = [{"invoice_id": made["id"], "amount": "700"}]
    too_much = pay("800", 20, allocations=[{"invoice_id": made["id"], "amount": "701"}])
    problem(http.post(PAYMENTS, json=too_much), 409, "over_settlement")
    body = pay("700", 20, allocations=rest, bank_reference="W-1")
    paid = created(http.post(PAYMENTS, json=body))
    again = http.post(PAYMENTS, json=body)
    assert (again.status_code, again.json()["id"]) == (201, paid["id"])
    assert http.get(f"/api/purchase/invoices/{made['id']}").json()["open_amount"] == "0.00"
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []
        # 500 dollars at 0.95 for 0.90 and 700 at 0.92: 25 and 14 euros lost.
        found = [str(round(balance(session, code), 2)) for code in ("2100", "1250", "6800", "1100")]
    assert found == ["0.00", "0.00", "39.00", "-1119.00"]


def test_an_order_is_prepaid_no_further_than_it_is_worth(http: TestClient, pay: Pay, order: dict[str, Any]) -> None:
    created(http.post(PAYMENTS, json=pay("700", 10, origin_id=order["id"])))
    refused = problem(http.post(PAYMENTS, json=pay("500.01", 11, origin_id=order["id"])), 409, "order_prepaid")
    assert "worth 1200.00 USD: 1200.01 would be paid" in refused["detail"]
    created(http.post(PAYMENTS, json=pay("500", 11, origin_id=order["id"])))
    copy = {name: order[name] for name in ("company_id", "supplier_id", "ordered_on")}
    lines = [{"item_id": order["lines"][0]["item_id"], "qty": "1", "unit_price": "100"}]
    gone = created(http.post("/api/purchase/orders", json={**copy, "lines": lines}))
    assert http.post(f"/api/purchase/orders/{gone['id']}/cancel").json()["state"] == "cancelled"
    problem(http.post(PAYMENTS, json=pay("1", 11, origin_id=gone["id"])), 409, "order_prepaid")
    assert len(http.get(PAYMENTS).json()["items"]) == 2


def test_many_payments_at_once_take_off_what_is_open_once(
    http: TestClient, pay: Pay, order: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    path = f"/api/purchase/orders/{order['id']}"
    created(http.post(f"{path}/receive", json={"received_on": "2026-03-16"}))
    made = created(http.post(f"{path}/invoice", json={"external_number": "R-2", "invoiced_on": "2026-03-16"}))
    whole = [{"invoice_id": made["id"], "amount": "1200"}]

    def race(bodies: list[dict[str, Any]]) -> list[tuple[int, str | None]]:
        with ThreadPoolExecutor(len(bodies)) as pool:
            answers = list(pool.map(lambda body: http.post(PAYMENTS, json=body), bodies))
        return [(answer.status_code, answer.json().get("id")) for answer in answers]

    same = race([pay("1200", 20, allocations=whole, bank_reference="W-2")] * 5)
    assert {status for status, _ in same} == {201}
    assert len({made_id for _, made_id in same}) == 1
    others = race([pay("1200", 20, allocations=whole, bank_reference=f"W-{number}") for number in range(3, 7)])
    assert [status for status, _ in others] == [409] * 4
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []
