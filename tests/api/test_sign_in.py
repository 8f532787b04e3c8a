"""Signing in, staying in, being let out."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx2
import jwt
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text
from starlette.testclient import TestClient

from api.app import create_app
from api.context import RightsCache, Services
from runtime.settings import Settings
from tests.api.conftest import PASSWORD, Login, problem, sign_in
from transactional.identity.errors import NotAuthenticated
from transactional.identity.models import LoginSession
from transactional.identity.services.open_sessions import OpenedSession
from transactional.identity.services.refresh_sessions import Asked, refresh_session
from transactional.identity.tokens import AUDIENCE, ISSUER, KeyRing
from transactional.kernel.session import Database


@pytest.mark.feature("AUTH-01")
def test_unknown_user_and_wrong_password_get_the_same_answer(anonymous: TestClient, admin: Login) -> None:
    wrong = problem(anonymous.post("/api/auth/token", data={"username": admin.username, "password": "no"}), 401)
    unknown = problem(anonymous.post("/api/auth/token", data={"username": "nobody", "password": "no"}), 401)
    assert {**wrong, "trace_id": ""} == {**unknown, "trace_id": ""}
    assert [tenant["slug"] for tenant in admin.tokens["tenants"]] == ["acme"]
    assert admin.tokens["expires_in"] == 900


@pytest.mark.feature("AUTH-01")
def test_a_disabled_user_gets_403_after_the_right_password_only(
    anonymous: TestClient, admin: Login, make_user: Callable[..., Login]
) -> None:
    user = make_user("bo", "analyst")
    record = admin.http.get(f"/api/user/users/{user.user_id}").json()
    body = {"is_active": False, "version": record["version"]}
    assert admin.http.patch(f"/api/user/users/{user.user_id}", json=body).status_code == 200
    right = {"username": user.username, "password": PASSWORD}
    problem(anonymous.post("/api/auth/token", data=right), 403, "account_disabled")
    problem(anonymous.post("/api/auth/token", data=right | {"password": "wrong"}), 401, "wrong_credentials")


@pytest.mark.feature("AUTH-07")
def test_a_disabled_users_token_is_refused_at_once(admin: Login, make_user: Callable[..., Login]) -> None:
    user = make_user("bo", "analyst")
    assert user.http.get("/api/auth/me").status_code == 200
    record = admin.http.get(f"/api/user/users/{user.user_id}").json()
    admin.http.patch(f"/api/user/users/{user.user_id}", json={"is_active": False, "version": record["version"]})
    problem(user.http.get("/api/auth/me"), 401, "not_authenticated")


@pytest.mark.feature("2.1.9")
def test_forged_expired_and_foreign_tokens_are_refused(anonymous: TestClient, admin: Login, services: Services) -> None:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(admin.user_id),
        "tid": str(admin.tenant_id),
        "sid": str(admin.user_id),
        "iat": now,
        "nbf": now,
        "exp": now + 60,
    }
    keys = services.keys
    own = keys._keys[keys.current_id]
    headers = {"kid": keys.current_id, "typ": "at+jwt"}
    real = admin.tokens["access_token"]
    head, payload, signature = real.split(".")
    forged = {
        "none": jwt.encode(claims, "", algorithm="none", headers=headers),
        "other key": jwt.encode(claims, "x" * 40, algorithm="HS256", headers=headers),
        "other algorithm": jwt.encode(claims, own * 2, algorithm="HS512", headers=headers),
        "no kid": jwt.encode(claims, own, algorithm="HS256", headers={"typ": "at+jwt"}),
        "path in kid": jwt.encode(claims, own, algorithm="HS256", headers={**headers, "kid": "../../etc/passwd"}),
        "jku": jwt.encode(claims, own, algorithm="HS256", headers={**headers, "jku": "https://evil.test"}),
        "crit": jwt.encode(claims, own, algorithm="HS256", headers={**headers, "crit": ["x"]}),
        "id token": jwt.encode(claims, own, algorithm="HS256", headers={**headers, "typ": "JWT"}),
        "expired": keys.sign({**claims, "exp": now - 10, "nbf": now - 100, "iat": now - 100}),
        "not yet": keys.sign({**claims, "nbf": now + 60, "iat": now + 60}),
        "audience": keys.sign({**claims, "aud": "other"}),
        "issuer": keys.sign({**claims, "iss": "other"}),
        "changed": f"{head}.{payload[:-2]}AA.{signature}",
        "cut": f"{head}.{payload}.",
        "session that never was": keys.sign(claims),
        **{f"no {name}": keys.sign({key: value for key, value in claims.items() if key != name}) for name in claims},
    }
    for name, token in forged.items():
        answer = anonymous.get("/api/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, name
    assert admin.http.get("/api/auth/me").status_code == 200


@pytest.mark.feature("2.1.9")
def test_tokens_of_the_previous_key_stay_valid(admin: Login, services: Services) -> None:
    services.keys = KeyRing("a fresh key for tests, as long as the old", ["a key for tests only, and long enough"])
    services.rights.forget()
    assert admin.http.get("/api/auth/me").status_code == 200
    services.keys = KeyRing("a fresh key for tests, as long as the old")
    services.rights.forget()
    problem(admin.http.get("/api/auth/me"), 401)


@pytest.mark.feature("AUTH-08")
def test_a_retired_refresh_token_ends_the_family(anonymous: TestClient, admin: Login, services: Services) -> None:
    first = admin.tokens["refresh_token"]
    second = anonymous.post("/api/auth/refresh", json={"refresh_token": first}).json()["refresh_token"]
    assert second != first
    problem(anonymous.post("/api/auth/refresh", json={"refresh_token": first}), 401)
    problem(anonymous.post("/api/auth/refresh", json={"refresh_token": second}), 401)
    problem(admin.http.get("/api/auth/me"), 401)
    with services.database.outside_tenants() as session:
        session.execute(text("select set_config('app.tenant_id', :tenant, true)"), {"tenant": str(admin.tenant_id)})
        asked = text("select trace_id from kernel.audit_log where action = 'reuse'")
        found: Sequence[str] = session.execute(asked).scalars().all()
    assert [len(trace) for trace in found] == [32]


@pytest.mark.feature("AUTH-01")
def test_a_password_is_taken_as_it_is_written_wherever_it_is_given(anonymous: TestClient, admin: Login) -> None:
    blank, given = "  Corr3ct-Horse-1  ", {"username": "bo@acme.test", "name": "Bo", "roles": ["analyst"]}
    made = admin.http.post("/api/user/users", json=given | {"password": blank})
    assert made.status_code == 201

    def tries(*passwords: str) -> list[int]:
        forms = [{"username": "bo@acme.test", "password": password} for password in passwords]
        return [anonymous.post("/api/auth/token", data=form).status_code for form in forms]

    assert tries(blank, blank.strip()) == [200, 401]
    path = f"/api/user/users/{made.json()['id']}/set-password"
    assert admin.http.post(path, json={"password": " set by an admin "}).status_code == 204
    assert tries(" set by an admin ", "set by an admin") == [200, 401]


@pytest.mark.feature("AUTH-08")
def test_two_tabs_that_refresh_at_once_stay_signed_in(anonymous: TestClient, admin: Login, services: Services) -> None:
    first = {"refresh_token": admin.tokens["refresh_token"]}
    with ThreadPoolExecutor(3) as tabs, services.database.outside_tenants() as session:
        session.execute(select(LoginSession.id).with_for_update())
        asked = [tabs.submit(anonymous.post, "/api/auth/refresh", json=first) for _ in range(3)]
        time.sleep(0.5)
        session.commit()
        pairs = [each.result().json() for each in asked]
    assert len({pair["refresh_token"] for pair in pairs}) == 1
    for pair in pairs:
        signed = {"Authorization": f"Bearer {pair['access_token']}"}
        assert anonymous.get("/api/auth/me", headers=signed).status_code == 200
    second = anonymous.post("/api/auth/refresh", json={"refresh_token": pairs[0]["refresh_token"]})
    assert second.status_code == 200
    problem(anonymous.post("/api/auth/refresh", json=first), 401)
    problem(anonymous.post("/api/auth/refresh", json={"refresh_token": second.json()["refresh_token"]}), 401)


@pytest.mark.feature("AUTH-08")
@pytest.mark.parametrize(("came_after", "stays"), [(-0.1, True), (0.1, False)])
def test_who_waited_for_a_turn_while_another_refreshed_was_there_at_once(
    admin: Login, services: Services, came_after: float, *, stays: bool
) -> None:
    rotated_at = datetime.now(UTC)
    pairs = []
    for arrived_at in (rotated_at - timedelta(seconds=1), rotated_at + timedelta(seconds=came_after)):
        with services.database.outside_tenants() as session:
            asked = Asked(arrived_at)
            token = admin.tokens["refresh_token"]
            pairs.append(refresh_session(session, token, asked, keys=services.keys, now=lambda: rotated_at))
    assert isinstance(pairs[0], OpenedSession)
    assert isinstance(pairs[1], OpenedSession if stays else NotAuthenticated)


@pytest.mark.feature("AUTH-08")
def test_a_lost_answer_is_given_again_to_the_same_request(anonymous: TestClient, admin: Login) -> None:
    given, key = {"refresh_token": admin.tokens["refresh_token"]}, {"Idempotency-Key": "first-change"}
    pairs = [anonymous.post("/api/auth/refresh", json=given, headers=key).json() for _ in range(2)]
    fresh = pairs[0]["refresh_token"]
    assert fresh == pairs[1]["refresh_token"] != given["refresh_token"]
    third = anonymous.post("/api/auth/refresh", json={"refresh_token": fresh}, headers={"Idempotency-Key": "second"})
    assert third.status_code == 200
    # Now that the pair is used, the request that gave it says no more than any other retired token.
    problem(anonymous.post("/api/auth/refresh", json=given, headers=key), 401)
    problem(anonymous.post("/api/auth/refresh", json={"refresh_token": third.json()["refresh_token"]}), 401)


@pytest.mark.feature("AUTH-09")
def test_signing_out_twice_succeeds_and_ends_both_tokens(anonymous: TestClient, admin: Login) -> None:
    assert admin.http.get("/api/auth/me").status_code == 200
    assert [admin.http.post("/api/auth/logout").status_code for _ in range(2)] == [204, 204]
    problem(admin.http.get("/api/auth/me"), 401)
    problem(anonymous.post("/api/auth/refresh", json={"refresh_token": admin.tokens["refresh_token"]}), 401)
    problem(anonymous.post("/api/auth/logout"), 401)


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def elsewhere(services: Services, settings: Settings) -> Iterator[tuple[TestClient, Clock]]:
    """Another instance of the application over the same database, and the clock its memory goes by."""
    app, clock = create_app(settings), Clock()
    database = Database(settings.database_url("app"), pool_size=2)
    app.state.services = Services(settings, database, services.keys, rights=RightsCache(clock=clock))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client, clock
    database.close()


@pytest.mark.feature("AUTH-09")
@pytest.mark.feature("AUTH-07")
def test_whoever_signed_out_is_out_on_every_instance_within_a_second(
    admin: Login, elsewhere: tuple[TestClient, Clock]
) -> None:
    other, clock = elsewhere
    token = {"Authorization": admin.http.headers["Authorization"]}
    assert other.get("/api/auth/me", headers=token).status_code == 200
    assert admin.http.post("/api/auth/logout").status_code == 204
    clock.now += 1.0
    problem(other.get("/api/auth/me", headers=token), 401)
    refresh = {"refresh_token": admin.tokens["refresh_token"]}
    problem(other.post("/api/auth/refresh", json=refresh), 401)


@pytest.mark.feature("PERM-03")
@pytest.mark.feature("ARCH-05")
def test_what_was_taken_away_is_gone_on_every_instance_within_a_second(
    admin: Login, make_user: Callable[..., Login], elsewhere: tuple[TestClient, Clock]
) -> None:
    other, clock = elsewhere
    user = make_user("bo", "analyst", "sales_manager")
    token = {"Authorization": user.http.headers["Authorization"]}
    assert other.get("/api/sales/orders", headers=token).status_code == 200
    path = f"/api/user/users/{user.user_id}/assign-roles"
    assert admin.http.post(path, json={"roles": ["warehouse_clerk"]}).status_code == 200
    clock.now += 1.0
    problem(other.get("/api/sales/invoices", headers=token), 403)
    assert other.get("/api/sales/deliveries", headers=token).status_code == 200


@pytest.mark.feature("AUTH-10")
def test_a_session_on_another_device_is_ended_remotely(
    anonymous: TestClient, admin: Login, make_user: Callable[..., Login]
) -> None:
    other = sign_in(anonymous, admin.tenant_id, admin.user_id, admin.username)
    listed = admin.http.get("/api/auth/sessions").json()["items"]
    assert [each["is_current"] for each in listed].count(True) == 1
    device = next(each for each in listed if not each["is_current"])
    stranger = make_user("bo", "analyst")
    problem(stranger.http.delete(f"/api/auth/sessions/{device['id']}"), 404)
    assert admin.http.delete(f"/api/auth/sessions/{device['id']}").status_code == 204
    problem(other.http.get("/api/auth/me"), 401)


@pytest.mark.feature("AUTH-15")
def test_five_wrong_passwords_lock_until_an_admin_unlocks(
    anonymous: TestClient, admin: Login, make_user: Callable[..., Login], services: Services
) -> None:
    user = make_user("bo", "analyst")
    right = {"username": user.username, "password": PASSWORD}
    for _ in range(5):
        problem(anonymous.post("/api/auth/token", data=right | {"password": "wrong"}), 401)
    locked = anonymous.post("/api/auth/token", data=right)
    problem(locked, 429, "too_many_tries")
    assert 0 < int(locked.headers["Retry-After"]) <= 901
    page = admin.http.get("/api/system/audit-log", params={"action": "lock"}).json()
    assert [row["row_id"] for row in page["items"]] == [str(user.user_id)]
    assert admin.http.post(f"/api/user/users/{user.user_id}/unlock").status_code == 204
    assert anonymous.post("/api/auth/token", data=right).status_code == 200
    for _ in range(5):
        problem(anonymous.post("/api/auth/token", data=right | {"password": "wrong"}), 401)
    services.now = lambda: datetime.now(UTC) + timedelta(minutes=16)
    assert anonymous.post("/api/auth/token", data=right).status_code == 200


@pytest.mark.feature("AUTH-15")
def test_a_stranger_cannot_lock_out_a_known_device(anonymous: TestClient, admin: Login) -> None:
    stranger = TestClient(anonymous.app, client=("203.0.113.9", 4000))
    for _ in range(6):
        stranger.post("/api/auth/token", data={"username": admin.username, "password": "guess"})
    right = {"username": admin.username, "password": PASSWORD}
    assert stranger.post("/api/auth/token", data=right).status_code == 429
    assert anonymous.post("/api/auth/token", data=right).status_code == 200
    # The stranger's address is locked for every other name too.
    assert stranger.post("/api/auth/token", data={"username": "else", "password": "x"}).status_code == 429


@pytest.mark.feature("AUTH-12")
@pytest.mark.feature("AUTH-13")
def test_a_new_password_meets_the_policy_and_ends_other_sessions(anonymous: TestClient, admin: Login) -> None:
    other = sign_in(anonymous, admin.tenant_id, admin.user_id, admin.username)

    def change(password: str, current: str = PASSWORD) -> httpx2.Response:
        body = {"current_password": current, "password": password}
        answer: httpx2.Response = admin.http.post("/api/auth/password", json=body)
        return answer

    for password, rule in (
        ("short", "password_short"),
        ("passwordpassword", "password_common"),
        (PASSWORD, "password_used"),
    ):
        assert rule in {error["code"] for error in problem(change(password), 422)["errors"]}
    assert problem(change("eight slow herons", "wrong"), 422)["errors"][0]["code"] == "password_wrong"
    assert change("eight slow herons at dusk").status_code == 204
    problem(other.http.get("/api/auth/me"), 401)
    assert admin.http.get("/api/auth/me").status_code == 200


@pytest.mark.feature("AUTH-12")
def test_a_changed_policy_applies_at_the_next_change(admin: Login, make_user: Callable[..., Login]) -> None:
    user = make_user("bo", "analyst")
    problem(user.http.patch("/api/system/tenant", json={"password_length_min": 8}), 403)
    for wrong in (7, 129, "x", None):
        problem(admin.http.patch("/api/system/tenant", json={"password_length_min": wrong}), 422)
    changed = admin.http.patch("/api/system/tenant", json={"password_length_min": 40})
    assert (changed.status_code, changed.json()["password_length_min"]) == (200, 40)
    assert admin.http.get("/api/auth/me").status_code == 200
    body = {"current_password": PASSWORD, "password": "eight slow herons at dusk"}
    refused = problem(admin.http.post("/api/auth/password", json=body), 422)
    assert "40" in refused["errors"][0]["reason"]
    [row] = admin.http.get("/api/system/audit-log", params={"table_name": "identity.tenants"}).json()["items"]
    assert row["after"]["after"] == {"password_length_min": 40}


@pytest.mark.feature("AUTH-12")
def test_the_last_five_passwords_are_not_used_again(make_user: Callable[..., Login]) -> None:
    user = make_user("bo", "analyst")
    used = [PASSWORD, *[f"{number} slow herons at dusk" for number in range(5)]]
    for before, after in itertools.pairwise(used):
        change = {"current_password": before, "password": after}
        assert user.http.post("/api/auth/password", json=change).status_code == 204
    for again in used[1:]:
        refused = problem(
            user.http.post("/api/auth/password", json={"current_password": used[-1], "password": again}), 422
        )
        assert [error["code"] for error in refused["errors"]] == ["password_used"]
    change = {"current_password": used[-1], "password": PASSWORD}
    assert user.http.post("/api/auth/password", json=change).status_code == 204


@pytest.mark.feature("AUTH-12")
def test_nobody_is_given_the_own_name_or_an_earlier_one_as_password(
    admin: Login, make_user: Callable[..., Login]
) -> None:
    user = make_user("bonaventura", "analyst")
    path = f"/api/user/users/{user.user_id}/set-password"
    for wrong, rule in (
        ("Bonaventura@acme.test", "password_common"),
        ("passwordpassword", "password_common"),
        (PASSWORD, "password_used"),
    ):
        refused = problem(admin.http.post(path, json={"password": wrong}), 422)
        assert [error["code"] for error in refused["errors"]] == [rule]
    assert user.http.get("/api/auth/me").status_code == 200


@pytest.mark.feature("2.1.10")
def test_a_higher_work_factor_rehashes_at_the_next_sign_in(
    anonymous: TestClient, admin: Login, make_user: Callable[..., Login], services: Services
) -> None:
    make_user("bo", "analyst")

    def hashes() -> list[str]:
        with services.database.outside_tenants() as session:
            return list(
                session.execute(text("select password_hash from identity.accounts order by username")).scalars()
            )

    before = hashes()
    assert before[0] != before[1]
    assert all(each.startswith("$argon2id$") for each in before)
    services.hasher = PasswordHasher(time_cost=2, memory_cost=1024, parallelism=1)
    sign_in(anonymous, admin.tenant_id, admin.user_id, admin.username)
    after = hashes()
    assert ("t=2" in after[0], after[1]) == (True, before[1])
    sign_in(anonymous, admin.tenant_id, admin.user_id, admin.username)
