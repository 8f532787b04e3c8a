"""What collections there are, with their fields and verbs: what a workbench builds its lists and forms from."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.paper_forms import PAPERS
from api.routing import SIGNED_IN, Router, needs
from transactional.kernel.field_access import Limits
from transactional.kernel.principal import Principal
from transactional.kernel.resource import Field, Lines, Resource, fields_of
from transactional.kernel.schema import Shown
from transactional.resources import RESOURCES, resource_of_table


class FieldShown(Shown):
    """A field as a form needs it."""

    name: str
    kind: str
    is_required: bool
    on_create: bool
    on_change: bool
    length_max: int | None
    places: int | None
    choices: list[str]
    is_masked: bool
    """Whether the asker gets the end of it only."""
    words_of: list[str] | None
    """The path of the collection whose words it uses, and the field that has them."""
    references: str | None
    """The path of the collection whose ids it holds."""


class VerbShown(Shown):
    """A transition that the asker may carry out."""

    name: str
    right: str
    does: str
    states: list[str]


class LinesShown(Shown):
    """The lines of a document."""

    name: str
    fields: list[FieldShown]


class ResourceShown(Shown):
    """A collection the asker may read."""

    thing: str
    label: str
    module: str
    path: str
    key: list[str]
    search: list[str]
    sort: str
    parent: str | None
    actions: list[str]
    fields: list[FieldShown]
    lines: list[LinesShown]
    verbs: list[VerbShown]
    completed: list[str]
    """Fields for which values are proposed where they are empty."""
    parts: list[str]
    """What `part` of a list takes."""
    alike: list[str]
    """By which fields a new one may be there already; such a collection serves `/duplicates`."""
    has_postings: bool
    has_history: bool
    has_paper: bool
    """Whether `GET .../{id}/print` makes a PDF of it."""


def router() -> APIRouter:
    """The route `/api/system/resources`."""
    routes = Router(prefix="/api/system/resources", tags=["system"])

    @routes.get(
        "",
        summary="The collections one may read",
        responses={200: {"model": envelope_of(ResourceShown)}},
        openapi_extra=needs(SIGNED_IN),
    )
    async def resources(call: Calling) -> Response:
        may = call.principal.may
        return list_body([shown(each, call.principal) for each in RESOURCES if may(f"{each.thing}.read")])

    return routes


def shown(resource: Resource, by: Principal) -> dict[str, Any]:
    """A declaration as far as the asker may use it."""
    hidden, limits = resource.hidden(by.hidden_fields), resource.limits(by.field_access)
    actions = ("create", "update", "delete", "import")
    names = {
        "read",
        "export",
        *[verb.name for verb in resource.verbs],
        *[each for each in actions if each in resource.actions],
    }
    return {
        "thing": resource.thing,
        "label": resource.label,
        "module": resource.module,
        "path": resource.path,
        "key": list(resource.key),
        "search": [name for name in resource.search if name not in hidden | limits.veiled],
        "sort": resource.sort,
        "parent": resource.parent,
        "actions": sorted(name for name in names if by.may(f"{resource.thing}.{name}")),
        "fields": [_field(field, resource, limits) for name, field in resource.fields.items() if name not in hidden],
        "lines": [_lines(lines, by, is_written=resource.lines_are_written) for lines in resource.lines],
        "verbs": [
            {
                "name": verb.name,
                "right": f"{resource.thing}.{verb.name}",
                "does": verb.does,
                "states": list(verb.states),
            }
            for verb in resource.verbs
            if verb.name != "create" and by.may(f"{resource.thing}.{verb.name}")
        ],
        "completed": [name for name in resource.completed if "/" not in name and name not in hidden],
        "parts": list(resource.parts),
        "alike": ["name", *resource.alike.fields] if resource.alike else [],
        "has_postings": resource.has_postings,
        "has_history": resource.is_versioned,
        "has_paper": resource.thing in PAPERS,
    }


def _field(field: Field, resource: Resource, limits: Limits) -> dict[str, Any]:
    is_open = field.name not in limits.never_set
    return _described(
        field,
        on_create=is_open and "create" in resource.actions and field.name in resource.writable,
        on_change=is_open and "update" in resource.actions and field.name in resource.changeable,
        is_masked=field.name in limits.masked,
        points_at=resource.points.get(field.name),
        words=resource.words.get(field.name),
    )


def _lines(lines: Lines, by: Principal, *, is_written: bool) -> dict[str, Any]:
    fixed = {"id", lines.column, lines.order_by, "created_at", "created_by", "updated_at", "updated_by", "version"}
    return {
        "name": lines.name,
        "fields": [
            _described(field, on_create=is_written and name not in fixed, on_change=is_written and name not in fixed)
            for name, field in fields_of(lines.model.__table__).items()
            if lines.guarded.get(name) not in by.hidden_fields
        ],
    }


def _described(
    field: Field,
    *,
    on_create: bool,
    on_change: bool,
    is_masked: bool = False,
    points_at: str | None = None,
    words: tuple[str, str] | None = None,
) -> dict[str, Any]:
    table = field.references or points_at
    target = resource_of_table(table) if table else None
    source = resource_of_table(words[0]) if words else None
    return {
        "name": field.name,
        "kind": field.kind,
        "is_required": field.is_required and on_create,
        "on_create": on_create,
        "on_change": on_change,
        "length_max": field.length_max,
        "places": field.places,
        "choices": list(field.choices),
        "is_masked": is_masked,
        "words_of": [source.path, words[1]] if source and words else None,
        "references": target.path if target else None,
    }
