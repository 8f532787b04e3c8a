"""Requests made from the OpenAPI document: every operation, with one id wherever an id is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

METHODS = ("get", "post", "put", "patch", "delete")
_DEEP = 6
"""Schemas that hold themselves end here."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, as the document describes it."""

    method: str
    path: str
    spec: dict[str, Any]
    schemas: dict[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """What failures call it."""
        return f"{self.method} {self.path}"

    def parameters(self, place: str) -> list[dict[str, Any]]:
        """What it takes in the path, the query or the headers."""
        return [each for each in self.spec.get("parameters", []) if each["in"] == place]

    def content(self) -> tuple[str, dict[str, Any]] | None:
        """The media type and the schema of its body."""
        body = self.spec.get("requestBody")
        if body is None:
            return None
        [(media, content)] = body["content"].items()
        return media, content["schema"]


def operations(document: dict[str, Any]) -> Iterator[Operation]:
    """Every operation of the document, in its order."""
    schemas = document["components"]["schemas"]
    for path, methods in document["paths"].items():
        for method, spec in methods.items():
            if method in METHODS:
                yield Operation(method, path, spec, schemas)


def has_filters(operation: Operation) -> bool:
    """Whether it may be asked for the rows that name an id."""
    return any(_is_uuid(each["schema"], operation.schemas) for each in operation.parameters("query"))


def request_of(operation: Operation, row_id: UUID, *, with_filters: bool = False) -> dict[str, Any]:
    """What a client is told to send: every id asked for is `row_id`, everything else the plainest that is valid.

    Texts follow from the id, so that two requests differ in nothing but their ids.
    """
    values = _Values(operation.schemas, row_id)
    path = operation.path
    for each in operation.parameters("path"):
        path = path.replace(f"{{{each['name']}}}", str(values.of(each["schema"], each["name"])))
    query = {
        each["name"]: values.of(each["schema"], each["name"])
        for each in operation.parameters("query")
        if each.get("required") or (with_filters and _is_uuid(each["schema"], operation.schemas))
    }
    request: dict[str, Any] = {"method": operation.method.upper(), "url": path, "params": query}
    if operation.method in {"patch", "delete"}:
        request["headers"] = {"If-Match": '"1"'}
    content = operation.content()
    if content is not None:
        request |= _body(content[0], values.of(content[1], ""))
    return request


def _body(media: str, value: Any) -> dict[str, Any]:
    if media == "application/json":
        return {"json": value}
    if media == "multipart/form-data":
        return {"files": {name: (f"{name}.csv", b"code,name\nA,B\n", "text/csv") for name in value}}
    return {"data": value}


class _Values:
    """Values that fit their schemas."""

    def __init__(self, schemas: dict[str, Any], row_id: UUID) -> None:
        self._schemas = schemas
        self._id = row_id

    def of(self, schema: dict[str, Any], name: str, depth: int = 0) -> Any:
        schema = self._plain(schema)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type")
        if kind == "object" or "properties" in schema:
            return self._object(schema, depth)
        if kind == "array":
            return [self.of(schema.get("items", {}), name, depth + 1)] if depth < _DEEP else []
        return self._scalar(schema, name)

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = schema.get("required", [])
        return {
            name: self.of(each, name, depth + 1)
            for name, each in schema.get("properties", {}).items()
            if name in required or (depth < _DEEP and self._leads_somewhere(each, depth))
        }

    def _leads_somewhere(self, schema: dict[str, Any], depth: int) -> bool:
        """Whether an id can be put there; what is optional and holds none is left out."""
        plain = self._plain(schema)
        if plain.get("format") == "uuid":
            return True
        if depth >= _DEEP:
            return False
        inner = [*plain.get("properties", {}).values(), *([plain["items"]] if plain.get("type") == "array" else [])]
        return any(self._leads_somewhere(each, depth + 1) for each in inner if isinstance(each, dict))

    def _plain(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema behind references, and the first choice that is not nothing."""
        while True:
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            elif choices := [each for key in ("anyOf", "oneOf", "allOf") for each in schema.get(key, [])]:
                schema = next((each for each in choices if each.get("type") != "null"), choices[0])
            else:
                return schema

    def _scalar(self, schema: dict[str, Any], name: str) -> Any:
        kind, shape, pattern = schema.get("type"), schema.get("format"), str(schema.get("pattern"))
        # A letter first: names that may not begin with a digit are taken or refused whatever the id is.
        word = f"x{self._id.hex[-11:]}"
        choices = (
            (shape == "uuid", str(self._id)),
            (shape == "date", "2026-03-16"),
            (shape == "date-time", "2026-03-16T09:30:00Z"),
            (kind == "boolean", False),
            (kind in {"integer", "number"}, max(1, int(schema.get("minimum", 1)))),
            ("currency" in name, "EUR"),
            ("country" in name, "DE"),
            ("\\d" in pattern, "1"),
            ("email" in name or "@" in pattern, f"{word}@other.test"),
        )
        return next((value for fits, value in choices if fits), word[: schema.get("maxLength", 12)])


def _is_uuid(schema: dict[str, Any], schemas: dict[str, Any]) -> bool:
    return _Values(schemas, UUID(int=0))._plain(schema).get("format") == "uuid"
