"""One person in two tenants: two logins become one, one goes to and fro, and nothing of one tenant is in the other."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import PASSWORD, Login, created, problem
from tests.api.test_privacy import archive

OTHER_PASSWORD = "nine quiet otters at dusk"
MAIL = "guest@both.test"


@pytest.fixture
def guest(make_user: Callable[..., Login]) -> Login:
    """A sales manager of the tenant acme."""
    return make_user("guest", "sales_manager")


@pytest.fixture
def zenith(make_tenant: Callable[[str], Login]) -> Login:
    """The administrator of another tenant."""
    return make_tenant("zenith")


@pytest.fixture
def there(zenith: Login) -> dict[str, Any]:
    """The same person as the other tenant knows them."""
    body = {"username": "guest@zenith.test", "name": "Guest", "email": MAIL, "password": OTHER_PASSWORD}
    return created(zenith.http.post("/api/user/users", json=body | {"roles": ["analyst"]}))


@pytest.fixture
def joined(guest: Login, there: dict[str, Any]) -> Login:
    """The person with one login for both."""
    assert there["email"] == MAIL
    assert slugs(join(guest.http)) == ["acme", "zenith"]
    return guest


def join(http: TestClient, **other: str) -> httpx2.Response:
    return http.post("/api/auth/join", json={"username": "guest@zenith.test", "password": OTHER_PASSWORD} | other)


def slugs(answer: httpx2.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return [each["slug"] for each in body.get("items") or body["tenants"]]


def token(anonymous: TestClient, **form: str) -> httpx2.Response:
    return anonymous.post("/api/auth/token", data={"username": "guest@acme.test", "password": PASSWORD} | form)


def by(answer: httpx2.Response, anonymous: TestClient) -> TestClient:
    """A client with the tokens of an answer."""
    assert answer.status_code == 200, answer.text
    client = TestClient(anonymous.app, raise_server_exceptions=False)
    client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    return client


def changed(login: Login, user_id: Any, **values: Any) -> None:
    path = f"/api/user/users/{user_id}"
    version = login.http.get(path).json()["version"]
    assert login.http.patch(path, json=values | {"version": version}).status_code == 200


@pytest.mark.feature("AUTH-06")
def test_a_user_of_two_tenants_chooses_one_at_sign_in_and_can_switch(joined: Login, anonymous: TestClient) -> None:
    assert token(anonymous).json()["tenant"]["slug"] == "acme"
    chosen = token(anonymous, tenant="zenith")
    assert (chosen.json()["tenant"]["slug"], slugs(chosen)) == ("zenith", ["acme", "zenith"])
    assert slugs(joined.http.get("/api/auth/tenants")) == ["acme", "zenith"]
    there = by(joined.http.post("/api/auth/switch", json={"tenant": "zenith"}), anonymous)
    assert there.get("/api/auth/me").json()["tenant"] == "zenith"
    back = by(there.post("/api/auth/switch", json={"tenant": str(joined.tenant_id)}), anonymous)
    assert back.get("/api/auth/me").json()["id"] == str(joined.user_id)
    assert joined.http.get("/api/auth/me").json()["tenant"] == "acme"


@pytest.mark.feature("AUTH-06")
def test_each_token_sees_its_tenants_rows_and_rights_only(joined: Login, zenith: Login, anonymous: TestClient) -> None:
    code = {"code": "C1", "name": "Crane", "currency_code": "EUR"}
    ours = created(joined.http.post("/api/scm/customers", json=code))
    theirs = created(zenith.http.post("/api/scm/customers", json=code | {"name": "Their Crane"}))
    there = by(token(anonymous, tenant="zenith"), anonymous)
    assert [each["id"] for each in there.get("/api/scm/customers").json()["items"]] == [theirs["id"]]
    assert [each["id"] for each in joined.http.get("/api/scm/customers").json()["items"]] == [ours["id"]]
    problem(there.get(f"/api/scm/customers/{ours['id']}"), 404)
    problem(joined.http.get(f"/api/scm/customers/{theirs['id']}"), 404)
    # A sales manager here and an analyst there: neither role counts in the other tenant.
    problem(there.post("/api/scm/customers", json=code | {"code": "C2"}), 403)


@pytest.mark.feature("AUTH-06")
@pytest.mark.parametrize(
    ("body", "status"),
    [({"tenant": "zenith"}, 403), ({"tenant": "nowhere"}, 403), ({"tenant": ""}, 422), ({"tenant": 7}, 422), ({}, 422)],
)
def test_a_tenant_one_is_no_member_of_is_refused(
    guest: Login, zenith: Login, body: dict[str, Any], status: int
) -> None:
    assert zenith.tenant_id != guest.tenant_id
    answer = problem(guest.http.post("/api/auth/switch", json=body), status)
    if status == 403:
        assert answer["code"] == "not_a_member"


@pytest.mark.feature("AUTH-06")
def test_nobody_joins_or_switches_without_signing_in(anonymous: TestClient, there: dict[str, Any]) -> None:
    assert there["id"]
    problem(join(anonymous), 401)
    problem(anonymous.post("/api/auth/switch", json={"tenant": "zenith"}), 401)
    problem(anonymous.get("/api/auth/tenants"), 401)


@pytest.mark.feature("AUTH-06")
def test_joining_wants_the_other_password_and_counts_wrong_ones(
    guest: Login, there: dict[str, Any], anonymous: TestClient
) -> None:
    unknown = problem(join(guest.http, username="nobody@zenith.test"), 422)
    wrong = problem(join(guest.http, password="wrong"), 422)
    assert {**unknown, "trace_id": ""} == {**wrong, "trace_id": ""}
    assert [each["code"] for each in wrong["errors"]] == ["password_wrong"]
    for _ in range(4):
        join(guest.http, password="wrong")
    assert join(guest.http).status_code == 429
    assert token(anonymous, username="guest@zenith.test", password=OTHER_PASSWORD).status_code == 429
    assert slugs(guest.http.get("/api/auth/tenants")) == ["acme"]
    problem(guest.http.post("/api/auth/join", json={"username": "x"}), 422)
    assert there["id"]


@pytest.mark.feature("AUTH-06")
def test_the_joined_login_ends_with_its_sessions_and_its_name_is_free(
    guest: Login, zenith: Login, there: dict[str, Any], anonymous: TestClient
) -> None:
    login = {"username": "guest@zenith.test", "password": OTHER_PASSWORD}
    before = by(token(anonymous, **login), anonymous)
    join(guest.http)
    problem(before.get("/api/auth/me"), 401)
    problem(token(anonymous, **login), 401, "wrong_credentials")
    problem(join(guest.http), 422)
    body = {"username": "guest@zenith.test", "name": "Another", "email": "another@zenith.test", "password": PASSWORD}
    assert created(zenith.http.post("/api/user/users", json=body | {"roles": []}))["id"] != there["id"]
    assert slugs(guest.http.get("/api/auth/tenants")) == ["acme", "zenith"]


@pytest.mark.feature("AUTH-06")
def test_two_users_of_one_tenant_stay_two(guest: Login, make_user: Callable[..., Login], anonymous: TestClient) -> None:
    make_user("second", "analyst")
    problem(join(guest.http, username="second@acme.test", password=PASSWORD), 409, "already_a_member")
    assert token(anonymous, username="second@acme.test").status_code == 200
    assert slugs(join(guest.http, username="guest@acme.test", password=PASSWORD)) == ["acme"]


@pytest.mark.feature("AUTH-06")
def test_one_tenant_learns_nothing_of_the_other(
    joined: Login, zenith: Login, anonymous: TestClient, http: TestClient
) -> None:
    token(anonymous, tenant="zenith")
    token(anonymous)
    joined.http.post("/api/auth/switch", json={"tenant": "zenith"})

    def tries(login: TestClient) -> list[str]:
        path = "/api/auth/logins?username=guest@acme.test&limit=100"
        return [each["result"] for each in login.get(path).json()["items"]]

    # Here the sign-in that the fixture made and the second one; there the chosen one and the switch.
    assert (tries(http), tries(zenith.http)) == (["right", "right"], ["right", "right"])


@pytest.mark.feature("AUTH-06")
def test_a_user_disabled_in_one_tenant_enters_the_other(
    joined: Login, admin: Login, there: dict[str, Any], zenith: Login, anonymous: TestClient
) -> None:
    changed(admin, joined.user_id, is_active=False)
    inside = by(token(anonymous), anonymous)
    assert inside.get("/api/auth/me").json()["tenant"] == "zenith"
    assert slugs(inside.get("/api/auth/tenants")) == ["zenith"]
    problem(inside.post("/api/auth/switch", json={"tenant": "acme"}), 403, "account_disabled")
    changed(zenith, there["id"], is_active=False)
    problem(inside.get("/api/auth/me"), 401)
    problem(token(anonymous), 403, "account_disabled")


@pytest.mark.feature("AUTH-06")
def test_an_administrator_never_sets_the_password_of_a_login_that_leads_elsewhere(
    joined: Login, there: dict[str, Any], zenith: Login, anonymous: TestClient
) -> None:
    inside = by(token(anonymous, tenant="zenith"), anonymous)
    path, given = f"/api/user/users/{there['id']}/set-password", {"password": "an administrator's own choice"}
    problem(zenith.http.post(path, json=given | {"username": "guest@acme.test"}), 409, "name_taken")
    assert zenith.http.post(path, json=given).status_code == 204
    # The user has a login of that tenant alone, by the e-mail address; the person's own leads everywhere else.
    problem(inside.get("/api/auth/me"), 401)
    alone = token(anonymous, username=MAIL, password=given["password"])
    assert (alone.json()["tenant"]["slug"], slugs(alone)) == ("zenith", ["zenith"])
    assert slugs(token(anonymous)) == ["acme"]
    problem(token(anonymous, password=given["password"]), 401)
    problem(token(anonymous, tenant="zenith"), 403, "not_a_member")
    assert joined.http.get("/api/auth/me").json()["tenant"] == "acme"


@pytest.mark.feature("AUTH-06")
def test_the_strictest_tenant_decides_how_long_a_password_is(
    joined: Login, zenith: Login, anonymous: TestClient
) -> None:
    assert zenith.http.patch("/api/system/tenant", json={"password_length_min": 30}).status_code == 200
    given = {"current_password": PASSWORD, "password": "four grey herons wait"}
    problem(joined.http.post("/api/auth/password", json=given), 422)
    longer = given | {"password": "four grey herons wait beside the weir"}
    assert joined.http.post("/api/auth/password", json=longer).status_code == 204
    assert token(anonymous, tenant="zenith", password=longer["password"]).status_code == 200


@pytest.mark.feature("AUTH-06")
def test_a_personal_archive_tells_nothing_of_the_other_tenant(
    joined: Login, admin: Login, zenith: Login, services: Services, anonymous: TestClient
) -> None:
    token(anonymous, tenant="zenith")
    held = archive(admin.http.get(f"/api/user/users/{joined.user_id}/personal-data"))
    assert "identity.logins.json" in held, sorted(held)
    assert "identity.sign_in_attempts.json" not in held
    assert str(zenith.tenant_id) not in str(held)


@pytest.mark.feature("AUTH-06")
def test_at_a_tenants_host_name_no_other_is_entered(joined: Login, services: Services, anonymous: TestClient) -> None:
    with services.database.outside_tenants() as session:
        session.execute(text("update identity.tenants set host = slug || '.example'"))
    services.hosts.forget()
    at_host = {"host": "zenith.example"}
    form = {"username": "guest@acme.test", "password": PASSWORD}
    assert anonymous.post("/api/auth/token", data=form, headers=at_host).json()["tenant"]["slug"] == "zenith"
    there = by(token(anonymous, tenant="zenith"), anonymous)
    problem(there.post("/api/auth/switch", json={"tenant": "acme"}, headers=at_host), 403, "not_a_member")
