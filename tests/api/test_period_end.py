"""Month end over HTTP: foreign currencies revalued, assets depreciated, the checklist, the lock and its keys."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, add_rate, balance, make_shop, make_supplier
from transactional.checks import check_tenant
from transactional.finance.depreciation import amount_of_period
from transactional.finance.models import Asset
from transactional.kernel.principal import Principal

D = Decimal
PERIODS = "/api/finance/periods"


@pytest.fixture
def shop(services: Services, as_admin: Principal) -> Shop:
    """A company whose books begin in 2026; a dollar is worth 0.90 in January and 0.95 at its end."""
    with services.database.transaction(as_admin) as session:
        made = make_shop(session, years=(2026,))
        add_rate(session, "USD", "EUR", date(2026, 1, 10), "0.90")
        add_rate(session, "USD", "EUR", date(2026, 2, 10), "1.00")
        return made


@pytest.fixture
def accounts(http: TestClient, shop: Shop) -> dict[str, str]:
    found = http.get("/api/finance/accounts", params={"limit": 500, "company_id": str(shop.company_id)}).json()
    return {row["code"]: row["id"] for row in found["items"]}


@pytest.fixture
def dollar_bill(
    http: TestClient, shop: Shop, accounts: dict[str, str], services: Services, as_admin: Principal
) -> dict[str, Any]:
    """A supplier's bill of 1,000 dollars, worth 900 euros when it came."""
    with services.database.transaction(as_admin) as session:
        supplier = str(make_supplier(session, "DOLLAR", currency_code="USD"))
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": supplier,
        "external_number": "R-1",
        "invoiced_on": "2026-01-12",
        "lines": [{"account_id": accounts["6200"], "unit_price": "1000"}],
    }
    return created(http.post("/api/purchase/invoices", json=body))


def period_of(http: TestClient, month: int) -> str:
    found: list[dict[str, Any]] = http.get(PERIODS, params={"starts_on": f"2026-{month:02}-01"}).json()["items"]
    return str(found[0]["id"])


def balances(services: Services, by: Principal, *codes: str) -> list[str]:
    with services.database.transaction(by) as session:
        assert check_tenant(session) == []
        return [str(round(balance(session, code), 2)) for code in codes]


