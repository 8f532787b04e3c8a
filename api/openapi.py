"""The served document: every operation with its right, its errors in one shape; kept in the repository.

`python -m api.openapi` writes docs/openapi.json anew.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.errors import MEDIA_TYPE, Problem
from api.examples import add_examples
from api.routing import OPEN, PERMISSION

TARGET = Path(__file__).parent.parent / "docs" / "openapi.json"
_METHODS = frozenset({"get", "post", "patch", "put", "delete"})
_ALWAYS = {
    "400": "The request is ambiguous",
    "422": "The input means nothing",
    "429": "Too many requests",
    "503": "Busy",
}
_WHEN_GUARDED = {"401": "No valid token", "403": "The right is missing"}
_WRITES = {"409": "The present state says no", "413": "The body is too large"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 200},
    "description": "The same key gets the same answer and no second effect.",
}


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of the application."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes, summary=app.summary
        )
        _finish(document)
        app.openapi_schema = document
    return app.openapi_schema


def _finish(document: dict[str, Any]) -> None:
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs")
    schemas["Problem"] = problem
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    document["security"] = [{"bearer": []}]
    document["servers"] = [{"url": "/"}]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                _finish_operation(path, method, operation)
    document["paths"] = dict(sorted(document["paths"].items()))
    components["schemas"] = dict(sorted(schemas.items()))
    add_examples(document)


def _turned_away(path: str, operation: Mapping[str, Any]) -> Mapping[str, str]:
    """How an operation answers somebody it is not for."""
    if operation.get(PERMISSION) != OPEN:
        return _WHEN_GUARDED
    if path == "/metrics":
        return {"403": "Not from the monitoring network, and without its token"}
    return {"401": "Not who one says", "403": "May not enter"} if path.startswith("/api/auth/") else {}


def _finish_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    expected = {**_ALWAYS, **_turned_away(path, operation)}
    names = [each["name"] for each in operation.get("parameters", ()) if each["in"] == "query"]
    if "{" in path or method != "get" or any(name.endswith("_id") for name in names):
        expected["404"] = "There is no such record that you may see"
    if method != "get":
        expected |= _WRITES
    changes = method == "patch" or path.endswith(("/change", "/completions"))
    if changes or method == "delete":
        expected["412"] = "The version in If-Match is stale"
    if changes:
        expected["428"] = "The version is missing"
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        expected["415"] = "A kind of file that is not read here"
    if method == "post":
        operation.setdefault("parameters", []).append(_KEY)
    responses = operation["responses"]
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in expected.items():
        responses[status] = {"description": description, "content": content}
    operation["responses"] = dict(sorted(responses.items()))


def text_of(app: FastAPI) -> str:
    """The document as kept in the repository."""
    return json.dumps(document_of(app), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write docs/openapi.json."""
    from api.app import create_app  # noqa: PLC0415  # the application imports this module

    TARGET.write_text(text_of(create_app()), encoding="utf-8")


if __name__ == "__main__":
    main()
