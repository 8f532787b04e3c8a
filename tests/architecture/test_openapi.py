"""The served document is complete, uniform and kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.openapi import TARGET, text_of
from api.routing import OPEN, PERMISSION, SIGNED_IN
from tests.factories.application import application
from transactional.resources import RIGHTS

OPEN_OPERATIONS = {
    "get /health/live",
    "get /health/ready",
    "get /metrics",
    "get /openapi.json",
    "post /api/auth/token",
    "post /api/auth/refresh",
    "post /api/auth/logout",
    "get /api/report/links/{token}",
    "get /api/notify/unsubscribe/{token}",
    "post /api/notify/unsubscribe/{token}",
}
"""What anybody may call: the published allow-list."""
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


@pytest.fixture(scope="module")
def document(home: Path) -> dict[str, Any]:
    assert home.exists()
    return application().openapi()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


@pytest.mark.feature("PERM-07")
def test_every_operation_names_a_permission_that_exists(document: dict[str, Any]) -> None:
    known = RIGHTS | {OPEN, SIGNED_IN}
    assert {
        name: operation.get(PERMISSION)
        for name, operation in operations(document)
        if operation.get(PERMISSION) not in known
    } == {}


@pytest.mark.feature("AUTH-07")
def test_only_the_published_operations_are_open(document: dict[str, Any]) -> None:
    assert {name for name, operation in operations(document) if operation[PERMISSION] == OPEN} == OPEN_OPERATIONS


@pytest.mark.feature("2.1.2")
def test_every_error_has_the_one_problem_shape(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert answer["content"] == PROBLEM, (name, status)
        assert {"422", "503"} <= set(operation["responses"]), name
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.feature("2.1.2")
def test_every_list_has_the_one_page_shape(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    pages = 0
    for name, operation in operations(document):
        content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
        schema = content.get("schema", {})
        assert schema.get("type") != "array", name
        shape = schemas.get(schema.get("$ref", "").rpartition("/")[2], {})
        if "items" in shape.get("properties", {}) or "limit" in {
            each["name"] for each in operation.get("parameters", [])
        }:
            # A search says besides how it was made.
            further = ["mode", "note"] if "/api/search" in name else []
            assert list(shape["properties"]) == ["items", "next_cursor", "total", *further], name
            pages += 1
    assert pages > 50


def test_operation_ids_are_unique(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, operation in operations(document)]
    assert len(ids) == len(set(ids))


@pytest.mark.feature("GW-08")
def test_the_document_in_the_repository_is_the_served_one() -> None:
    assert TARGET.read_text(encoding="utf-8") == text_of(application()), "run `python -m api.openapi`"
