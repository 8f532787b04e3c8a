"""What a form asks for, read off the OpenAPI document and the declarations; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Json = Mapping[str, Any]
Kind = Literal[
    "text",
    "long_text",
    "choice",
    "boolean",
    "date",
    "instant",
    "integer",
    "decimal",
    "reference",
    "list",
    "json",
    "lines",
    "word",
]
LONG_TEXT_FROM = 250
_NEVER_ASKED = frozenset({"version"})


@dataclass(frozen=True, slots=True)
class Input:
    """One thing a form asks for."""

    name: str
    kind: Kind
    is_required: bool = False
    is_nullable: bool = True
    length_max: int | None = None
    pattern: str | None = None
    choices: tuple[str, ...] = ()
    references: str | None = None
    """The path of the collection to choose from."""
    words_of: tuple[str, ...] = ()
    """The path of the collection whose words are used, and the field that has them."""
    of_record: bool = False
    """Chosen from the lines of the record at hand."""
    lines: tuple[Input, ...] = ()


def inputs_of(
    document: Json,
    path: str,
    method: str,
    fields: Mapping[str, Json],
    fields_of_lines: Mapping[str, Mapping[str, Json]],
) -> tuple[Input, ...]:
    """What an operation takes, in the order of its schema; nothing for one without a body.

    `fields` and `fields_of_lines` are those of the declaration: they know where references lead.
    """
    body = document["paths"].get(path, {}).get(method, {}).get("requestBody")
    schema = ((body or {}).get("content", {}).get("application/json") or {}).get("schema")
    if schema is None:
        return ()
    known = {name: str(each["references"]) for name, each in fields.items() if each.get("references")}
    known_in_lines = {
        name: {key: str(each["references"]) for key, each in found.items() if each.get("references")}
        for name, found in fields_of_lines.items()
    }
    words = {name: tuple(map(str, each["words_of"])) for name, each in fields.items() if each.get("words_of")}
    found = _inputs(document, _object(document, schema), known, known_in_lines)
    return tuple(
        replace(each, kind="word", words_of=words[each.name]) if each.name in words else each for each in found
    )


def _inputs(
    document: Json, schema: Json, known: Mapping[str, str], known_in_lines: Mapping[str, Mapping[str, str]]
) -> tuple[Input, ...]:
    required = set(schema.get("required", ()))
    return tuple(
        _input(document, name, each, name in required, known, known_in_lines)
        for name, each in schema.get("properties", {}).items()
        if name not in _NEVER_ASKED
    )


def _input(  # one property and everything known about it
    document: Json,
    name: str,
    schema: Json,
    is_required: bool,  # noqa: FBT001
    known: Mapping[str, str],
    known_in_lines: Mapping[str, Mapping[str, str]],
) -> Input:
    variants, is_nullable = _variants(document, schema)
    main = variants[0] if variants else {}
    if main.get("type") == "array":
        return _array(document, name, main, is_required, is_nullable, known_in_lines)
    kind = _kind(name, variants)
    references = known.get(name) if main.get("format") == "uuid" or name in known else None
    if name.endswith("currency_code"):
        references = "/api/organization/currencies"
    of_record = name.endswith("_line_id") or name == "line_id"
    return Input(
        name=name,
        kind="reference" if references or of_record else kind,
        is_required=is_required,
        is_nullable=is_nullable,
        length_max=main.get("maxLength"),
        pattern=main.get("pattern"),
        choices=tuple(map(str, main.get("enum", ()))),
        references=references,
        of_record=of_record,
    )


_LISTS = {"reason_ids": "/api/sales/sales-reasons"}
"""Where the records are whose ids a list takes."""


def _array(
    document: Json,
    name: str,
    schema: Json,
    is_required: bool,  # noqa: FBT001
    is_nullable: bool,  # noqa: FBT001
    known_in_lines: Mapping[str, Mapping[str, str]],
) -> Input:
    items = _resolved(document, schema.get("items", {}))
    if items.get("type") != "object":
        words = tuple(map(str, items.get("enum", ())))
        return Input(name, "list", is_required, is_nullable, choices=words, references=_LISTS.get(name))
    known = known_in_lines.get(name) or next(iter(known_in_lines.values()), {})
    return Input(name, "lines", is_required, is_nullable, lines=_inputs(document, items, known, {}))


def _kind(name: str, variants: Sequence[Json]) -> Kind:
    types = {str(each.get("type")) for each in variants}
    main = variants[0] if variants else {}
    if types >= {"number", "string"} or main.get("type") == "number":
        return "decimal"
    if main.get("enum"):
        return "choice"
    if main.get("type") in {"boolean", "integer"}:
        return "boolean" if main["type"] == "boolean" else "integer"
    if main.get("type") == "object" or not main.get("type"):
        return "json"
    formats: Mapping[str, Kind] = {"date": "date", "date-time": "instant"}
    if main.get("format") in formats:
        return formats[str(main["format"])]
    return "long_text" if int(main.get("maxLength") or 0) >= LONG_TEXT_FROM or name == "description" else "text"


def _variants(document: Json, schema: Json) -> tuple[list[Json], bool]:
    """The kinds of value a property may have, flattened, and whether it may be empty."""
    schema = _resolved(document, schema)
    if "anyOf" not in schema:
        return ([], True) if schema.get("type") == "null" else ([schema], False)
    found: list[Json] = []
    is_nullable = False
    for each in schema["anyOf"]:
        inner, is_empty = _variants(document, each)
        found += [{**{key: value for key, value in schema.items() if key != "anyOf"}, **one} for one in inner]
        is_nullable = is_nullable or is_empty
    return found, is_nullable


def _object(document: Json, schema: Json) -> Json:
    variants, _ = _variants(document, schema)
    return variants[0] if variants else {}


def _resolved(document: Json, schema: Json) -> Json:
    if "$ref" not in schema:
        return schema
    found: Json = document["components"]["schemas"][str(schema["$ref"]).rpartition("/")[2]]
    return found
