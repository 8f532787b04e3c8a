"""How a cell of a file becomes the value of a field."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import TypeAdapter

from transactional.kernel.resource import Field
from transactional.kernel.schema import text_of, type_of

_CODE_LENGTH_MAX = 200
_code = TypeAdapter(text_of(_CODE_LENGTH_MAX)).validate_python
_BLANK = r"[\s\x00-\x1f\x7f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
_FORMULA = re.compile(rf"'*{_BLANK}*[=+\-@|%\t\r\n\uff1d\uff0b\uff0d\uff20]")


def cell_parser(known: Field) -> Callable[[Any], Any]:
    """How a cell becomes a value of a field; an empty cell is no value."""
    if known.kind == "reference":
        return _reference
    validate = TypeAdapter(type_of(known)).validate_python
    prepare = {"text": as_text, "date": as_day, "json": _as_json, "list": _as_json}.get(known.kind, plain)

    def parse(cell: Any) -> Any:
        value = prepare(cell)
        return None if value is None else validate(value)

    return parse


def is_formula(text: str) -> bool:
    """Whether a spreadsheet might run a text: also after blanks, after signs that nobody sees, and in full width.

    Quotes before it count as part of it, so that what an export put there is told from what was there.
    """
    return _FORMULA.match(text) is not None


def plain(cell: Any) -> Any:
    """A cell without blanks and without the quote that an export puts before formulas; an empty one is no value."""
    if isinstance(cell, str):
        cell = cell.strip()
        if cell[:1] == "'" and is_formula(cell[1:]):
            # An export put the quote there, so that no spreadsheet runs the text.
            cell = cell[1:]
    return None if cell == "" else cell


def as_text(cell: Any) -> Any:
    """A cell as text, also where a spreadsheet took it for a number."""
    value = plain(cell)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value) if value is not None and not isinstance(value, str) else value


def as_day(cell: Any) -> Any:
    """A cell as a day, also where a spreadsheet made it a moment."""
    value = plain(cell)
    if isinstance(value, datetime):
        return value.date()
    return value


def _as_json(cell: Any) -> Any:
    value = plain(cell)
    try:
        if isinstance(value, str):
            return orjson.loads(value)
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        raise ValueError("is no JSON") from None
    return value


def _reference(cell: Any) -> UUID | str | None:
    value = as_text(cell)
    if value is None:
        return None
    try:
        return UUID(value)
    except ValueError:
        return str(_code(value))