@pytest.mark.feature("FIN-23")
@pytest.mark.feature("FIN-33")
def test_a_foreign_debt_is_revalued_once_and_paid_to_nothing(
    http: TestClient, shop: Shop, dollar_bill: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    january = f"{PERIODS}/{period_of(http, 1)}"
    missing = problem(http.post(f"{january}/revalue"), 409, "exchange_rate_missing")
    assert "USD" in missing["detail"]
    assert "USD" in problem(http.post(f"{january}/close"), 409, "checklist_not_done")["detail"]
    rate = {"from_currency_code": "USD", "to_currency_code": "EUR", "valid_on": "2026-01-31", "rate": "0.95"}
    created(http.post("/api/finance/exchange-rates", json=rate))
    open_points = problem(http.post(f"{january}/close"), 409, "checklist_not_done")["detail"]
    assert "1 open items and bank accounts are not revalued" in open_points
    assert http.post(f"{january}/revalue").status_code == 200
    [row] = http.get("/api/finance/revaluations").json()["items"]
    assert (row["item_id"], row["currency_amount"], row["exchange_rate"], row["amount"]) == (
        dollar_bill["id"],
        "-1000.00",
        "0.95",
        "-50.00",
    )
    days = []
    for entry_id in (row["journal_entry_id"], row["reversal_entry_id"]):
        entry = http.get(f"/api/finance/journal-entries/{entry_id}").json()
        days.append((entry["posted_on"], sorted(line["amount"] for line in entry["lines"])))
    assert days == [("2026-01-31", ["-50.00", "50.00"]), ("2026-02-01", ["-50.00", "50.00"])]
    # One run or two: the second finds nothing to post. The payable itself keeps its amount on every day.
    assert http.post(f"{january}/revalue").status_code == 200
    assert len(http.get("/api/finance/revaluations").json()["items"]) == 1
    assert balances(services, as_admin, "2100", "2105", "6805") == ["-900.00", "0.00", "0.00"]
    assert http.post(f"{january}/close").json()["state"] == "closed"
    payment = {
        "company_id": str(shop.company_id),
        "kind": "disbursement",
        "party_id": dollar_bill["party_id"],
        "paid_on": "2026-02-10",
        "currency_code": "USD",
        "amount": "1000",
        "allocations": [{"invoice_id": dollar_bill["id"], "amount": "1000"}],
    }
    bank = created(
        http.post(
            "/api/finance/bank-accounts",
            json={
                "code": "USD",
                "name": "Dollars",
                "company_id": str(shop.company_id),
                "currency_code": "USD",
                "account_id": http.get("/api/finance/bank-accounts").json()["items"][0]["account_id"],
            },
        )
    )
    created(http.post("/api/finance/payments", json={**payment, "bank_account_id": bank["id"]}))
    assert balances(services, as_admin, "2100", "2105", "6800") == ["0.00", "0.00", "100.00"]
    # The dollars on the bank account are revalued too; at the rate of their day nothing changes.
    with services.database.transaction(as_admin) as session:
        add_rate(session, "USD", "EUR", date(2026, 2, 28), "1.10")
    assert http.post(f"{PERIODS}/{period_of(http, 2)}/revalue").status_code == 200
    rows = http.get("/api/finance/revaluations", params={"role": "bank_revaluation"}).json()["items"]
    assert [(row["currency_amount"], row["amount"]) for row in rows] == [("-1000.00", "-100.00")]


@pytest.mark.feature("FIN-22")
@pytest.mark.feature("FIN-23")
def test_a_period_is_revalued_at_its_closing_rate_and_only_where_there_is_none_at_the_last_spot_rate(
    http: TestClient, shop: Shop, dollar_bill: dict[str, Any], services: Services, as_admin: Principal
) -> None:
    january, february = (f"{PERIODS}/{period_of(http, month)}" for month in (1, 2))
    rate = {"from_currency_code": "USD", "to_currency_code": "EUR", "rate": "0.95"}
    for kind, day, value in (("spot", "2026-01-31", "0.80"), ("average", "2026-01-31", "0.70")):
        created(http.post("/api/finance/exchange-rates", json={**rate, "kind": kind, "valid_on": day, "rate": value}))
    closing = {**rate, "kind": "closing", "valid_on": "2026-01-30"}
    created(http.post("/api/finance/exchange-rates", json=closing))
    assert http.post(f"{january}/revalue").status_code == 200
    [row] = http.get("/api/finance/revaluations").json()["items"]
    assert (row["exchange_rate"], row["amount"]) == ("0.95", "-50.00")
    # The closing rate of January says nothing of February, and the last spot rate is too old by then.
    problem(http.post(f"{february}/revalue"), 409, "exchange_rate_missing")
    last = {**rate, "kind": "spot", "valid_on": "2026-02-27", "rate": "1.05"}
    created(http.post("/api/finance/exchange-rates", json=last))
    assert http.post(f"{february}/revalue").status_code == 200
    rows = http.get("/api/finance/revaluations", params={"item_id": dollar_bill["id"]}).json()["items"]
    assert [row["exchange_rate"] for row in rows] == ["1.05", "0.95"]
    assert balances(services, as_admin, "2100", "2105") == ["-900.00", "0.00"]
    refused = problem(http.post("/api/finance/exchange-rates", json={**closing, "kind": "banana"}), 422)
    assert [each["path"] for each in refused["errors"]] == ["kind"]
    assert str(shop.company_id) == dollar_bill["company_id"]


@pytest.mark.feature("FIN-23")
@pytest.mark.parametrize(("code", "seen"), [("DOLLAR", 1), ("ELSEWHERE", 0)])
def test_a_revaluation_is_seen_by_who_sees_its_whole_entry(
    http: TestClient,
    dollar_bill: dict[str, Any],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
    code: str,
    seen: int,
) -> None:
    rate = {"from_currency_code": "USD", "to_currency_code": "EUR", "valid_on": "2026-01-31", "rate": "0.95"}
    created(http.post("/api/finance/exchange-rates", json=rate))
    assert http.post(f"{PERIODS}/{period_of(http, 1)}/revalue").status_code == 200
    rules = {"supplier": [{"field": "code", "operator": "in", "values": [code]}]}
    # Without the right to entries or figures: the rule holds for what tells of them all the same.
    make_role("few_suppliers", "revaluation.read", data_scope="all", row_rules=rules)
    found = make_user("few", "few_suppliers").http
    assert len(found.get("/api/finance/revaluations").json()["items"]) == seen
    [row] = http.get("/api/finance/revaluations", params={"item_id": dollar_bill["id"]}).json()["items"]
    assert found.get(f"/api/finance/revaluations/{row['id']}").status_code == (200 if seen else 404)


@pytest.mark.feature("FIN-33")
def test_straight_lines_end_exactly_at_the_residual_value() -> None:
    for life, cost in ((1, "100"), (36, "1000"), (60, "99999.99"), (7, "0.05")):
        asset = Asset(in_service_on=date(2026, 1, 31), cost_amount=D(cost), residual_amount=D(0), life_months=life)
        starts_on, posted = date(2025, 12, 1), D(0)
        for _ in range(life + 3):
            ends_on = (starts_on + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            posted += amount_of_period(asset, posted, starts_on, ends_on, 2)
            starts_on = ends_on + timedelta(days=1)
        assert posted == D(cost)


@pytest.mark.feature("FIN-33")
def test_a_closed_period_opens_to_a_named_role_with_a_reason_and_to_nobody_else(
    http: TestClient, shop: Shop, accounts: dict[str, str], make_role: Any, make_user: Any
) -> None:
    lines = [
        {"account_id": accounts["6200"], "debit_amount": "5"},
        {"account_id": accounts["1290"], "credit_amount": "5"},
    ]
    body = {
        "company_id": str(shop.company_id),
        "entry_on": "2026-01-20",
        "lines": [{**line, "currency_code": "EUR"} for line in lines],
    }
    draft = created(http.post("/api/finance/manual-entries", json=body))
    january = f"{PERIODS}/{period_of(http, 1)}"
    assert "1 entries prepared by hand are not posted" in problem(http.post(f"{january}/close"), 409)["detail"]
    http.delete(f"/api/finance/manual-entries/{draft['id']}")
    assert http.post(f"{january}/close").json()["state"] == "closed"
    problem(http.post(f"{january}/close"), 409, "period_state")
    path = f"/api/finance/manual-entries/{created(http.post('/api/finance/manual-entries', json=body))['id']}/post"
    problem(http.post(path), 409, "period_closed")
    make_role("poster", "manual_entry.*")
    problem(make_user("bo", "poster").http.post(path, json={"late_reason": "forgotten"}), 403, "not_allowed")
    make_role("late", "manual_entry.*", "period.post_closed")
    late = make_user("lee", "late").http
    problem(late.post(path, json={"late_reason": ""}), 422)
    assert late.post(path, json={"late_reason": "forgotten"}).json()["state"] == "posted"
    problem(http.post(f"{january}/reopen", json={"reason": ""}), 422)
    assert http.get("/api/metrics/health").json()["restated"] == []
    http.app.state.numbers = None  # type: ignore[attr-defined]  # what was known a moment ago is forgotten
    opened = http.post(f"{january}/reopen", json={"reason": "audit"}).json()
    assert (opened["state"], opened["reopened_reason"]) == ("open", "audit")
    [restated] = http.get("/api/metrics/health").json()["restated"]
    assert (restated["company_code"], restated["starts_on"], restated["reason"]) == ("SHOP", "2026-01-01", "audit")
    history = http.get(f"{january}/history").json()["items"]
    assert any("reopened_reason" in str(row) for row in history)
