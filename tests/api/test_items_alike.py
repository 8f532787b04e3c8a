"""Items are found by likeness, by those who may see them; their vectors follow what is landed of them.

Knowledge is found so in `test_knowledge.py`. There are no tickets in this program, so none are searched.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg
import pytest
from psycopg import IsolationLevel
from starlette.testclient import TestClient

from ai.embeddings.embedders import DEFAULT, Embedder, Vector, hashed_vectors
from ai.models.endpoint import ModelFailed
from api.context import Services
from pipelines.item_vectors import ItemVectorKeeper, ItemVectors
from pipelines.raw.loader import land
from pipelines.raw.schema import ensure_raw_tables
from runtime.settings import DatabaseRole
from tests.api.conftest import Login, created, problem
from tests.api.test_models import set_model
from tests.factories.model_server import model_server
from transactional.contract import promised_table

__all__ = ["set_model"]
pytestmark = pytest.mark.feature("ARCH-12")
PATH, ITEMS, CATEGORIES = "/api/search/items", "/api/inventory/items", "/api/inventory/item-categories"
TABLES = tuple(promised_table(name) for name in ("item_categories", "items", "tombstones"))
Land = Callable[[], None]


@pytest.fixture
def warehouse(services: Services) -> Iterator[psycopg.Connection]:
    """A connection of the worker's."""
    with psycopg.connect(services.settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            ensure_raw_tables(connection, TABLES)
        yield connection


@pytest.fixture
def land_items(warehouse: psycopg.Connection) -> Land:
    """Lands what was committed, as the worker does all the time."""

    def work() -> None:
        with warehouse.transaction():
            land(warehouse, TABLES)

    return work


@pytest.fixture
def follow(services: Services, land_items: Land) -> Callable[[], int]:
    """Lands what was committed and makes the vectors that ask for it, as the worker does all the time."""
    vectors = ItemVectors(services.settings)

    def work() -> int:
        land_items()
        return vectors.look()

    return work


@pytest.fixture
def tents(http: TestClient) -> dict[str, dict[str, Any]]:
    """Three items by code: two tents in one category, a lamp in another."""
    return _make_items(http)


def _make_items(http: TestClient) -> dict[str, dict[str, Any]]:
    unit = created(http.post("/api/inventory/units-of-measure", json={"code": "EA", "name": "Each"}))["id"]
    shelter, light = (
        created(http.post(CATEGORIES, json={"code": code, "name": name}))
        for code, name in (("SHELTER", "Shelter"), ("LIGHT", "Lighting"))
    )
    given: tuple[tuple[str, str, dict[str, Any], dict[str, str]], ...] = (
        ("T-2", "Tent for two", shelter, {"colour": "green"}),
        ("T-4", "Tent for four", shelter, {"colour": "green"}),
        ("L-1", "Lamp", light, {}),
    )
    return {
        code: created(
            http.post(
                ITEMS,
                json={
                    "code": code, "name": name, "unit_id": unit, "category_id": category["id"],
                    "attributes": attributes,
                },
            )
        )
        for code, name, category, attributes in given
    }  # fmt: skip


def alike(http: TestClient, **body: Any) -> list[str]:
    answer = http.post(PATH, json=body)
    assert answer.status_code == 200, answer.text
    return [hit["title"].split()[0] for hit in answer.json()["items"]]


def changed(http: TestClient, path: str, **values: Any) -> None:
    answer = http.patch(path, json={**values, "version": http.get(path).json()["version"]})
    assert answer.status_code == 200, answer.text


def test_items_are_found_by_words_by_an_item_and_by_a_vector(
    http: TestClient, tents: dict[str, dict[str, Any]], follow: Callable[[], int]
) -> None:
    assert follow() == 3
    assert alike(http, words="shelters, green", limit=2) == ["T-2", "T-4"]
    assert alike(http, words="tent for four")[0] == "T-4"
    assert alike(http, item_id=tents["T-2"]["id"], limit=1) == ["T-4"]
    [vector] = hashed_vectors(["lighting"])
    [first, *_] = http.post(PATH, json={"vector": vector}).json()["items"]
    # What is nearest of all that is far away is no hit.
    assert alike(http, words="aubergine") == []
    assert (first["kind"], first["title"], first["path"]) == ("item", "L-1 Lamp", f"{ITEMS}/{tents['L-1']['id']}")
    assert 0 < first["score"] <= 1


def test_a_vector_of_another_dimension_or_of_no_direction_is_refused(http: TestClient) -> None:
    refused = problem(http.post(PATH, json={"vector": [0.1, 0.2]}), 422)
    [error] = refused["errors"]
    assert (error["path"], error["code"], error["reason"]) == (
        "vector", "wrong_dimension", "has 2 dimensions, not 256",
    )  # fmt: skip
    for path in (PATH, "/api/search/vector"):
        [error] = problem(http.post(path, json={"vector": [0.0] * 256}), 422)["errors"]
        assert error["code"] == "zero_vector"
        for component in (b"1e308", b"1e400"):
            body_text = b'{"vector":[' + b",".join([component] * 256) + b"]}"
            said = http.post(path, content=body_text, headers={"Content-Type": "application/json"})
            assert problem(said, 422)["errors"][0]["code"] == "out_of_range"
    for body in ({}, {"words": "tent", "vector": [0.1] * 256}):
        [error] = problem(http.post(PATH, json=body), 422)["errors"]
        assert error["code"] == "one_of_several"
    [error] = problem(http.post(PATH, json={"words": "& | !"}), 422)["errors"]
    assert (error["path"], error["code"]) == ("words", "no_words")


def test_what_is_landed_of_items_is_followed(
    admin: Login,
    tents: dict[str, dict[str, Any]],
    follow: Callable[[], int],
    services: Services,
    warehouse: psycopg.Connection,
) -> None:
    http = admin.http
    assert (follow(), follow()) == (3, 0)
    changed(http, f"{ITEMS}/{tents['L-1']['id']}", name="Sleeping bag")
    changed(http, f"{ITEMS}/{tents['T-2']['id']}", list_price="99")
    assert follow() == 1
    assert alike(http, words="sleeping bags", limit=1) == ["L-1"]
    changed(http, f"{CATEGORIES}/{tents['T-2']['category_id']}", name="Camping")
    assert follow() == 2
    version = {"If-Match": f'"{http.get(ITEMS + "/" + tents["T-4"]["id"]).json()["version"]}"'}
    assert http.delete(f"{ITEMS}/{tents['T-4']['id']}", headers=version).status_code == 204
    assert "T-4" not in alike(http, words="tents for four")
    assert follow() == 0
    # What is replaced because a person is to be forgotten is landed like any change.
    given = (admin.tenant_id, "sleeping", "Removed")
    warehouse.execute("select kernel.erase_texts('catalog.items', %s, %s, %s, null)", given)
    assert follow() == 1
    # One who begins anew looks at everything, and finds nothing to make.
    assert ItemVectors(services.settings).look() == 0


def test_another_model_makes_them_anew_and_one_that_fails_loses_none(
    http: TestClient, tents: dict[str, dict[str, Any]], follow: Callable[[], int], services: Services
) -> None:
    assert follow() == len(tents)

    def fail(texts: Sequence[str]) -> list[Vector]:
        raise ModelFailed(f"no vectors of {len(texts)} texts")

    failing = ItemVectors(services.settings, Embedder("other", fail))
    for _ in range(2):
        with pytest.raises(ModelFailed):
            failing.look()
    assert ItemVectors(services.settings, Embedder("other", lambda texts: [[1.0, 2.0] for _ in texts])).look() == 3
    # Vectors of two models are never compared.
    [vector] = DEFAULT.embed(["tent"])
    assert alike(http, vector=vector) == []
    note = http.post(PATH, json={"item_id": tents["T-2"]["id"]}).json()["note"]
    assert "no vector yet" in note
    assert ItemVectors(services.settings).look() == 3
    assert len(alike(http, vector=vector)) == 3


def test_only_what_the_asker_may_see_is_found(
    http: TestClient,
    tents: dict[str, dict[str, Any]],
    follow: Callable[[], int],
    make_role: Callable[..., dict[str, Any]],
    make_user: Callable[..., Login],
    make_tenant: Callable[[str], Login],
) -> None:
    other = make_tenant("zenith").http
    _make_items(other)
    assert follow() == 6
    rule = {"item": [{"field": "category_id", "operator": "in", "values": [tents["L-1"]["category_id"]]}]}
    make_role("lamps", "search.read", "item.read", row_rules=rule)
    make_role("blind", "search.read", "item.read", hidden_fields=["item.attributes"])
    make_role("seller", "search.read", "customer.read")
    lamps, blind, seller = (make_user(name, name).http for name in ("lamps", "blind", "seller"))
    near = hashed_vectors(["tent for two"])[0]
    assert alike(lamps, words="tent for two") == []
    problem(lamps.post(PATH, json={"item_id": tents["T-2"]["id"]}), 404, "not_found")
    problem(blind.post(PATH, json={"words": "green"}), 403, "field_hidden")
    problem(seller.post(PATH, json={"words": "tent"}), 403, "not_allowed")
    problem(other.post(PATH, json={"item_id": tents["T-2"]["id"]}), 404, "not_found")
    own = {each["id"] for each in http.get(ITEMS).json()["items"]}
    found = {hit["id"] for hit in http.post(PATH, json={"vector": near, "limit": 100}).json()["items"]}
    assert found == own
    # Where a rule leaves few, the index gives up before it finds them: they are found by comparing.
    assert alike(lamps, vector=near) == ["L-1"]


def test_without_vectors_words_find_items_and_it_is_said(
    http: TestClient, tents: dict[str, dict[str, Any]], set_model: Callable[..., None]
) -> None:
    assert tents
    with model_server("") as server:
        server.status = 503
        set_model(embedding_url=server.url, embedding_name="vectors")
        answer = http.post(PATH, json={"words": "lamp"}).json()
    assert (answer["mode"], [hit["title"] for hit in answer["items"]]) == ("words", ["L-1 Lamp"])
    assert "words only" in answer["note"]


def test_the_function_that_keeps_vectors_is_the_workers_alone(services: Services, land_items: Land) -> None:
    land_items()
    with (
        psycopg.connect(services.settings.database_url(DatabaseRole.APP)) as app,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        app.execute("select assistant.keep_item_vectors(null, 'x', '{}', '{}', '{}')")


def test_the_worker_makes_them_beside_its_work(
    http: TestClient, tents: dict[str, dict[str, Any]], land_items: Land, services: Services
) -> None:
    keeper = ItemVectorKeeper(services.settings)
    keeper.start()
    try:
        land_items()
        deadline = time.monotonic() + 30
        while alike(http, item_id=tents["T-2"]["id"]) == [] and time.monotonic() < deadline:
            time.sleep(0.1)
    finally:
        keeper.stop()
        keeper.join(10)
    assert alike(http, item_id=tents["T-2"]["id"], limit=1) == ["T-4"]
    assert not keeper.is_alive()
