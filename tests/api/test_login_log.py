"""Who signed in or tried to, from where, and who is told when that is somewhere new."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.testclient import TestClient

from api.context import Services
from api.countries import Countries
from runtime.settings import Settings, SettingsRefused
from tests.api.conftest import PASSWORD, Login, problem
from transactional.kernel.principal import Principal


def _sign_in(anonymous: TestClient, who: str, password: str = PASSWORD, country: str = "") -> int:
    headers = {"X-Country": country, "User-Agent": "a browser"}
    body = {"username": who, "password": password}
    status: int = anonymous.post("/api/auth/token", data=body, headers=headers).status_code
    return status


@pytest.fixture
def countries(services: Services) -> None:
    services.countries = Countries(services.settings.model_copy(update={"country_header": "X-Country"}))


@pytest.mark.feature("AUTH-18")
def test_each_try_is_in_the_log_and_stays_there(
    admin: Login,
    anonymous: TestClient,
    services: Services,
    as_admin: Principal,
    countries: None,
    make_tenant: Callable[[str], Login],
) -> None:
    assert _sign_in(anonymous, admin.username, "wrong wrong wrong", "de") == 401
    assert _sign_in(anonymous, admin.username, country="DE") == 200
    found = admin.http.get("/api/auth/logins", params={"sort": "-occurred_at"}).json()["items"]
    assert [(each["result"], each["country"]) for each in found] == [("right", "DE"), ("wrong", "DE"), ("right", None)]
    assert found[0]["address"] == "testclient"
    assert found[0]["agent"] == "a browser"
    one = f"/api/auth/logins/{found[0]['id']}"
    assert admin.http.get(one).json()["username"] == admin.username
    assert admin.http.get("/api/auth/logins", params={"result": "wrong"}).json()["items"] == [found[1]]
    for answer in (admin.http.delete(one), admin.http.patch(one, json={"result": "right"})):
        problem(answer, 405)
    problem(make_tenant("other").http.get(one), 404)
    for statement in ("update identity.logins set result = 'right'", "delete from identity.logins"):
        with pytest.raises(DBAPIError), services.database.transaction(as_admin) as session:
            session.execute(text(statement))
    assert len(admin.http.get("/api/auth/logins").json()["items"]) == 3


@pytest.mark.feature("AUTH-18")
def test_a_country_new_for_a_user_raises_one_alert(
    admin: Login, anonymous: TestClient, make_user: Callable[..., Login], countries: None
) -> None:
    sam = make_user("sam", "salesperson")
    problem(sam.http.get("/api/auth/logins"), 403)
    for country in ("DE", "DE", "XX", "FR", "FR", "DE"):
        assert _sign_in(anonymous, sam.username, country=country) == 200
    assert _sign_in(anonymous, sam.username, "wrong wrong wrong", "BR") == 401
    for reader in (sam, admin):
        [told] = reader.http.get("/api/notify/notices").json()["items"]
        assert "FR" in told["title"]
        assert sam.username in told["body"]
    new = admin.http.get("/api/auth/logins", params={"is_new_country": "true"}).json()["items"]
    assert [(each["username"], each["country"]) for each in new] == [(sam.username, "FR")]


def test_countries_come_from_the_operators_table(settings: Settings, tmp_path: Path) -> None:
    table = tmp_path / "countries.csv"
    table.write_text("network,country\n192.0.2.0/24,de\n198.51.100.0/25,FR\n2001:db8::/32,BR\n", encoding="utf-8")
    known = Countries(settings.model_copy(update={"country_file": table}))
    asked = ("192.0.2.9", "192.0.3.1", "198.51.100.127", "198.51.100.128", "2001:db8::7", "testclient", "0.0.0.1")
    assert [known.at(each) for each in asked] == ["DE", None, "FR", None, "BR", None, None]
    assert Countries(settings).at("192.0.2.9") is None
    table.write_text("192.0.2.0/24,Germany\n", encoding="utf-8")
    with pytest.raises(SettingsRefused, match="line 1"):
        Countries(settings.model_copy(update={"country_file": table}))
    with pytest.raises(SettingsRefused, match="cannot be read"):
        Countries(settings.model_copy(update={"country_file": tmp_path / str(uuid4())}))
