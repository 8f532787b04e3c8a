"""The pydantic models of a declared resource: what comes in on create and change, and what goes out."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    WithJsonSchema,
    create_model,
)
from pydantic import Field as Bound
from pydantic_core import PydanticCustomError, PydanticKnownError

from transactional.kernel.countries import COUNTRIES
from transactional.kernel.resource import AUDIT_COLUMNS, Field, Lines, Resource, fields_of

_INTEGER_MAX = 2**31 - 1
_WORD = r"[^@\s\x00-\x1f\x7f<>,;]+"
EMAIL_PATTERN = rf"^{_WORD}@{_WORD}\.{_WORD}$"
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
"""What JSON can say and UTF-8 cannot: one half of a character beyond 65,535."""
_DAYS = re.compile(r"(^|_)days(_|$)")
_DAYS_MAX = 36_500
"""A hundred years: what is added to any day of the calendar is still one."""
_JSON_BYTES_MAX = 100_000
"""As much as a cell of an uploaded file may hold, so that what was exported comes back."""
_DAY_MIN, _DAY_MAX = date(1900, 1, 1), date(2200, 1, 1)


class Strict(BaseModel):
    """Input that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Shown(BaseModel):
    """Output."""

    model_config = ConfigDict(extra="forbid")


def plain_text(value: str) -> str:
    """The text, when a database and a screen can hold it.  Raises: ValueError."""
    if "\x00" in value or _HALF_CHARACTER.search(value):
        raise ValueError("holds characters that are no text")
    return value


def no_number(value: Any) -> Any:
    """The value, unless it is a bare number: that is no date.  Raises: ValueError."""
    if isinstance(value, int | float | Decimal):
        raise ValueError("is a number, not a date like 2026-03-31")  # noqa: TRY004  # pydantic reports ValueErrors
    return value


def exact(value: Any) -> Any:
    """The value, unless a truth value or digits in groups stand where a decimal is asked; fractions as written.

    Raises: ValueError.
    """
    if isinstance(value, str) and "_" in value:
        raise PydanticKnownError("decimal_parsing")
    if isinstance(value, bool):
        raise ValueError("is true or false, not a number")  # noqa: TRY004  # pydantic reports ValueErrors
    return repr(value) if isinstance(value, float) else value


def kept_json(value: Any) -> Any:
    """The value, when the database and every reader of it can hold it.  Raises: ValueError."""
    try:
        text = orjson.dumps(value, default=str)  # decimals
    except TypeError:
        raise ValueError("holds characters that are no text, or whole numbers of more than 64 bits") from None
    if len(text) > _JSON_BYTES_MAX:
        raise ValueError(f"has more than {_JSON_BYTES_MAX} bytes")
    return value


def usual_day(value: date) -> date:
    """The day, when a calendar and the warehouse can hold it.  Raises: ValueError."""
    if not _DAY_MIN <= value < _DAY_MAX:
        raise ValueError(f"lies outside {_DAY_MIN.year} to {_DAY_MAX.year - 1}")
    return value


def known_country(value: str) -> str:
    """The code, when a country has it."""
    if value not in COUNTRIES:
        raise PydanticCustomError("unknown_country", "is no country: two capitals of ISO 3166, such as DE or US")
    return value


Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$"), AfterValidator(known_country)]
Day = Annotated[date, BeforeValidator(no_number), AfterValidator(usual_day)]
Instant = Annotated[AwareDatetime, BeforeValidator(no_number)]
Qty = Annotated[Decimal, BeforeValidator(exact), Bound(max_digits=20, decimal_places=6)]
PositiveQty = Annotated[Qty, Bound(gt=0)]
Price = Annotated[Decimal, BeforeValidator(exact), Bound(max_digits=20, decimal_places=6, ge=0)]
Amount = Annotated[Decimal, BeforeValidator(exact), Bound(max_digits=20, decimal_places=4)]
PositiveAmount = Annotated[Amount, Bound(gt=0)]
Share = Annotated[Decimal, BeforeValidator(exact), Bound(max_digits=20, decimal_places=10, ge=0, le=1)]
Rate = Annotated[Decimal, BeforeValidator(exact), Bound(max_digits=20, decimal_places=10, gt=0)]


def text_of(length_max: int, *, length_min: int = 0) -> Any:
    """The type of a text of limited length."""
    limits = StringConstraints(max_length=length_max, min_length=length_min, strip_whitespace=True)
    return Annotated[str, limits, AfterValidator(plain_text)]


Note = text_of(300)
Reference = text_of(80)
"""A number or name that somebody else gave."""


@cache
def create_schema(resource: Resource) -> type[BaseModel]:
    """What creating a record takes."""
    fields = {name: _given(resource.fields[name], resource) for name in resource.writable}
    if resource.lines_are_written:
        fields |= {lines.name: (_list_of(line_schema(resource, lines)), ...) for lines in resource.lines}
    return _model(f"New{_title(resource)}", fields, Strict)


@cache
def change_schema(resource: Resource) -> type[BaseModel]:
    """What changing a record takes: only what is to change, and the version that was read."""
    fields: dict[str, Any] = {name: (_typed(resource.fields[name]) | None, None) for name in resource.changeable}
    for name in resource.changeable:
        if not resource.fields[name].is_nullable:
            fields[name] = (_typed(resource.fields[name]), None)
    if resource.lines_are_written:
        for lines in resource.lines:
            fields[lines.name] = (
                _list_of(line_schema(resource, lines)),
                None,
            )
    fields["version"] = (Annotated[int | None, Bound(ge=1, le=_INTEGER_MAX)], None)
    return _model(f"{_title(resource)}Change", fields, Strict)


