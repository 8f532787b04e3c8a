"""Incidents over HTTP: told, explained, fixed, muted until a day; a flagged bill is stopped before it is paid."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop
from transactional.watch.desk import WatchDesk
from transactional.watch.specs import Actual, Look, NewFinding, NewForecast, NewIncident

PATH = "/api/ai/incidents"
TODAY = datetime.now(UTC).date()


def finding(**given: Any) -> NewFinding:
    made = NewFinding(
        pattern="duplicate_invoice:1+2",
        control="duplicate_invoice",
        standard="ISA 240.A5",
        found_on=date(2026, 3, 16),
        score=Decimal(1),
        weight=Decimal("0.95"),
        money_at_risk_amount=Decimal("952.00"),
        subject="supplier-1",
        reason="Billed twice.",
        reason_zh="重复开票。",
    )
    return replace(made, **given)


def incident(*findings: NewFinding, **given: Any) -> NewIncident:
    made = NewIncident(
        pattern="document:duplicate_invoice:1+2",
        kind="document",
        reason="Billed twice.",
        reason_zh="重复开票。",
        score=Decimal("0.95"),
        money_at_risk_amount=Decimal("952.00"),
        currency_code="EUR",
        first_on=date(2026, 3, 16),
        last_on=date(2026, 3, 16),
        findings=findings or (finding(),),
    )
    return replace(made, **given)


@pytest.fixture
def hand_in(services: Services, admin: Login) -> Callable[..., Any]:
    """Hands a look in, as the detectors do."""

    def handed(*incidents: NewIncident, tenant_id: UUID = admin.tenant_id, **given: Any) -> Any:
        look = Look("7", datetime.now(UTC), 1.5, 10, 20, incidents, **given)
        return WatchDesk(services.database).keep(tenant_id, look, at=datetime.now(UTC))

    return handed


@pytest.fixture
def bill_id(http: TestClient, shop: Shop) -> str:
    accounts = http.get("/api/finance/accounts", params={"code": "6200", "company_id": str(shop.company_id)}).json()
    body = {
        "company_id": str(shop.company_id),
        "supplier_id": str(shop.supplier_id),
        "external_number": "RENT-03",
        "invoiced_on": "2026-03-16",
        "lines": [{"account_id": accounts["items"][0]["id"], "unit_price": "800", "description": "Rent"}],
    }
    return str(created(http.post("/api/purchase/invoices", json=body))["id"])


def pay(http: TestClient, shop: Shop, bill_id: str) -> Any:
    bill = http.get(f"/api/purchase/invoices/{bill_id}").json()
    body = {
        "company_id": str(shop.company_id),
        "kind": "disbursement",
        "party_id": str(shop.supplier_id),
        "amount": bill["total_amount"],
        "allocations": [{"invoice_id": bill_id, "amount": bill["total_amount"]}],
    }
    return http.post("/api/finance/payments", json=body)


def set_policy(http: TestClient, hand_in: Callable[..., Any], action: str) -> None:
    hand_in()
    [policy] = http.get("/api/ai/watch-policies").json()["items"]
    changed = http.patch(
        f"/api/ai/watch-policies/{policy['id']}",
        json={"payment_action": action},
        headers={"If-Match": str(policy["version"])},
    )
    assert changed.status_code == 200, changed.text


@pytest.mark.feature("5.8.4")
def test_incidents_are_listed_by_money_at_risk_with_score_range_and_reason(
    http: TestClient, hand_in: Callable[..., Any]
) -> None:
    spike = incident(
        finding(pattern="m", control="metric_day", expected_low=Decimal(10), expected_high=Decimal(20)),
        pattern="metric:net_revenue",
        kind="metric",
        money_at_risk_amount=Decimal(5_000),
        observed_value=Decimal(5_015),
        expected_low=Decimal(10),
        expected_high=Decimal(20),
        contributions=[{"dimension": "customer", "member": "Crane", "share": 0.9}],
    )
    kept = hand_in(incident(), spike)
    assert (kept.incidents, kept.fresh) == (2, 2)
    first, second = http.get(PATH, params={"state": "open"}).json()["items"]
    assert (first["kind"], second["kind"]) == ("metric", "document")
    assert (first["expected_low"], first["observed_value"]) == ("10", "5015")
    assert first["reason_zh"] == "重复开票。"
    told = http.get(f"{PATH}/{first['id']}").json()
    assert [each["control"] for each in told["findings"]] == ["metric_day"]
    assert [each["action"] for each in told["events"]] == ["found"]
    assert told["contributions"][0]["member"] == "Crane"
    again = hand_in(incident(), spike)
    assert (again.fresh, again.gone, again.reopened) == (0, 0, 0)
    assert len(http.get("/api/ai/findings").json()["items"]) == 2
    assert http.get("/api/ai/watch-runs").json()["items"][0]["series_count"] == 10


@pytest.mark.feature("5.8.4")
def test_an_incident_goes_from_open_to_explained_to_fixed_and_keeps_its_history(
    http: TestClient, hand_in: Callable[..., Any], make_role: Any, make_user: Any, make_tenant: Any
) -> None:
    hand_in(incident())
    [told] = http.get(PATH).json()["items"]
    path = f"{PATH}/{told['id']}"
    problem(http.post(f"{path}/explain", json={}), 422)
    problem(http.post(f"{path}/explain", json={"note": "   "}), 422)
    explained = http.post(f"{path}/explain", json={"note": "Two flats, one landlord."}).json()
    assert explained["state"] == "explained"
    assert {each["state"] for each in explained["findings"]} == {"explained"}
    problem(http.post(f"{path}/explain", json={"note": "again"}), 409, "incident_closed")
    hand_in(incident())
    assert http.get(path).json()["state"] == "explained", "what was explained is not opened again"
    assert http.post(f"{path}/fix", json={"note": "Credited."}).json()["state"] == "fixed"
    assert hand_in(incident()).reopened == 1
    assert http.get(path).json()["state"] == "open", "what was fixed and is found again is open again"
    assert hand_in().gone == 1
    ended = http.get(path).json()
    assert ended["state"] == "fixed"
    assert [each["action"] for each in ended["events"]] == ["found", "explained", "fixed", "found_again", "gone"]
    make_role("reader", "incident.read")
    reader = make_user("bo", "reader").http
    assert reader.get(path).status_code == 200
    problem(reader.post(f"{path}/fix", json={"note": "no"}), 403)
    problem(make_tenant("zenith").http.get(path), 404)


@pytest.mark.feature("5.8.4")
def test_feedback_mutes_a_pattern_until_a_day(http: TestClient, hand_in: Callable[..., Any]) -> None:
    hand_in(incident())
    [told] = http.get(PATH).json()["items"]
    path = f"{PATH}/{told['id']}"
    problem(http.post(f"{path}/mute", json={"until": "2020-01-01", "reason": "x"}), 422)
    until = str(TODAY + timedelta(days=30))
    assert http.post(f"{path}/mute", json={"until": until, "reason": "Known landlord"}).json()["muted_until"] == until
    assert http.post(f"{path}/feedback", json={"is_useful": False}).status_code == 200
    assert hand_in(incident()).muted == 1
    other = finding(pattern="duplicate_invoice:3+4", subject="supplier-2")
    kept = hand_in(incident(), incident(other, pattern="document:duplicate_invoice:3+4"))
    assert (kept.muted, kept.fresh) == (1, 1), "the same control speaks of another supplier"
    [mute] = http.get("/api/ai/incident-mutes").json()["items"]
    assert (mute["control"], mute["subject"], mute["muted_until"]) == ("duplicate_invoice", "supplier-1", until)
    changed = http.patch(
        f"/api/ai/incident-mutes/{mute['id']}",
        json={"muted_until": str(TODAY - timedelta(days=1))},
        headers={"If-Match": str(mute["version"])},
    )
    assert changed.status_code == 200, changed.text
    assert hand_in(incident()).muted == 0, "the day is over"


@pytest.mark.feature("5.8.4")
def test_muting_a_duplicate_leaves_the_next_one_of_the_same_supplier_to_be_told(
    http: TestClient, hand_in: Callable[..., Any]
) -> None:
    def doubled(*numbers: str) -> NewIncident:
        documents = [{"type": "purchase_invoice", "id": each, "number": each} for each in numbers]
        pattern = f"duplicate_invoice:{'+'.join(numbers)}"
        return incident(finding(pattern=pattern, documents=documents), pattern=f"document:{pattern}")

    hand_in(doubled("1", "2"))
    [told] = http.get(PATH).json()["items"]
    until = str(TODAY + timedelta(days=30))
    asked = {"until": until, "reason": "Two flats"}
    assert http.post(f"{PATH}/{told['id']}/mute", json=asked).json()["muted_until"] == until
    assert hand_in(doubled("1", "2")).muted == 1
    kept = hand_in(doubled("1", "2"), doubled("3", "4"))
    assert (kept.muted, kept.fresh) == (1, 1), "the next true duplicate is told"
    [next_one] = http.get(PATH, params={"muted_until__isnull": "true"}).json()["items"]
    asked["is_whole_subject"] = True  # type: ignore[assignment]  # what JSON holds
    assert http.post(f"{PATH}/{next_one['id']}/mute", json=asked).status_code == 200
    assert hand_in(doubled("5", "6")).muted == 1


def test_a_finding_is_answered_alone_and_its_incident_follows_the_last(
    http: TestClient, hand_in: Callable[..., Any]
) -> None:
    hand_in(incident(finding(), finding(pattern="round", control="round_amount")))
    first, second = http.get("/api/ai/findings").json()["items"]
    done = http.post(f"/api/ai/findings/{first['id']}/fix", json={"note": "done"}).json()
    assert done["state"] == "fixed"
    assert http.get(f"{PATH}/{first['incident_id']}").json()["state"] == "open"
    problem(http.post(f"/api/ai/findings/{first['id']}/fix", json={"note": "x"}), 409, "incident_closed")
    http.post(f"/api/ai/findings/{second['id']}/explain", json={"note": "fine"})
    assert http.get(f"{PATH}/{first['incident_id']}").json()["state"] == "explained"
    body = {"is_useful": True, "note": "Good catch"}
    assert http.post(f"/api/ai/findings/{second['id']}/feedback", json=body).status_code == 200
    until = str(TODAY + timedelta(days=3))
    assert http.post(f"/api/ai/findings/{second['id']}/mute", json={"until": until, "reason": "x"}).status_code == 200


@pytest.mark.feature("5.8.4")
def test_a_flagged_bill_is_stopped_before_it_is_paid_and_goes_out_when_explained(
    http: TestClient, shop: Shop, bill_id: str, hand_in: Callable[..., Any]
) -> None:
    set_policy(http, hand_in, "block")
    hand_in(incident(invoice_ids=[UUID(bill_id)]))
    refused = problem(pay(http, shop, bill_id), 409, "payment_blocked")
    assert "Billed twice." in refused["detail"]
    [told] = http.get(PATH).json()["items"]
    http.post(f"{PATH}/{told['id']}/explain", json={"note": "Two flats."})
    bill = http.get(f"/api/purchase/invoices/{bill_id}").json()
    assert (bill["is_payment_blocked"], bill["payment_warning"]) == (False, None)
    hand_in(incident(invoice_ids=[UUID(bill_id)]))
    created(pay(http, shop, bill_id))


def test_a_warning_stands_on_the_bill_and_does_not_stop_its_payment(
    http: TestClient, shop: Shop, bill_id: str, hand_in: Callable[..., Any]
) -> None:
    weak = incident(invoice_ids=[UUID(bill_id)], score=Decimal("0.55"))
    hand_in(weak)
    assert http.get(f"/api/purchase/invoices/{bill_id}").json()["payment_warning"] is None, "under the policy's score"
    hand_in(incident(invoice_ids=[UUID(bill_id)]))
    bill = http.get(f"/api/purchase/invoices/{bill_id}").json()
    assert (bill["is_payment_blocked"], bill["payment_warning"]) == (False, "Billed twice.")
    created(pay(http, shop, bill_id))
    assert hand_in().gone == 1
    assert http.get(f"/api/purchase/invoices/{bill_id}").json()["payment_warning"] is None


def test_a_forecast_is_judged_by_what_the_day_has_brought(http: TestClient, hand_in: Callable[..., Any]) -> None:
    def expected(day: date) -> NewForecast:
        return NewForecast("net_revenue", "", "", day, "holt_winters", Decimal(100), Decimal(80), Decimal(120))

    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    hand_in(forecasts=[expected(yesterday), expected(tomorrow)])
    kept = hand_in(actuals=[Actual("net_revenue", "", "", yesterday, Decimal(130))])
    assert kept.judged == 1
    later, earlier = http.get("/api/ai/forecasts").json()["items"]
    assert (later["judged_at"], later["forecast_on"]) == (None, str(tomorrow))
    assert (earlier["actual_value"], earlier["is_within"]) == ("130", False)
