"""Two requests at once about one person's logins, or about one contact: nobody is locked out, nothing comes twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from api.context import Services
from tests.api.conftest import NOW, PASSWORD, Login, created, sign_in
from tests.factories.documents import Shop
from tests.rounds import rounds
from transactional.identity.errors import NotAuthenticated
from transactional.identity.models import Account
from transactional.identity.services.join_accounts import join_accounts
from transactional.identity.services.open_sessions import Device
from transactional.identity.services.sign_in import Credentials

ROUNDS = rounds(2, 40)
CONTACTS = "/api/scm/contacts"
Ask = Callable[[], httpx2.Response]


def at_once(*asks: Ask) -> list[int]:
    """What requests that start together are answered, in their order."""
    together = Barrier(len(asks))

    def ask(one: Ask) -> int:
        together.wait(30)
        return one().status_code

    with ThreadPoolExecutor(len(asks)) as pool:
        return list(pool.map(ask, asks))


def join(login: Login, other: Login) -> Ask:
    given = {"username": other.username, "password": PASSWORD}
    return lambda: login.http.post("/api/auth/join", json=given)


def leads_to(anonymous: TestClient, login: Login) -> list[str]:
    answer = anonymous.post("/api/auth/token", data={"username": login.username, "password": PASSWORD})
    return [each["slug"] for each in answer.json()["tenants"]] if answer.status_code == 200 else []


def user_of(admin: Login, anonymous: TestClient, username: str) -> Login:
    body = {"username": username, "name": "Guest", "password": PASSWORD, "roles": ["analyst"]}
    made = created(admin.http.post("/api/user/users", json=body))
    return sign_in(anonymous, admin.tenant_id, made["id"], username)


@pytest.mark.feature("AUTH-06")
def test_two_logins_that_join_each_other_at_once_become_one(
    admin: Login, make_tenant: Callable[[str], Login], anonymous: TestClient
) -> None:
    zenith = make_tenant("zenith")
    for number in range(ROUNDS):
        here = user_of(admin, anonymous, f"g{number}@acme.test")
        there = user_of(zenith, anonymous, f"g{number}@zenith.test")
        answers = at_once(join(here, there), join(there, here))
        assert sorted(answers) in ([200, 401], [200, 422]), answers
        assert sorted([leads_to(anonymous, here), leads_to(anonymous, there)]) == [[], ["acme", "zenith"]]


@pytest.mark.feature("AUTH-06")
def test_a_login_joined_since_its_token_was_looked_at_joins_nothing(
    admin: Login, make_tenant: Callable[[str], Login], anonymous: TestClient, services: Services
) -> None:
    here = user_of(admin, anonymous, "guest@acme.test")
    there = user_of(make_tenant("zenith"), anonymous, "guest@zenith.test")
    with services.database.outside_tenants() as session:
        account_id = session.scalars(select(Account.id).where(Account.username == there.username)).one()
    assert join(here, there)().status_code == 200
    with services.database.outside_tenants() as session:
        given = Credentials(username=here.username, password=PASSWORD, device=Device())
        outcome = join_accounts(session, account_id, given, at=NOW, hasher=services.hasher)
    assert isinstance(outcome, NotAuthenticated)
    assert leads_to(anonymous, here) == ["acme", "zenith"]


@pytest.mark.feature("3.3.1")
def test_of_two_first_contacts_at_once_one_is_the_first(http: TestClient, shop: Shop) -> None:
    def body(name: str) -> dict[str, Any]:
        party = {"party_kind": "supplier", "party_id": str(shop.supplier_id)}
        return {**party, "name": name, "email": f"{name}@alpine.test", "is_first": True}

    answers = at_once(*[lambda name=name: http.post(CONTACTS, json=body(name)) for name in "abcd"])
    assert sorted(answers) == [201, 409, 409, 409]
    [first] = http.get(CONTACTS, params={"party_id": str(shop.supplier_id)}).json()["items"]
    whole, alone = f"/api/scm/suppliers/{shop.supplier_id}/erase", f"{CONTACTS}/{first['id']}/erase"
    told = at_once(lambda: http.post(whole), lambda: http.post(alone))
    assert set(told) <= {200, 201, 202, 409}, told
    left = http.get(f"{CONTACTS}/{first['id']}").json()
    assert (left["email"], left["is_active"], left["name"] == first["name"]) == (None, False, False)
