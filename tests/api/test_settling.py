"""What sets money against invoices and means nothing is refused by its field, and the books stay as they were."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

pytestmark = pytest.mark.feature("FIN-15")
PAYMENTS, SETTLEMENTS, DAY = "/api/finance/payments", "/api/finance/settlements", "2026-03-16"


@pytest.fixture
def customer_id(http: TestClient, shop: Shop) -> str:
    """A customer whose terms grant two percent within ten days."""
    term = http.get("/api/scm/payment-terms", params={"code": "2-10-NET30"}).json()["items"][0]["id"]
    body = {"code": "TWO", "name": "Two", "currency_code": "EUR", "country_code": "DE", "payment_term_id": term}
    return str(created(http.post("/api/scm/customers", json=body))["id"])


@pytest.fixture
def orders(http: TestClient, shop: Shop, item_id: str, customer_id: str) -> list[dict[str, Any]]:
    """Two orders of 120 and 240, delivered."""
    made = []
    for qty in ("1", "2"):
        line = {"item_id": item_id, "qty": qty, "unit_price": "100"}
        body = {"company_id": str(shop.company_id), "customer_id": customer_id, "ordered_on": DAY, "lines": [line]}
        made.append(created(http.post("/api/sales/orders", json=body, params={"confirm": "true"})))
        created(http.post(f"/api/sales/orders/{made[-1]['id']}/deliver", json={"delivered_on": DAY}))
    return made


@pytest.fixture
def invoices(http: TestClient, orders: list[dict[str, Any]]) -> list[str]:
    body = {"invoiced_on": DAY}
    return [created(http.post(f"/api/sales/orders/{each['id']}/invoice", json=body))["id"] for each in orders]


def paying(shop: Shop, customer_id: str, amount: str, *allocations: dict[str, Any], **more: Any) -> dict[str, Any]:
    head = {"company_id": str(shop.company_id), "kind": "receipt", "party_id": customer_id, "paid_on": "2026-03-18"}
    return {**head, "amount": amount, "allocations": list(allocations), **more}


def left(http: TestClient, invoices: list[str]) -> list[str]:
    return [http.get(f"/api/sales/invoices/{each}").json()["open_amount"] for each in invoices]


def test_one_receipt_settles_several_and_is_taken_back(
    http: TestClient, shop: Shop, customer_id: str, invoices: list[str], services: Services, as_admin: Principal
) -> None:
    first = {"invoice_id": invoices[0], "amount": "117.60", "discount_amount": "2.40"}
    second = {"invoice_id": invoices[1], "amount": "80", "write_off_amount": "0.50"}
    made = created(http.post(PAYMENTS, json=paying(shop, customer_id, "200", first, second, charge_amount="3")))
    [posting] = http.get(f"{PAYMENTS}/{made['id']}/postings").json()["items"]
    assert {line["account_code"]: line["amount"] for line in posting["lines"]} == {
        "1100": "197.00",
        "1200": "-200.50",
        "2150": "-2.40",
        "4110": "2.40",
        "6500": "0.50",
        "6600": "3.00",
    }
    assert left(http, invoices) == ["0.00", "159.50"]
    over = {"invoice_id": invoices[1], "amount": "159.51"}
    problem(http.post(PAYMENTS, json=paying(shop, customer_id, "200", over)), 409, "over_settlement")
    rows = http.get(SETTLEMENTS, params={"payment_id": made["id"]}).json()["items"]
    for row in rows:
        created(http.post(f"{SETTLEMENTS}/{row['id']}/undo", json={"on": "2026-03-19"}))
    problem(http.post(f"{SETTLEMENTS}/{rows[0]['id']}/undo", json={"on": "2026-03-19"}), 409, "settlement_undone")
    assert left(http, invoices) == ["120.00", "240.00"]
    again = {"payment_id": made["id"], "settled_on": "2026-03-20"}
    whole = {**again, "allocations": [{"invoice_id": invoices[1], "amount": "200"}]}
    created(http.post(SETTLEMENTS, json=whole))
    assert left(http, invoices) == ["120.00", "40.00"]
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []


def test_a_part_payment_earns_its_part_of_the_discount(
    http: TestClient, shop: Shop, customer_id: str, invoices: list[str]
) -> None:
    def paid(amount: str, discount: str) -> dict[str, Any]:
        allocation = {"invoice_id": invoices[0], "amount": amount, "discount_amount": discount}
        return paying(shop, customer_id, amount, allocation)

    said = problem(http.post(PAYMENTS, json=paid("50", "2.40")), 409, "discount_not_granted")
    assert "of 1.05 on" in said["detail"]
    created(http.post(PAYMENTS, json=paid("49", "1")))
    created(http.post(PAYMENTS, json=paid("68.60", "1.40")))
    assert left(http, invoices) == ["0.00", "240.00"]


def test_a_rate_at_which_money_is_worth_nothing_is_refused(http: TestClient, shop: Shop, customer_id: str) -> None:
    account = {"code": "USD-1", "name": "Dollars", "company_id": str(shop.company_id), "currency_code": "USD"}
    ledger = http.get("/api/finance/accounts", params={"code": "1190"}).json()["items"][0]["id"]
    bank = created(http.post("/api/finance/bank-accounts", json={**account, "account_id": ledger}))["id"]
    given = paying(shop, customer_id, "1.00", bank_account_id=bank)
    for amount, rate, code in (
        ("1.00", "0.0000000001", "worth_nothing"),
        ("99999999999999.00", "1000000000", "too_large"),
    ):
        wrong = problem(http.post(PAYMENTS, json={**given, "amount": amount, "exchange_rate": rate}), 422)
        assert [(each["path"], each["code"]) for each in wrong["errors"]] == [("exchange_rate", code)]
    created(http.post(PAYMENTS, json={**given, "exchange_rate": "0.93"}))


def test_what_means_nothing_is_named_by_its_field(
    http: TestClient, shop: Shop, customer_id: str, orders: list[dict[str, Any]], invoices: list[str], item_id: str
) -> None:
    def refused(**change: Any) -> list[tuple[str, str]]:
        given = paying(shop, customer_id, "50", **change)
        return [(error["path"], error["code"]) for error in problem(http.post(PAYMENTS, json=given), 422)["errors"]]

    assert refused(bank_reference=" ") == [("bank_reference", "string_too_short")]
    assert refused(exchange_rate="5") == [("exchange_rate", "rate_of_own")]
    other = [{"invoice_id": invoices[1], "amount": "10", "payment_amount": "40"}]
    assert refused(allocations=other) == [("allocations/0/payment_amount", "one_currency")]
    assert refused(origin_id=item_id) == [("origin_id", "other_order")]
    # The order is another customer's.
    assert refused(origin_id=orders[0]["id"], party_id=str(shop.customer_id)) == [("origin_id", "other_order")]
    late = paying(shop, customer_id, "10", {"invoice_id": invoices[1], "amount": "1", "discount_amount": "1"})
    said = problem(http.post(PAYMENTS, json={**late, "paid_on": "2026-05-04"}), 409, "discount_not_granted")
    assert "of 0.00 on 2026-05-04, not 1.00" in said["detail"]
    both = {
        "payment_id": item_id,
        "credit_note_id": item_id,
        "allocations": [{"invoice_id": invoices[0], "amount": "1"}],
    }
    assert [error["code"] for error in problem(http.post(SETTLEMENTS, json=both), 422)["errors"]] == ["two_sources"]
    assert left(http, invoices) == ["120.00", "240.00"]
    assert http.get(PAYMENTS).json()["items"] == []


def test_what_is_paid_on_an_order_is_netted_when_it_is_invoiced(
    http: TestClient, shop: Shop, customer_id: str, orders: list[dict[str, Any]]
) -> None:
    created(http.post(PAYMENTS, json=paying(shop, customer_id, "100", origin_id=orders[0]["id"])))
    body = {"invoiced_on": "2026-03-19"}
    assert created(http.post(f"/api/sales/orders/{orders[0]['id']}/invoice", json=body))["open_amount"] == "20.00"


@pytest.mark.feature("FIN-17")
def test_terms_grant_a_discount_from_the_invoices_day_on_never_before(http: TestClient) -> None:
    whole = [{"share": "1", "days": 30, "after": "invoice"}]
    body = {"code": "EARLY", "name": "Early", "installments": whole, "discount_share": "0.02", "discount_days": -10}
    refused = problem(http.post("/api/scm/payment-terms", json=body), 422, "invalid_input")
    assert [each["path"] for each in refused["errors"]] == ["discount_days"]
    assert created(http.post("/api/scm/payment-terms", json={**body, "discount_days": 0}))["discount_days"] == 0
