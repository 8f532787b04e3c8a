"""Fixed assets over HTTP: into the books, worn, moved, sold or scrapped; the register equals its accounts."""

from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import created, problem
from tests.api.test_period_end import PERIODS, balances, period_of
from tests.factories.documents import Shop, make_shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

ASSETS = "/api/finance/assets"
BILLS = "/api/purchase/invoices"


@pytest.fixture
def shop(services: Services, as_admin: Principal) -> Shop:
    """A company whose books begin in 2026."""
    with services.database.transaction(as_admin) as session:
        return make_shop(session, years=(2026,))


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


@pytest.fixture
def classes(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/asset-classes", params={"company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


@pytest.fixture
def van(shop: Shop, classes: dict[str, str]) -> dict[str, Any]:
    """A van of 10,000, of which 1,000 are left after seven months."""
    return {
        "company_id": str(shop.company_id),
        "tag": "VAN-1",
        "name": "Van",
        "asset_class_id": classes["1520"],
        "in_service_on": "2026-01-15",
        "cost_amount": "10000",
        "residual_amount": "1000",
        "life_months": 7,
    }


def depreciate(http: TestClient, *months: int) -> None:
    for month in months:
        answer = http.post(f"{PERIODS}/{period_of(http, month)}/depreciate")
        assert answer.status_code == 200, answer.text


def in_use(http: TestClient, body: dict[str, Any], on: str, source: str = "opening") -> str:
    """The id of an asset that came into the books on a day."""
    asset_id = created(http.post(ASSETS, json=body))["id"]
    answer = http.post(f"{ASSETS}/{asset_id}/capitalize", json={"on": on, "source": source})
    assert answer.json()["state"] == "in_use", answer.text
    return str(asset_id)


def bill(shop: Shop, number: str, *lines: dict[str, Any]) -> dict[str, Any]:
    return {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": number,
        "invoiced_on": "2026-01-20",
        "lines": list(lines),
    }


@pytest.mark.feature("FIN-30")
@pytest.mark.feature("FIN-33")
def test_assets_lose_their_share_once_a_period(
    http: TestClient, van: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    wrong = problem(http.post(ASSETS, json={**van, "residual_amount": "10001"}), 422)
    assert [(error["path"], error["code"]) for error in wrong["errors"]] == [("residual_amount", "above_cost")]
    problem(http.post(ASSETS, json={**van, "life_months": 0}), 422)
    asset_id = created(http.post(ASSETS, json=van))["id"]
    problem(http.post(ASSETS, json=van), 409)
    # A draft is not in the books: nothing stands on its account, nothing is lost of it.
    depreciate(http, 1)
    assert balances(services, as_admin, "1520", "6400") == ["0.00", "0.00"]
    path = f"{ASSETS}/{asset_id}"
    assert http.post(f"{path}/capitalize", json={"on": "2026-01-15", "source": "opening"}).status_code == 200
    assert balances(services, as_admin, "1520", "3900") == ["10000.00", "-10000.00"]
    problem(http.post(f"{path}/capitalize", json={"on": "2026-01-15"}), 409, "asset_state")
    january = f"{PERIODS}/{period_of(http, 1)}"
    assert "1 assets are not depreciated" in problem(http.post(f"{january}/close"), 409)["detail"]
    depreciate(http, 1, 1)
    [row] = http.get("/api/finance/depreciations").json()["items"]
    assert (row["asset_id"], row["amount"]) == (asset_id, "1285.71")
    assert balances(services, as_admin, "6400", "1590") == ["1285.71", "-1285.71"]
    assert http.post(f"{january}/close").json()["state"] == "closed"
    version = http.get(path).json()["version"]
    for fixed in ({"cost_amount": "20000"}, {"in_service_on": "2026-01-01"}, {"tag": "VAN-9"}):
        problem(http.patch(path, json={"version": version, **fixed}), 409, "field_fixed")
    problem(http.delete(path), 409, "still_needed")
    problem(http.post(f"{path}/cancel", json={"on": "2026-02-01"}), 409, "asset_depreciated")
    assert http.patch(path, json={"version": version, "life_months": 5}).status_code == 200
    depreciate(http, *range(2, 8))
    rows = http.get("/api/finance/depreciations", params={"sort": "id"}).json()["items"]
    assert [row["amount"] for row in rows] == ["1285.71", "1928.57", "1928.57", "1928.58", "1928.57"]
    assert balances(services, as_admin, "1590") == ["-9000.00"]
    late = created(http.post(ASSETS, json={**van, "tag": "VAN-2"}))
    problem(http.post(f"{ASSETS}/{late['id']}/capitalize", json={"on": "2026-01-16"}), 409, "period_closed")
    problem(http.post(f"{january}/depreciate"), 409, "period_closed")


@pytest.mark.feature("FIN-29")
def test_a_line_of_a_suppliers_invoice_brings_one_asset_at_the_cost_that_stands_on_its_account(
    http: TestClient,
    shop: Shop,
    accounts: dict[str, str],
    classes: dict[str, str],
    van: dict[str, Any],
    services: Services,
    as_admin: Principal,
) -> None:
    draft = created(http.post(ASSETS, json=van))
    lathe = {"account_id": accounts["1510"], "description": "Lathe", "unit_price": "2400"}
    bought = {"account_id": accounts["1520"], "unit_price": "12000", "asset_tag": "VAN-1"}
    rent = {"account_id": accounts["6200"], "unit_price": "100"}
    for line, code in (({**rent, "asset_tag": "X"}, "no_asset"), ({**rent, "account_id": accounts["1590"]}, None)):
        refused = problem(http.post(BILLS, json=bill(shop, "R-0", line)), 422)
        assert [each["code"] for each in refused["errors"]] == [code or "account_control"]
    problem(http.post(BILLS, json=bill(shop, "R-0", bought, bought)), 409, "asset_tag_used")
    invoice = created(http.post(BILLS, json=bill(shop, "R-1", lathe, {**bought, "in_service_on": "2026-02-03"}, rent)))
    rows = http.get(ASSETS, params={"invoice_id": invoice["id"], "sort": "tag"}).json()["items"]
    assert [
        (row["tag"], row["name"], row["cost_amount"], row["life_months"], row["in_service_on"]) for row in rows
    ] == [
        (f"{invoice['number']}-1", "Lathe", "2400.00", 120, "2026-01-20"),
        ("VAN-1", "Van", "12000.00", 7, "2026-02-03"),
    ]
    assert rows[1]["id"] == draft["id"]
    assert rows[0]["asset_class_id"] == classes["1510"]
    assert balances(services, as_admin, "1510", "1520") == ["2400.00", "12000.00"]
    problem(http.post(BILLS, json=bill(shop, "R-2", bought)), 409, "asset_tag_used")
    problem(http.post(f"{ASSETS}/{draft['id']}/cancel", json={"on": "2026-01-21"}), 409, "asset_of_invoice")
    depreciate(http, 1)
    refused = problem(http.post(f"{BILLS}/{invoice['id']}/cancel", json={"on": "2026-02-01"}), 409, "asset_depreciated")
    assert f"{invoice['number']}-1" in refused["detail"]
    # What is depreciated stays; one that is not goes back with its invoice, and may come again.
    other = created(http.post(BILLS, json=bill(shop, "R-3", {**lathe, "asset_tag": "SAW"})))
    assert http.post(f"{BILLS}/{other['id']}/cancel", json={"on": "2026-02-01"}).json()["state"] == "cancelled"
    [saw] = http.get(ASSETS, params={"tag": "SAW"}).json()["items"]
    assert (saw["state"], saw["invoice_id"]) == ("draft", None)
    assert balances(services, as_admin, "1510") == ["2400.00"]
    created(http.post(BILLS, json=bill(shop, "R-3", {**lathe, "asset_tag": "SAW"})))
    assert balances(services, as_admin, "1510") == ["4800.00"]


@pytest.mark.feature("FIN-29")
def test_what_several_invoices_cost_waits_on_the_clearing_account(
    http: TestClient,
    shop: Shop,
    accounts: dict[str, str],
    van: dict[str, Any],
    services: Services,
    as_admin: Principal,
) -> None:
    parts = [{"account_id": accounts["1530"], "unit_price": price} for price in ("9000", "1000")]
    created(http.post(BILLS, json=bill(shop, "R-1", *parts)))
    worn = {**van, "opening_depreciation_amount": "500"}
    asset_id = created(http.post(ASSETS, json=worn))["id"]
    refused = problem(http.post(f"{ASSETS}/{asset_id}/capitalize", json={"on": "2026-01-21"}), 422)
    assert [each["path"] for each in refused["errors"]] == ["source"]
    assert (
        http.patch(f"{ASSETS}/{asset_id}", json={"version": 1, "opening_depreciation_amount": "0"}).status_code == 200
    )
    assert http.post(f"{ASSETS}/{asset_id}/capitalize", json={"on": "2026-01-21"}).status_code == 200
    assert balances(services, as_admin, "1520", "1530") == ["10000.00", "0.00"]
    entries = http.get(f"{ASSETS}/{asset_id}/postings").json()["items"]
    problem(http.post(f"/api/finance/journal-entries/{entries[0]['entry_id']}/reverse"), 409, "subledger_entry")
    assert http.post(f"{ASSETS}/{asset_id}/cancel", json={"on": "2026-01-22"}).json()["state"] == "draft"
    assert balances(services, as_admin, "1520", "1530") == ["0.00", "10000.00"]
    problem(http.post(f"{ASSETS}/{asset_id}/cancel", json={"on": "2026-01-22"}), 409, "asset_state")


@pytest.mark.feature("FIN-29")
def test_an_opening_balance_brings_what_was_lost_in_other_books(
    http: TestClient, van: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    worn = {**van, "in_service_on": "2025-11-01", "opening_depreciation_amount": "3000"}
    above = problem(http.post(ASSETS, json={**worn, "opening_depreciation_amount": "9000.01"}), 422)
    assert [each["path"] for each in above["errors"]] == ["opening_depreciation_amount"]
    in_use(http, worn, "2026-01-31")
    assert balances(services, as_admin, "1520", "1590", "3900") == ["10000.00", "-3000.00", "-7000.00"]
    depreciate(http, *range(1, 7))
    rows = http.get("/api/finance/depreciations", params={"sort": "id"}).json()["items"]
    assert [row["amount"] for row in rows] == ["1500.00"] * 4
    assert balances(services, as_admin, "1590") == ["-9000.00"]


@pytest.mark.feature("FIN-31")
def test_an_asset_sold_nets_to_zero_with_its_gain_and_is_sold_once(
    http: TestClient, shop: Shop, van: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    path = f"{ASSETS}/{in_use(http, van, '2026-01-15')}"
    sale = {"on": "2026-03-10", "customer_id": str(shop.customer_id), "price": "8000"}
    problem(http.post(f"{path}/dispose", json={"on": "2026-03-10", "price": "8000"}), 422)
    refused = problem(http.post(f"{path}/dispose", json=sale), 409, "depreciation_missing")
    assert "2026-01-01" in refused["detail"]
    depreciate(http, 1, 2)
    early = problem(http.post(f"{path}/dispose", json={**sale, "on": "2026-02-27"}), 422)
    assert [(each["path"], each["code"]) for each in early["errors"]] == [("on", "too_early")]
    sold = http.post(f"{path}/dispose", json=sale).json()
    assert (sold["state"], sold["proceeds_amount"], sold["disposed_on"]) == ("disposed", "8000.00", "2026-03-10")
    # 10,000 less 2,571.43 was 7,428.57 worth; 20 percent tax are on the invoice.
    figures = balances(services, as_admin, "1520", "1590", "1530", "4510", "1200", "4000")
    assert figures == ["0.00", "0.00", "0.00", "-571.43", "9600.00", "0.00"]
    depreciate(http, 3)
    assert balances(services, as_admin, "6400") == ["2571.43"]
    problem(http.post(f"{path}/dispose", json=sale), 409, "asset_state")
    problem(http.patch(path, json={"version": sold["version"], "life_months": 9}), 409, "field_fixed")
    cancelled = http.post(f"/api/sales/invoices/{sold['sales_invoice_id']}/cancel", json={"on": "2026-03-11"})
    assert "VAN-1" in problem(cancelled, 409, "asset_sold")["detail"]
    assert http.post(f"{path}/reinstate", json={"on": "2026-03-11"}).json()["state"] == "in_use"
    assert balances(services, as_admin, "1520", "1590", "1530", "4510", "1200") == [
        "10000.00",
        "-2571.43",
        "0.00",
        "0.00",
        "0.00",
    ]
    problem(http.post(f"{path}/reinstate", json={"on": "2026-03-11"}), 409, "asset_state")
    assert http.post(f"{path}/dispose", json={"on": "2026-03-12"}).json()["proceeds_amount"] == "0.00"
    assert balances(services, as_admin, "1520", "1590", "6410") == ["0.00", "0.00", "7428.57"]


@pytest.mark.feature("FIN-31")
def test_an_asset_that_moves_is_worn_where_it_stands(
    http: TestClient, shop: Shop, van: dict[str, Any], accounts: dict[str, str]
) -> None:
    centres = [
        created(
            http.post(
                "/api/organization/cost-centres", json={"code": code, "name": code, "company_id": str(shop.company_id)}
            )
        )["id"]
        for code in ("NORTH", "SOUTH")
    ]
    path = f"{ASSETS}/{in_use(http, {**van, 'cost_centre_id': centres[0]}, '2026-01-15')}"
    depreciate(http, 1)
    version = http.get(path).json()["version"]
    assert http.patch(path, json={"version": version, "cost_centre_id": centres[1]}).status_code == 200
    depreciate(http, 2)
    lines = [
        line
        for row in http.get("/api/finance/depreciations", params={"sort": "id"}).json()["items"]
        for line in http.get(f"/api/finance/journal-entries/{row['journal_entry_id']}").json()["lines"]
    ]
    worn = [line["cost_centre_id"] for line in lines if line["account_id"] == accounts["6400"]]
    assert worn == centres
    assert {line["cost_centre_id"] for line in lines if line["account_id"] == accounts["1590"]} == {None}


@pytest.mark.feature("FIN-29")
def test_a_class_of_assets_has_an_account_of_its_own_that_nobody_else_writes(
    http: TestClient, shop: Shop, accounts: dict[str, str]
) -> None:
    company = {"company_id": str(shop.company_id)}
    new = {**company, "code": "TOOLS", "name": "Tools", "life_months": 36}
    for code, said in (
        ("4000", "account_no_control"),
        ("15", "account_group"),
        ("2100", "account_of_another_type"),
        ("1590", "account_with_other_role"),
        ("1100", "account_with_other_role"),
    ):
        refused = problem(http.post("/api/finance/asset-classes", json={**new, "account_id": accounts[code]}), 422)
        assert [(each["path"], each["code"]) for each in refused["errors"]] == [("account_id", said)], code
    problem(http.post("/api/finance/asset-classes", json={**new, "account_id": accounts["1510"]}), 409)
    tools = {**company, "code": "1540", "name": "Tools", "type": "asset", "is_control": True}
    account = created(http.post("/api/finance/accounts", json=tools))
    created(http.post("/api/finance/asset-classes", json={**new, "account_id": account["id"]}))
    path = f"/api/finance/accounts/{account['id']}"
    problem(http.patch(path, json={"version": 1, "is_control": False}), 409, "control_account_mapped")
    problem(http.patch(path, json={"version": 1, "type": "expense"}), 409, "field_fixed")
    mapping = {**company, "role": "expense", "account_id": account["id"]}
    mapping |= {"warehouse_id": str(shop.warehouse_id)}
    refused = problem(http.post("/api/finance/account-mappings", json=mapping), 422)
    assert [each["code"] for each in refused["errors"]] == ["account_with_other_role"]
    entry = {
        **company,
        "entry_on": "2026-01-20",
        "lines": [
            {"account_id": account["id"], "debit_amount": "5", "currency_code": "EUR"},
            {"account_id": accounts["1110"], "credit_amount": "5", "currency_code": "EUR"},
        ],
    }
    prepared = http.post("/api/finance/manual-entries", json=entry)
    posted = (
        http.post(f"/api/finance/manual-entries/{prepared.json().get('id')}/post") if prepared.is_success else prepared
    )
    assert "1540" in problem(posted, 409, "control_account")["detail"]


@pytest.mark.feature("FIN-29")
@pytest.mark.feature("FIN-33")
@pytest.mark.parametrize(
    ("change", "told", "expected", "found"),
    [
        ("cost_amount = cost_amount + 1", "account 1520", "10001.0000", "10000.0000"),
        ("opening_depreciation_amount = 5", "company ", "-5.0000", "0"),
    ],
)
def test_a_register_that_differs_from_its_accounts_is_found_and_no_period_closes(  # noqa: PLR0913, PLR0917
    http: TestClient,
    van: dict[str, Any],
    services: Services,
    as_admin: Principal,
    change: str,
    told: str,
    expected: str,
    found: str,
) -> None:
    in_use(http, {**van, "in_service_on": "2026-03-01"}, "2026-01-15")
    with services.database.transaction(as_admin) as session:
        session.execute(text(f"update finance.assets set {change}"))  # from the lines above
        [finding] = check_tenant(session, ["I5"])
        assert (told in finding.what, finding.expected, finding.found) == (True, expected, found)
    refused = problem(http.post(f"{PERIODS}/{period_of(http, 1)}/close"), 409, "checklist_not_done")
    assert "1 differences" in refused["detail"]
