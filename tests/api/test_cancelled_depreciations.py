"""A run of depreciation taken back over HTTP: the last of its assets, whole, and posted anew."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, problem
from tests.api.test_assets import ASSETS, classes, in_use, shop
from tests.api.test_period_end import PERIODS, balances, period_of
from tests.factories.documents import Shop
from transactional.checks import check_tenant
from transactional.kernel.principal import Principal

__all__ = ["classes", "shop"]
pytestmark = [pytest.mark.feature("FIN-04"), pytest.mark.feature("FIN-33")]
DEPRECIATIONS = "/api/finance/depreciations"


def _buy(http: TestClient, shop: Shop, classes: dict[str, str], tag: str) -> str:
    """An asset of 12,000.00 that lasts a year."""
    body = {
        "company_id": str(shop.company_id),
        "tag": tag,
        "name": tag.title(),
        "asset_class_id": classes["1510"],
        "in_service_on": "2026-01-01",
        "cost_amount": "12000",
        "life_months": 12,
    }
    return in_use(http, body, "2026-01-01")


def _rows(http: TestClient, **wanted: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = http.get(DEPRECIATIONS, params={"sort": "id", **wanted}).json()["items"]
    return found


def test_the_last_run_is_taken_back_whole_and_posted_anew(
    http: TestClient,
    shop: Shop,
    classes: dict[str, str],
    services: Services,
    as_admin: Principal,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    van = _buy(http, shop, classes, "VAN")
    _buy(http, shop, classes, "LATHE")
    for month in (1, 2):
        assert http.post(f"{PERIODS}/{period_of(http, month)}/depreciate").status_code == 200
    january = _rows(http, period_id=period_of(http, 1))[0]["id"]
    february = _rows(http, period_id=period_of(http, 2))[0]["id"]
    refused = problem(http.post(f"{DEPRECIATIONS}/{january}/cancel", json={"on": "2026-03-10"}), 409, "document_in_use")
    assert "2026-02" in refused["detail"]
    early = problem(http.post(f"{DEPRECIATIONS}/{february}/cancel", json={"on": "2026-02-10"}), 422, "invalid_input")
    assert [each["code"] for each in early["errors"]] == ["too_early"]
    make_role("looker", "depreciation.read", data_scope="all")
    looker = make_user("looker", "looker").http
    problem(looker.post(f"{DEPRECIATIONS}/{february}/cancel", json={"on": "2026-03-10"}), 403, "not_allowed")
    cancelled = http.post(f"{DEPRECIATIONS}/{february}/cancel", json={"on": "2026-03-10"})
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert sorted(row["amount"] for row in _rows(http, state="cancelled")) == ["-1000.00"] * 2 + ["1000.00"] * 2
    assert balances(services, as_admin, "6400", "1590") == ["2000.00", "-2000.00"]
    problem(http.post(f"{DEPRECIATIONS}/{february}/cancel", json={"on": "2026-03-10"}), 409, "document_cancelled")
    [mirror, _] = [row for row in _rows(http, state="cancelled") if row["reverses_id"]]
    problem(http.post(f"{DEPRECIATIONS}/{mirror['id']}/cancel", json={"on": "2026-03-10"}), 409, "cancellation_final")
    for _ in range(2):
        assert http.post(f"{PERIODS}/{period_of(http, 2)}/depreciate").status_code == 200
    assert balances(services, as_admin, "6400", "1590") == ["4000.00", "-4000.00"]
    [entry] = {row["journal_entry_id"] for row in _rows(http, period_id=period_of(http, 2), state="posted")}
    refused = problem(http.post(f"/api/finance/journal-entries/{entry}/reverse", json={}), 409, "subledger_entry")
    assert "depreciation.cancel" in refused["detail"]
    gone = http.post(f"{ASSETS}/{van}/dispose", json={"on": "2026-02-28"})
    assert gone.status_code == 200, gone.text
    [last, *_] = [row for row in _rows(http, period_id=period_of(http, 2), state="posted") if row["asset_id"] == van]
    problem(http.post(f"{DEPRECIATIONS}/{last['id']}/cancel", json={"on": "2026-03-10"}), 409, "asset_state")
    with services.database.transaction(as_admin) as session:
        assert check_tenant(session) == []
