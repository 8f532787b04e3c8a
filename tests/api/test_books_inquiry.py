"""Years, accounts and terms over HTTP, clause by clause."""

import base64
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, make_item, make_shop
from transactional.kernel.principal import Principal


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


@pytest.fixture
def enter(http: TestClient, shop: Shop, accounts: dict[str, str]) -> Callable[..., dict[str, Any]]:
    """Enters a bill for rent, perhaps of a cost centre."""

    def bill(number: int, price: str, **line: Any) -> dict[str, Any]:
        body = {
            "company_id": str(shop.company_id),
            "supplier_id": str(shop.supplier_id),
            "external_number": f"R-{number}",
            "invoiced_on": f"2026-03-{number:02}",
            "lines": [{"account_id": accounts["6200"], "unit_price": price, **line}],
        }
        return created(http.post("/api/purchase/invoices", json=body))

    return bill


@pytest.mark.feature("FIN-07")
def test_an_account_is_read_line_by_line_with_its_balance_and_documents(
    http: TestClient,
    shop: Shop,
    accounts: dict[str, str],
    enter: Callable[..., dict[str, Any]],
    make_tenant: Callable[[str], Login],
) -> None:
    body = {"code": "SHOP", "name": "Shop", "company_id": str(shop.company_id)}
    centre = created(http.post("/api/organization/cost-centres", json=body))["id"]
    bills = [enter(day, f"{day}0", **({"cost_centre_id": centre} if day % 2 else {})) for day in range(1, 6)]
    path = f"/api/finance/accounts/{accounts['6200']}/ledger"
    first = http.get(path, params={"limit": 3}).json()
    rest = http.get(path, params={"limit": 3, "cursor": first["next_cursor"]}).json()
    lines = [*first["items"], *rest["items"]]
    assert [line["balance_amount"] for line in lines] == ["10.00", "30.00", "60.00", "100.00", "150.00"]
    assert rest["next_cursor"] is None
    assert [line["origin_id"] for line in lines] == [bill["id"] for bill in bills]
    assert http.get(f"/api/finance/journal-entries/{lines[0]['entry_id']}").status_code == 200
    span = http.get(path, params={"since": "2026-03-03", "until": "2026-03-04"}).json()["items"]
    assert [line["balance_amount"] for line in span] == ["60.00", "100.00"]

    def amounts(**dimension: str) -> list[str]:
        return [line["amount"] for line in http.get(path, params=dimension).json()["items"]]

    assert amounts(cost_centre_id=centre) == ["10.00", "30.00", "50.00"]
    assert amounts(cost_centre_id="") == ["20.00", "40.00"]
    assert amounts(party_id=str(shop.supplier_id), cost_centre_id="") == ["20.00", "40.00"]
    unknown = problem(http.get(path, params={"weather": "fine"}), 422)
    assert [(error["path"], error["code"]) for error in unknown["errors"]] == [("weather", "dimension_unknown")]
    problem(http.get(path, params={"cost_centre_id": "x"}), 422)
    problem(http.get(path, params={"cursor": "x"}), 422)
    problem(make_tenant("other").http.get(path), 404)


@pytest.mark.feature("FIN-02")
def test_a_year_has_twelve_or_thirteen_periods_and_documents_outside_are_refused(
    http: TestClient, shop: Shop, accounts: dict[str, str], enter: Callable[..., dict[str, Any]]
) -> None:
    assert enter(1, "5")["state"] == "posted"
    years, body = "/api/finance/fiscal-years", {"company_id": str(shop.company_id), "starts_on": "2027-01-01"}
    problem(http.post(years, json={**body, "period_count": 11}), 422)
    problem(http.post(years, json={**body, "starts_on": "2026-06-01"}), 409, "fiscal_year_overlap")
    problem(http.post(years, json={**body, "starts_on": "2028-01-01"}), 409, "fiscal_year_gap")
    made = created(http.post(years, json={**body, "period_count": 13}))
    listed = {"fiscal_year_id": made["id"], "include_total": "true"}
    assert http.get("/api/finance/periods", params=listed).json()["total"] == 13
    bill = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "LATE",
        "invoiced_on": "2028-01-01",
        "lines": [{"account_id": accounts["6200"], "unit_price": "1"}],
    }
    problem(http.post("/api/purchase/invoices", json=bill), 409, "period_missing")


@pytest.mark.feature("FIN-01")
def test_an_account_with_postings_keeps_its_type_and_stays(
    http: TestClient, accounts: dict[str, str], enter: Callable[..., dict[str, Any]]
) -> None:
    enter(1, "5")
    path = f"/api/finance/accounts/{accounts['6200']}"
    problem(http.patch(path, json={"version": 1, "type": "asset"}), 409, "field_fixed")
    problem(http.delete(path), 409)
    assert http.patch(path, json={"version": 1, "is_active": False}).json()["is_active"] is False
    with pytest.raises(AssertionError, match="account_disabled"):
        enter(2, "5")


