"""The text of a field as a value: strict, with the reason where it is none.

Columns are read whole where they can be: one pattern over all texts of a column is many times faster than a test a
field.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from importers.mapping import ColumnSpec, ColumnType

_INTEGER = r"-?[0-9]{1,18}"
_DECIMAL = r"-?[0-9]{1,15}(?:\.[0-9]{1,10})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]{5,15})?"
_DAY_LENGTH = 10
_FLAGS = {"true": True, "false": False, "1": True, "0": False}
_WHOLE_INTEGER, _WHOLE_DECIMAL, _WHOLE_DAY = re.compile(_INTEGER), re.compile(_DECIMAL), re.compile(_DAY)


def _integer(text: str) -> int:
    if not _WHOLE_INTEGER.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no whole number")
    return int(text)


def _decimal(text: str) -> Decimal:
    if not _WHOLE_DECIMAL.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is no number")
    return Decimal(text)


def _day(text: str) -> date:
    found = _WHOLE_DAY.fullmatch(text)
    try:
        return _day_of(found[0] if found else "")
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no day (YYYY-MM-DD)") from error


def _day_of(text: str) -> date:
    return date.fromisoformat(text[:_DAY_LENGTH])


def _flag(text: str) -> bool:
    try:
        return _FLAGS[text]
    except KeyError:
        raise ValueError(f"{text[:40]!r} is neither true nor false") from None


def _plain(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text


_PARSERS: dict[ColumnType, Callable[[str], Any]] = {
    ColumnType.TEXT: _plain,
    ColumnType.INTEGER: _integer,
    ColumnType.DECIMAL: _decimal,
    ColumnType.DAY: _day,
    ColumnType.FLAG: _flag,
}


def field_reader(column: ColumnSpec) -> Callable[[str], Any]:
    """Turns a field's text into its value, or raises ValueError with the reason."""
    parse = _PARSERS[column.type]

    def read(text: str) -> Any:
        if not text:
            if column.is_required:
                raise ValueError("is empty")
            return None
        value = parse(text)
        if column.least is not None and value < column.least:
            raise ValueError(f"{text} is below {column.least}")
        return value

    return read


_COLUMNS: dict[ColumnType, tuple[re.Pattern[str], Callable[[str], Any]]] = {
    ColumnType.INTEGER: (re.compile(rf"(?:(?:{_INTEGER})?\n)*"), int),
    ColumnType.DECIMAL: (re.compile(rf"(?:(?:{_DECIMAL})?\n)*"), Decimal),
    ColumnType.DAY: (re.compile(rf"(?:(?:{_DAY})?\n)*"), _day_of),
    ColumnType.FLAG: (re.compile(r"(?:(?:true|false|0|1)?\n)*"), _FLAGS.__getitem__),
}


def read_column(column: ColumnSpec, texts: Sequence[str]) -> list[Any] | None:
    """The values of a whole column; nothing where any of its fields is wrong."""
    has_empty = "" in texts
    if has_empty and column.is_required:
        return None
    values = _texts(texts) if column.type is ColumnType.TEXT else _values(column.type, texts, has_empty=has_empty)
    if values is None or column.least is None:
        return values
    is_low = any(value is not None and value < column.least for value in values)
    return None if is_low else values


def _texts(texts: Sequence[str]) -> list[Any] | None:
    return None if any("\x00" in text for text in texts) else [text or None for text in texts]


def _values(kind: ColumnType, texts: Sequence[str], *, has_empty: bool) -> list[Any] | None:
    pattern, parse = _COLUMNS[kind]
    if not pattern.fullmatch("\n".join([*texts, ""])) or any("\n" in text for text in texts):
        return None
    try:
        return [parse(text) if text else None for text in texts] if has_empty else list(map(parse, texts))
    except ValueError:
        # A day that the calendar does not have.
        return None