@cache
def draft_schema(resource: Resource) -> type[BaseModel]:
    """A record that is being written: whatever is known of it by now, and of those of its lines that are completed."""
    fields: dict[str, Any] = {name: (_typed(resource.fields[name]) | None, None) for name in resource.writable}
    parts = {name.partition("/")[0] for name in resource.completed if "/" in name}
    for lines in resource.lines:
        if lines.name in parts:
            columns = fields_of(lines.model.__table__)
            taken = {name: (_typed(columns[name]) | None, None) for name in line_schema(resource, lines).model_fields}
            fields[lines.name] = (_list_of(_model(f"{_title(resource)}DraftLine", taken, Strict)), None)
    return _model(f"{_title(resource)}Draft", fields, Strict)


@cache
def likely_schema(resource: Resource) -> type[BaseModel]:
    """What is known of a record by which others may be the same: its name, and what else it is declared to be by."""
    more = resource.alike.fields if resource.alike else ()
    fields: dict[str, Any] = {"name": (_typed(resource.fields["name"]), ...)}
    fields |= {name: (_typed(resource.fields[name]) | None, None) for name in more}
    return _model(f"{_title(resource)}Likely", fields, Strict)


@cache
def line_schema(resource: Resource, lines: Lines) -> type[BaseModel]:
    """What a written line takes."""
    skipped = {"id", lines.column, lines.order_by, *AUDIT_COLUMNS}
    fields = {
        name: (lines.types[name] | None, None) if name in lines.types else _given(field, None)
        for name, field in fields_of(lines.model.__table__).items()
        if name not in skipped
    }
    return _model(f"New{_title(resource)}{lines.name.title().rstrip('s')}", fields, Strict)


@cache
def shown_schema(resource: Resource, *, with_lines: bool) -> type[BaseModel]:
    """What a reader gets: a record, with its lines when it is read by id."""
    fields = {name: _shown(field) for name, field in resource.fields.items()}
    title = _title(resource)
    if with_lines and resource.lines:
        for lines in resource.lines:
            shown = {name: _shown(field) for name, field in fields_of(lines.model.__table__).items()}
            shown |= dict.fromkeys(lines.told() if lines.told else (), (_DECIMAL_TEXT, None))
            line = _model(f"{title}{lines.name.title().rstrip('s')}", shown, Shown)
            fields[lines.name] = (list[line], ...)  # type: ignore[valid-type]
        title = f"{title}WithLines"
    return _model(title, fields, Shown)


def type_of(field: Field) -> Any:
    """The Python type of a field's values."""
    return _typed(field)


def _list_of(line: type[BaseModel]) -> Any:
    return Annotated[list[line], Bound(min_length=1, max_length=1_000)]  # type: ignore[valid-type]


def _model(name: str, fields: dict[str, Any], base: type[BaseModel]) -> type[BaseModel]:
    model: type[BaseModel] = create_model(name, __base__=base, **fields)
    return model


def _given(field: Field, resource: Resource | None) -> tuple[Any, Any]:
    required = field.is_required or (resource is not None and field.name in resource.required)
    if required:
        return _typed(field), ...
    return (_typed(field) | None if field.is_nullable else _typed(field)), None


_DECIMAL_TEXT = Annotated[str, Bound(description="A decimal number as text.")]


def _shown(field: Field) -> tuple[Any, Any]:
    kinds: dict[str, Any] = {
        "decimal": _DECIMAL_TEXT,
        "instant": datetime,
        "date": date,
    }
    shown = kinds.get(field.kind) or _plain(field)
    # A hidden field is absent, so no field of an answer is promised to be there.
    return (shown | None if field.is_nullable else shown), None


def _typed(field: Field) -> Any:
    if field.choices:
        return Literal[field.choices]
    if field.kind == "text":
        return _text(field)
    if field.kind == "decimal":
        bound: dict[str, Any] = (
            {"ge": 0} if field.lower_bound == ">=" else {"gt": 0} if field.lower_bound == ">" else {}
        )
        return Annotated[
            Decimal, BeforeValidator(exact), Bound(max_digits=field.digits, decimal_places=field.places, **bound)
        ]
    if field.kind == "integer":
        low = 1 if field.lower_bound == ">" else 0 if field.lower_bound == ">=" else -_INTEGER_MAX
        return Annotated[int, Bound(ge=low, le=_DAYS_MAX if _DAYS.search(field.name) else _INTEGER_MAX)]
    return _plain(field)


def _text(field: Field) -> Any:
    if field.name.endswith("currency_code"):
        return Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
    if field.name == "country_code":
        return Country
    if field.name == "email":
        return Annotated[str, StringConstraints(max_length=field.length_max, pattern=EMAIL_PATTERN)]
    return text_of(field.length_max or 10_000, length_min=0 if field.is_nullable else 1)


def _plain(field: Field) -> Any:
    plain: dict[str, Any] = {
        "text": str,
        "integer": int,
        "boolean": bool,
        "date": Day,
        "instant": Instant,
        "reference": UUID,
        "id": UUID if str(field.column.type) != "BIGINT" else int,
        "json": Annotated[Any, AfterValidator(kept_json)],
        "list": list[text_of(200)],  # type: ignore[misc]
    }
    shape = field.column.info.get("shape")
    return Annotated[plain[field.kind], WithJsonSchema(shape)] if shape else plain[field.kind]


def _title(resource: Resource) -> str:
    return "".join(part.title() for part in resource.thing.split("_"))


def problems_of(errors: Iterable[Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Pydantic's complaints as (path, type, values that fill its message)."""
    return [("/".join(str(part) for part in error["loc"]), error["type"], error.get("ctx") or {}) for error in errors]
