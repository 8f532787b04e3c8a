"""A4: nobody sets what belongs to the program or to a right by naming it in a body, at any depth of it."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from fastapi import FastAPI

from api.context import Services
from tests.api.conftest import Login
from tests.attacks.asking import operations, request_of
from tests.attacks.foreign import fingerprint
from transactional.kernel.ids import new_id

INTRUDERS = {
    "tenant_id": "00000000-0000-7000-8000-000000000001",
    "posted_at": "2020-01-01T00:00:00Z",
    "posted_by": "00000000-0000-7000-8000-000000000001",
    "created_by": "00000000-0000-7000-8000-000000000001",
    "row_xid": "1",
    "is_superuser": True,
    "permissions_": ["*"],
    "__proto__": {"state": "posted"},
    "cost_amount": "0",
    "chain_hash": "00",
}
BODIES_MIN = 150
OBJECTS_MIN = 220


def _objects(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a body there are objects."""
    if isinstance(value, dict):
        yield at
        for name, each in value.items():
            yield from _objects(each, (*at, name))
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _objects(each, (*at, number))


def _intrude(body: Any, at: tuple[Any, ...], known: set[str]) -> set[str]:
    """The names put into the object that stands there, which it does not have."""
    for step in at:
        body = body[step]
    names = set(INTRUDERS) - known
    body.update({name: INTRUDERS[name] for name in names})
    return names


@pytest.mark.usefixtures("shop")
def test_no_body_takes_a_field_that_it_does_not_name(app: FastAPI, admin: Login, services: Services) -> None:
    """Every JSON operation of the document: each field too many is refused by its name, and nothing is written."""
    before = fingerprint(services.settings, admin.tenant_id)
    taken, asked_bodies, asked_objects = [], 0, 0
    for operation in operations(app.openapi()):
        request = request_of(operation, new_id())
        if not isinstance(request.get("json"), dict):
            continue
        asked_bodies += 1
        schema = (operation.content() or ("", {}))[1]
        for at in _objects(request["json"]):
            known = _names_at(operation.schemas, schema, at)
            if known is None:  # an object of the asker's own names
                continue
            asked_objects += 1
            # One object a request: what is wrong with a body as such is told before what is wrong in its lists.
            body = deepcopy(request["json"])
            hidden = {"/".join(map(str, (*at, name))) for name in _intrude(body, at, known)}
            answer = admin.http.request(**{**request, "json": body})
            missed = hidden - {each["path"] for each in answer.json().get("errors", [])}
            if answer.status_code != 422 or missed:
                taken.append((operation.name, answer.status_code, sorted(missed)))
    assert taken == []
    assert asked_bodies >= BODIES_MIN
    assert asked_objects >= OBJECTS_MIN
    assert fingerprint(services.settings, admin.tenant_id) == before


def _names_at(schemas: dict[str, Any], schema: dict[str, Any], at: tuple[Any, ...]) -> set[str] | None:
    """The names that an object may have; none where it may have any."""
    schema = _plain(schemas, schema)
    for step in at:
        if isinstance(step, int):
            schema = schema.get("items", {})
        elif step in schema.get("properties", {}):
            schema = schema["properties"][step]
        else:
            return None
        schema = _plain(schemas, schema)
    return set(schema["properties"]) if "properties" in schema else None


def _plain(schemas: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        elif choices := [each for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, [])]:
            schema = next((each for each in choices if each.get("type") != "null"), choices[0])
        else:
            return schema
