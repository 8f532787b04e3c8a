"""The one shape of lists, and how an address asks for one."""

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from api.rendering import json_response, shown
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.listing import LIMIT_DEFAULT, LIMIT_MAX, PART, SUFFIXES, ListQuery, Page
from transactional.kernel.resource import Field as DeclaredField
from transactional.kernel.resource import Resource

_OF_PAGES = frozenset({"limit", "cursor", "include_total"})
RESERVED = _OF_PAGES | {"sort", "q"}
_CURSOR_MAX = 2_000
_SCHEMAS: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "decimal": {"type": "string", "format": "decimal"},
    "boolean": {"type": "boolean"},
    "date": {"type": "string", "format": "date"},
    "instant": {"type": "string", "format": "date-time"},
    "reference": {"type": "string", "format": "uuid"},
    "id": {"type": "string", "format": "uuid"},
}


@cache
def envelope_of(item: type[BaseModel]) -> type[BaseModel]:
    """The page shape around one kind of item."""
    config = ConfigDict(extra="forbid")
    page: type[BaseModel] = create_model(
        f"{item.__name__}Page",
        __config__=config,
        items=(list[item], ...),  # type: ignore[valid-type]
        next_cursor=(str | None, Field(description="Send it as `cursor` for the next page; null on the last one.")),
        total=(int | None, Field(description="With `include_total=true`, else null.")),
    )
    return page


def page_body(page: Page) -> Response:
    """A page as an answer."""
    return list_body([shown(item) for item in page.items], next_cursor=page.next_cursor, total=page.total)


def list_body(items: list[Any], *, next_cursor: str | None = None, total: int | None = None) -> Response:
    """Items in the one shape of lists."""
    return json_response({"items": items, "next_cursor": next_cursor, "total": total})


def query_of(request: Request, *, besides: frozenset[str] = frozenset(), paged: bool = True) -> ListQuery:
    """What an address asks of a list, in pages or whole; `besides` are parameters that are no filters.

    Raises: Invalid naming every wrong parameter.
    """
    params = request.query_params
    problems = [
        FieldProblem(name, "is given twice", "given_twice")
        for name in sorted(RESERVED | besides)
        if len(params.getlist(name)) > 1
    ]
    if not paged:
        reason = "asks for a page: this answer has every row"
        problems += [FieldProblem(name, reason, "not_paged") for name in sorted(_OF_PAGES & params.keys())]
    limit = _limit(params, problems)
    total = params.get("include_total", "false").lower()
    if total not in {"true", "false"}:
        problems.append(FieldProblem("include_total", "is neither true nor false", "not_boolean"))
    cursor = params.get("cursor")
    if cursor and len(cursor) > _CURSOR_MAX:
        problems.append(FieldProblem("cursor", "does not come from this list in this order", "bad_cursor"))
    if problems:
        raise Invalid(problems)
    return ListQuery(
        filters=[(name, value) for name, value in params.multi_items() if name not in RESERVED | besides],
        q=params.get("q"),
        sort=params.get("sort"),
        limit=limit,
        cursor=cursor,
        include_total=total == "true",
    )


def _limit(params: QueryParams, problems: list[FieldProblem]) -> int:
    raw = params.get("limit", str(LIMIT_DEFAULT))
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 10 and 1 <= int(raw) <= LIMIT_MAX):  # noqa: PLR2004
        problems.append(FieldProblem("limit", f"is no number from 1 to {LIMIT_MAX}", "bad_limit"))
        return LIMIT_DEFAULT
    return int(raw)


def list_parameters(resource: Resource, *, paged: bool = True) -> list[dict[str, Any]]:
    """The parameters of a list, for the OpenAPI document."""
    paging: list[dict[str, Any]] = [
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}, ""),
        _parameter("cursor", {"type": "string"}, "Where the next page begins: `next_cursor` of the page before."),
        _parameter("include_total", {"type": "boolean", "default": False}, "Count all rows too."),
    ]
    common = [
        _parameter(
            "sort", {"type": "string", "default": resource.sort}, "A field, with `-` before it to turn the order."
        ),
        _parameter("q", {"type": "string", "maxLength": 400}, f"A part of {', '.join(resource.search) or 'nothing'}."),
    ]
    parts = [_parameter(PART, {"type": "string", "enum": list(resource.parts)}, "A part that no field tells.")]
    fields = [_field_parameter(field) for field in resource.fields.values() if field.kind not in {"json", "list"}]
    return [*(paging if paged else []), *common, *(parts if resource.parts else []), *fields]


def _field_parameter(field: DeclaredField) -> dict[str, Any]:
    schema = dict(_SCHEMAS.get(field.kind, {"type": "string"}))
    if field.choices:
        schema["enum"] = list(field.choices)
    description = f"Also `{field.name}__` with one of {', '.join(SUFFIXES)}."
    return _parameter(field.name, schema, description)


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
