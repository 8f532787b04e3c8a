"""Accounts that a subledger writes stay its own: their control mark, and the roles they play."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import Login, created, problem
from tests.factories.documents import Shop, make_shop
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal

pytestmark = pytest.mark.feature("FIN-03")
ACCOUNTS, MAPPINGS = "/api/finance/accounts", "/api/finance/account-mappings"


def _account(http: TestClient, code: str) -> dict[str, Any]:
    [found] = http.get(ACCOUNTS, params={"code": code}).json()["items"]
    return dict(found)


def _mapping(http: TestClient, role: str) -> dict[str, Any]:
    [found] = http.get(MAPPINGS, params={"role": role}).json()["items"]
    return dict(found)


@pytest.mark.feature("ARCH-01")
@pytest.mark.feature("ORG-01")
def test_a_mapping_names_a_warehouse_of_its_company_or_none(
    http: TestClient, shop: Shop, services: Services, as_admin: Principal, make_tenant: Callable[[str], Login]
) -> None:
    company, bank = str(shop.company_id), _account(http, "1100")["id"]
    with services.database.transaction(as_admin) as session:
        other = make_shop(session, code="OTHER")
    stranger = system_principal(make_tenant("zen").tenant_id, channel="test")
    with services.database.transaction(stranger) as session:
        foreign = make_shop(session, code="ZEN")
    given = {"company_id": company, "role": "bank", "account_id": bank}
    own = {**given, "warehouse_id": str(shop.warehouse_id)}
    mapping = created(http.post(MAPPINGS, json=own))
    for warehouse_id, code in (
        (other.warehouse_id, "another_company"),
        (foreign.warehouse_id, "unknown_reference"),
        (new_id(), "unknown_reference"),
    ):
        body = {**given, "warehouse_id": str(warehouse_id)}
        for answer in (
            http.post(MAPPINGS, json=body),
            http.patch(f"{MAPPINGS}/{mapping['id']}", json={"version": 1, "warehouse_id": str(warehouse_id)}),
        ):
            refused = problem(answer, 422)
            assert [(each["path"], each["code"]) for each in refused["errors"]] == [("warehouse_id", code)]


@pytest.mark.parametrize("code", ["1200", "2100", "2110", "1300", "2200"])
def test_a_mapped_subledger_account_stays_closed_to_entries_by_hand(http: TestClient, shop: Shop, code: str) -> None:
    account = _account(http, code)
    opened = http.patch(f"{ACCOUNTS}/{account['id']}", json={"is_control": False, "version": account["version"]})
    problem(opened, 409, "control_account_mapped")
    grouped = {"is_control": False, "is_posting": False, "version": account["version"]}
    assert http.patch(f"{ACCOUNTS}/{account['id']}", json=grouped).status_code == 409
    renamed = http.patch(f"{ACCOUNTS}/{account['id']}", json={"name": "Another", "version": account["version"]})
    assert (renamed.status_code, renamed.json()["is_control"]) == (200, True)
    assert _account(http, code)["company_id"] == str(shop.company_id)


def test_an_account_that_nobody_maps_may_be_opened(http: TestClient, shop: Shop) -> None:
    given = {"company_id": str(shop.company_id), "code": "1299", "name": "Old", "type": "asset", "is_control": True}
    account = created(http.post(ACCOUNTS, json=given))
    opened = http.patch(f"{ACCOUNTS}/{account['id']}", json={"is_control": False, "version": account["version"]})
    assert opened.json()["is_control"] is False


@pytest.mark.parametrize(
    ("role", "code", "reason"),
    [
        ("receivable", "1", "account_group"),
        ("receivable", "1110", "account_no_control"),
        ("receivable", "2100", "account_of_another_type"),
        ("revenue", "1200", "account_control"),
        ("expense", "6", "account_group"),
    ],
)
def test_an_account_that_cannot_play_a_role_is_refused(
    http: TestClient, shop: Shop, role: str, code: str, reason: str
) -> None:
    mapping = _mapping(http, role)
    given = {"account_id": _account(http, code)["id"], "version": mapping["version"]}
    refused = problem(http.patch(f"{MAPPINGS}/{mapping['id']}", json=given), 422, "invalid_input")
    assert reason in {each["code"] for each in refused["errors"]}
    another = {"company_id": str(shop.company_id), "role": role, "account_id": given["account_id"]}
    more = {**another, "warehouse_id": str(shop.warehouse_id)}
    assert reason in {each["code"] for each in problem(http.post(MAPPINGS, json=more), 422)["errors"]}


def test_a_role_takes_another_control_account_until_the_first_is_written(
    http: TestClient, shop: Shop, item_id: str
) -> None:
    given = {"company_id": str(shop.company_id), "type": "asset", "is_control": True}
    other = created(http.post(ACCOUNTS, json={**given, "code": "1201", "name": "Receivables abroad"}))
    mapping = _mapping(http, "receivable")
    moved = http.patch(f"{MAPPINGS}/{mapping['id']}", json={"account_id": other["id"], "version": mapping["version"]})
    assert (moved.status_code, moved.json()["account_id"]) == (200, other["id"])
    stock = _mapping(http, "inventory")
    shelf = created(http.post(ACCOUNTS, json={**given, "code": "1301", "name": "Another shelf"}))
    elsewhere = {"account_id": shelf["id"], "version": stock["version"]}
    problem(http.patch(f"{MAPPINGS}/{stock['id']}", json=elsewhere), 409, "mapping_in_use")
    problem(http.delete(f"{MAPPINGS}/{stock['id']}"), 409, "mapping_in_use")
    assert http.get(f"/api/inventory/items/{item_id}").status_code == 200


@pytest.mark.feature("FIN-12")
def test_accountants_make_statement_templates_and_analysts_read_them(
    http: TestClient, make_user: Callable[..., Login]
) -> None:
    path = "/api/finance/statement-templates"
    body = {"code": "SHORT", "name": "Short", "rows": [{"key": "revenue", "label": "Revenue", "accounts": ["4*"]}]}
    accountant, analyst = make_user("ann", "accountant").http, make_user("ina", "analyst").http
    made = created(accountant.post(path, json=body))
    assert [each["code"] for each in analyst.get(path).json()["items"]] == ["SHORT"]
    problem(analyst.post(path, json={**body, "code": "OWN"}), 403, "not_allowed")
    changed = accountant.patch(f"{path}/{made['id']}", json={"name": "Shorter", "version": 1})
    assert changed.json()["name"] == "Shorter"
    assert accountant.delete(f"{path}/{made['id']}").status_code == 204
    assert http.get(path).json()["items"] == []