@pytest.mark.feature("FIN-01")
def test_accounts_stand_below_groups_of_their_own_type(http: TestClient, shop: Shop, accounts: dict[str, str]) -> None:
    path = "/api/finance/accounts"
    wanted = {"company_id": str(shop.company_id), "code": "6999", "name": "Odd", "type": "expense"}

    def refused(parent: str) -> list[tuple[str, str]]:
        errors = problem(http.post(path, json={**wanted, "parent_id": accounts[parent]}), 422)["errors"]
        return [(error["path"], error["code"]) for error in errors]

    assert refused("6200") == [("parent_id", "parent_takes_postings")]
    assert refused("4") == [("type", "parent_of_another_type")]
    made = created(http.post(path, json={**wanted, "parent_id": accounts["6"]}))
    below_a_group = {"version": 1, "is_posting": True}
    problem(http.patch(f"{path}/{accounts['6']}", json=below_a_group), 409, "field_fixed")
    in_use = problem(http.delete(f"{path}/{accounts['6']}"), 409, "in_use")
    listed = http.get(path, params={"parent_id": accounts["6"], "limit": 500}).json()["items"]
    assert in_use["detail"] == f"This account is used by {len(listed)} accounts: disable it instead."
    assert made["id"] in {row["id"] for row in listed}


@pytest.mark.feature("FIN-07")
def test_a_page_that_no_list_gave_is_refused(http: TestClient, accounts: dict[str, str]) -> None:
    path = f"/api/finance/accounts/{accounts['6200']}/ledger"
    for balance in ("NaN", "Infinity", "1e999999", "x"):
        told = f"2026-01-01 {uuid4()} {balance}".encode()
        forged = {"cursor": base64.urlsafe_b64encode(told).decode()}
        assert problem(http.get(path, params=forged), 422)["errors"][0]["code"] == "bad_cursor"
    reversed_span = {"since": "2026-02-01", "until": "2026-01-31"}
    assert problem(http.get(path, params=reversed_span), 422)["errors"][0]["path"] == "until"


@pytest.mark.feature("FIN-17")
def test_shares_of_terms_add_up_and_due_lines_to_the_total(
    http: TestClient, shop: Shop, accounts: dict[str, str]
) -> None:
    parts = [{"share": "0.3", "days": 0, "after": "order"}, {"share": "0.7", "days": 30, "after": "invoice"}]
    body = {"code": "30/70", "name": "30 on order, 70 in 30 days", "installments": parts}
    short = [{**parts[0], "share": "0.2"}, parts[1]]
    wrong = problem(http.post("/api/scm/payment-terms", json={**body, "installments": short}), 422)
    assert wrong["errors"][0]["path"].startswith("installments")
    term = created(http.post("/api/scm/payment-terms", json=body))["id"]
    bill = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "T-1",
        "invoiced_on": "2026-03-16",
        "payment_term_id": term,
        "lines": [{"account_id": accounts["6200"], "unit_price": "100.01"}],
    }
    made = created(http.post("/api/purchase/invoices", json=bill))
    due = [(part["due_on"], part["amount"]) for part in made["installments"]]
    assert due == [("2026-03-16", "30.00"), ("2026-04-15", "70.01")]


@pytest.mark.feature("FIN-22")
def test_rates_come_from_a_file_and_amounts_keep_their_currencys_decimals(
    http: TestClient, shop: Shop, accounts: dict[str, str]
) -> None:
    bill = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "Y-1",
        "invoiced_on": "2026-03-16",
        "currency_code": "JPY",
        "lines": [{"account_id": accounts["6200"], "unit_price": "1000.4"}],
    }
    missing = problem(http.post("/api/purchase/invoices", json=bill), 409, "exchange_rate_missing")
    assert "JPY" in missing["detail"]
    rates = ("spot,JPY,EUR,2026-03-01,0.0061", "spot,JPY,EUR,2026-03-12,0.0062")
    file = "\n".join(("kind,from_currency_code,to_currency_code,valid_on,rate", *rates))
    answer = http.post("/api/finance/exchange-rates/import", files={"file": ("rates.csv", file)})
    assert answer.status_code == 200, answer.text
    again = dict(zip(file.splitlines()[0].split(","), rates[0].split(","), strict=True))
    twice = problem(http.post("/api/finance/exchange-rates", json=again), 409, "already_used")
    assert twice["detail"].endswith("has the same kind, from_currency_code, to_currency_code, valid_on.")
    made = created(http.post("/api/purchase/invoices", json=bill))
    assert (made["total_amount"], made["company_total_amount"]) == ("1000.00", "6.20")
    old = {**bill, "external_number": "Y-2", "invoiced_on": "2026-03-20"}
    problem(http.post("/api/purchase/invoices", json=old), 409, "exchange_rate_missing")


@pytest.mark.feature("FIN-24")
def test_an_item_without_a_tax_class_is_refused(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal
) -> None:
    with services.database.transaction(as_admin) as session:
        item = make_item(session, shop, "BARE", tax_class=None)
    body = {"company_id": str(shop.company_id), "lines": [{"item_id": str(item), "qty": "1", "unit_price": "1"}]}
    for path, party in (("/api/sales/orders", "customer_id"), ("/api/purchase/orders", "supplier_id")):
        wrong = problem(http.post(path, json={**body, party: str(getattr(shop, party))}), 422)
        assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("lines/0/item_id", "tax_missing")]


@pytest.mark.feature("FIN-15")
def test_an_account_statement_of_another_company_settles_nothing(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal, enter: Callable[..., dict[str, Any]]
) -> None:
    with services.database.transaction(as_admin) as session:
        other = make_shop(session, code="OTHER")
    invoice = enter(1, "100")
    payment = {
        "company_id": str(other.company_id),
        "kind": "disbursement",
        "party_id": str(shop.supplier_id),
        "amount": "100",
        "allocations": [{"invoice_id": invoice["id"], "amount": "100"}],
    }
    wrong = problem(http.post("/api/finance/payments", json=payment), 422)
    assert [error["code"] for error in wrong["errors"]] == ["another_party"]
