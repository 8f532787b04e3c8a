"""A file writes what its sender may see, as a single request does."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.context import Services
from api.documents import DOCUMENT_IMPORTS
from tests.api.conftest import Login, created
from tests.api.test_document_files import HEADER, ORDERS, items, rows_of, taken, upload
from tests.attacks.foreign import fill_every_table, fingerprint
from transactional.resources import RESOURCES

pytestmark = [pytest.mark.feature("INT-02"), pytest.mark.feature("PERM-09"), pytest.mark.feature("PERM-08")]
CUSTOMERS = "/api/scm/customers"
PLAIN = [each for each in RESOURCES if "import" in each.actions and each.thing not in DOCUMENT_IMPORTS]
DOORS_MIN = 20
"""How many collections take back what they gave, for somebody who sees it: without them a refusal proves nothing."""


@pytest.fixture
def regions(http: TestClient) -> list[str]:
    made = [http.post("/api/scm/regions", json={"code": code, "name": code}) for code in ("N", "S")]
    return [str(created(each)["id"]) for each in made]


@pytest.fixture
def northern(
    http: TestClient, regions: list[str], make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> TestClient:
    """Who sees customers of the north and what is theirs; one customer lies in each region."""
    for code, region in zip(("NORTH", "SOUTH"), regions, strict=True):
        body = {"code": code, "name": code, "currency_code": "EUR", "country_code": "DE", "region_id": region}
        created(http.post(CUSTOMERS, json=body))
    rule = {"customer": [{"field": "region", "operator": "in", "values": regions[:1]}]}
    make_role("north", "*", row_rules=rule)
    return make_user("bo", "north").http


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        ("SOUTH,Taken over,EUR,S", ("code", "already_used")),
        ("SOUTH,Drawn here,EUR,N", ("code", "already_used")),
        ("NORTH,Sent away,EUR,S", ("", "not_to_be_seen")),
        ("NEW,New beyond,EUR,S", ("", "not_to_be_seen")),
    ],
)
def test_a_file_neither_changes_nor_makes_what_its_sender_may_not_see(
    row: str, refused: tuple[str, str], http: TestClient, northern: TestClient
) -> None:
    before = http.get(CUSTOMERS).json()["items"]
    file = f"code,name,currency_code,region\nMORE,More,EUR,N\n{row}\n"
    assert rows_of(upload(northern, CUSTOMERS, file)) == {(3, *refused)}
    dry = upload(northern, CUSTOMERS, file, dry_run="true").json()
    assert (dry["created"], dry["updated"], dry["failed"]) == (1, 0, 1)
    assert http.get(CUSTOMERS).json()["items"] == before
    partly = upload(northern, CUSTOMERS, file, only_good="true").json()
    assert (partly["created"], partly["updated"], partly["failed"]) == (1, 0, 1)
    after = {each["code"]: each for each in http.get(CUSTOMERS).json()["items"]}
    assert after.pop("MORE")["name"] == "More"
    assert after == {each["code"]: each for each in before}


def test_a_file_changes_what_its_sender_sees_once(http: TestClient, northern: TestClient) -> None:
    file = "code,name,currency_code,region\nNORTH,Renamed,EUR,N\nMORE,More,EUR,N\n"
    done = taken(upload(northern, CUSTOMERS, file))
    assert (done["created"], done["updated"]) == (1, 1)
    renamed = http.get(CUSTOMERS, params={"code": "NORTH"}).json()["items"][0]
    assert (renamed["name"], renamed["version"]) == ("Renamed", 2)
    assert taken(upload(northern, CUSTOMERS, file))["unchanged"] == 2


@pytest.mark.usefixtures("shop", "item_id")
def test_documents_of_a_file_are_such_as_their_maker_sees(
    http: TestClient, make_role: Callable[..., dict[str, Any]], make_user: Callable[..., Login]
) -> None:
    none = [{"field": "state", "operator": "not_in", "values": ["confirmed"]}]
    make_role("drafts", "*", row_rules={"order": none})
    user = make_user("bo", "drafts").http
    file = f"{HEADER}1,SHOP,C-SHOP,W-1,CHAIR,2,\n2,SHOP,C-SHOP,W-2,CHAIR,2,\n"
    assert rows_of(upload(user, ORDERS, file, act="confirm")) == {(2, "", "not_found"), (3, "", "not_found")}
    assert items(http, ORDERS) == []
    assert taken(upload(user, ORDERS, file))["created"] == 2
    assert len(items(http, ORDERS)) == 2


def test_no_import_touches_a_record_that_a_row_rule_hides(
    http: TestClient,
    admin: Login,
    services: Services,
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
) -> None:
    fill_every_table(services.settings, admin.tenant_id)
    services.rights.forget()
    hidden = {each.thing: [{"field": "id", "operator": "in", "values": []}] for each in PLAIN}
    make_role("blind", "*", row_rules=hidden)
    blind = make_user("bo", "blind").http
    files = {each.path: http.get(f"{each.path}/export").text for each in PLAIN}
    seen = {path: upload(http, path, file, dry_run="true") for path, file in files.items()}
    before = fingerprint(services.settings, admin.tenant_id)
    answers = {path: upload(blind, path, file) for path, file in files.items()}
    assert fingerprint(services.settings, admin.tenant_id) == before
    assert {path: each.text for path, each in answers.items() if each.is_success and each.json()["rows"]} == {}
    assert sum(each.is_success and each.json()["unchanged"] > 0 for each in seen.values()) >= DOORS_MIN
