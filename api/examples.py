"""Examples of the OpenAPI document: one for each shape, filled by what its fields are called and may hold."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

WORDS = Path(__file__).with_name("examples.toml")
_REF = "#/components/schemas/"
_FORMATS = {"date": "2026-03-16", "date-time": "2026-03-16T09:30:00Z", "password": "correct-horse-battery-staple"}

Schema = Mapping[str, Any]


def add_examples(document: Mapping[str, Any]) -> None:
    """Give every shape that has none an example: of what is sent the needed fields, of what is answered all."""
    schemas = document["components"]["schemas"]
    for name, example in _words()["shapes"].items():
        schemas[name]["examples"] = [example]
    sent = _sent(document)
    for name, schema in schemas.items():
        if "properties" in schema and not schema.get("examples"):
            schema["examples"] = [_Examples(schemas, is_whole=name not in sent).of(schema, name, ())]


def _sent(document: Mapping[str, Any]) -> frozenset[str]:
    """The shapes that requests have, and those within them."""
    found: set[str] = set()
    waiting = [
        name
        for operations in document["paths"].values()
        for operation in operations.values()
        for name in _named(operation.get("requestBody", {}))
    ]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named(document["components"]["schemas"][name])
    return frozenset(found)


def _named(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "$ref" in node:
            yield str(node["$ref"]).removeprefix(_REF)
        for each in node.values():
            yield from _named(each)
    elif isinstance(node, list):
        for each in node:
            yield from _named(each)


class _Examples:
    """Builds examples; `is_whole` fills what may be left out as well."""

    def __init__(self, schemas: Mapping[str, Schema], *, is_whole: bool) -> None:
        self._schemas = schemas
        self._is_whole = is_whole

    def of(self, schema: Schema, name: str, above: tuple[str, ...]) -> Any:
        """A value of the schema for a field of this name; `above` are the shapes it lies within."""
        if schema.get("examples"):
            return schema["examples"][0]
        if "$ref" in schema:
            inner = str(schema["$ref"]).removeprefix(_REF)
            return None if inner in above else self.of(self._schemas[inner], name, (*above, inner))
        for word in ("const", "default"):
            if schema.get(word) not in (None, [], {}):
                return schema[word]
        if "enum" in schema:
            return schema["enum"][0]
        if "anyOf" in schema:
            return self._of_any(schema["anyOf"], name, above)
        return self._of_type(schema, name, above)

    def _of_any(self, choices: list[Schema], name: str, above: tuple[str, ...]) -> Any:
        kinds = {each.get("type") for each in choices}
        if {"number", "string"} <= kinds:
            return _decimal(name)
        found = (self.of(each, name, above) for each in choices if each.get("type") != "null")
        return next((each for each in found if each is not None), None)

    def _of_type(self, schema: Schema, name: str, above: tuple[str, ...]) -> Any:
        match schema.get("type"):
            case "object":
                return self._of_object(schema, above)
            case "array":
                return self._of_array(schema, name, above)
            case "string":
                return _text(schema, name)
            case "integer" | "number":
                return schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
            case "boolean":
                return False
            case _:
                return None

    def _of_array(self, schema: Schema, name: str, above: tuple[str, ...]) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(each, name, above) for each in schema["prefixItems"]]
        entry = self.of(schema.get("items", {}), name.removesuffix("s"), above)
        return [] if entry is None else [entry]

    def _of_object(self, schema: Schema, above: tuple[str, ...]) -> Any:
        required = schema.get("required", ())
        fields = schema.get("properties", {})
        shown = [name for name in fields if self._is_whole or name in required or fields[name].get("examples")]
        if not required and not shown:
            shown = [name for name in fields if name in {*list(fields)[:2], "version"}]
        return {name: self.of(fields[name], name, above) for name in shown}


def _decimal(name: str) -> str:
    """Amounts may be sent as numbers too; their exact form is text."""
    words = _words()
    told = words["names"].get(name) or _by_ending(name) or ""
    return told if told.replace(".", "", 1).isdecimal() else "1"


def _by_ending(name: str) -> str | None:
    return next((value for end, value in _words()["endings"].items() if name.endswith(end)), None)


def _text(schema: Schema, name: str) -> str:
    words = _words()
    if schema.get("format") == "uuid":
        return str(uuid5(NAMESPACE_OID, name))
    if (form := schema.get("format")) in _FORMATS and form != "date":
        return _FORMATS[str(form)]
    ending = _by_ending(name)
    if schema.get("format") == "date":
        return str(ending or _FORMATS["date"])
    if pattern := schema.get("pattern"):
        return str(words["patterns"].get(pattern, ending))
    return str(words["names"].get(name) or ending or name.replace("_", " "))[: schema.get("maxLength")]


@cache
def _words() -> Mapping[str, Mapping[str, Any]]:
    words: Mapping[str, Mapping[str, Any]] = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    return words
