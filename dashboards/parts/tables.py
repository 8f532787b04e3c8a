"""Tables of figures: written in the reader's language, sorted by value, each row a door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from dashboards.formats import EMPTY, Formats, number_of
from dashboards.parts.pens import member_words
from dashboards.words import t

Column = Mapping[str, Any]
Row = Mapping[str, Any]
_ROWS_SHOWN = 12
_ROW_PIXELS = 35
_CELLS_WRITTEN_MAX = 60_000
_FIGURES = frozenset({"money", "number", "share"})
_KEYS = frozenset({"time", "dimension"})
_WIDE_FROM = 6
_PINNED_MAX = 2


class Cell(NamedTuple):
    """A chosen cell: its row, and the name of its column."""

    row: Row
    column: str


def table(
    rows: Sequence[Row],
    columns: Sequence[Column],
    formats: Formats,
    *,
    key: str,
    is_door: bool = False,
    rows_shown: int = _ROWS_SHOWN,
) -> Cell | None:
    """Show rows; the cell that was just chosen, where rows lead somewhere."""
    if not rows:
        st.caption(t("table.empty"))
        return None
    frame = frame_of(rows, columns, formats)
    pinned = _pinned(columns)
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-cell"} if is_door else {}
    chosen = st.dataframe(
        _written(frame, columns, formats),
        hide_index=True,
        width="stretch",
        height="content" if len(rows) <= rows_shown else (rows_shown + 1) * _ROW_PIXELS,
        column_config={
            str(each["name"]): _config(each, is_pinned=place < pinned) for place, each in enumerate(columns)
        },
        placeholder=EMPTY,
        key=key,
        **options,
    )
    return _just_chosen(chosen.selection.cells, rows, key) if is_door else None


def _just_chosen(cells: Sequence[tuple[int, str]], rows: Sequence[Row], key: str) -> Cell | None:
    """The chosen cell, once: a selection stays on the screen, and what it opened must not open again."""
    place = cells[0] if cells else None
    seen, st.session_state[f"seen_{key}"] = st.session_state.get(f"seen_{key}"), place
    if place is None or place == seen or place[0] >= len(rows):
        return None
    return Cell(rows[place[0]], place[1])


def frame_of(rows: Sequence[Row], columns: Sequence[Column], formats: Formats) -> pd.DataFrame:
    """Rows as a data frame: figures as numbers, so that they sort; exact values are written from the rows."""
    found: dict[str, pd.Series[Any]] = {}
    for column in columns:
        name, values = str(column["name"]), [row.get(column["name"]) for row in rows]
        if column.get("type") in _FIGURES:
            found[name] = pd.Series([_drawn(value) for value in values], dtype="float64")
        elif column.get("type") == "date":
            found[name] = pd.Series([_day(value) for value in values], dtype="object")
        elif column.get("role") == "dimension":
            # Nobody, nowhere: a member like the others, which a figure belongs to.
            members = [member_words(column, value, formats=formats) for value in values]
            found[name] = pd.Series(members, dtype="object")
        else:
            found[name] = pd.Series([None if value is None else str(value) for value in values], dtype="object")
    return pd.DataFrame(found)


def _written(frame: pd.DataFrame, columns: Sequence[Column], formats: Formats) -> Any:
    """The frame with every figure as the reader writes it; plain where there are too many cells to write."""
    if frame.size > _CELLS_WRITTEN_MAX:
        return frame
    writers: dict[Any, Any] = {
        str(column["name"]): partial(_write, column=column, formats=formats)
        for column in columns
        if column.get("type") in _FIGURES or column.get("type") == "date"
    }
    return frame.style.format(writers, na_rep=EMPTY)


def _write(value: Any, *, column: Column, formats: Formats) -> str:
    if value is None or value != value:  # noqa: PLR0124  # not a number is what differs from itself
        return EMPTY
    if column.get("type") == "share" and column.get("role") == "change":
        return _points(number_of(_rounded(value)) or Decimal(0), formats)
    grain = column.get("grain")
    return formats.bucket(value, str(grain)) if grain else formats.figure(_rounded(value), column)


def _points(change: Decimal, formats: Formats) -> str:
    """By how much a share changed: in points, since a change in percent would be another figure."""
    points = (change * 100).quantize(Decimal("0.1"))
    sign = "" if points == 0 else "+" if points > 0 else "-"
    return t("tile.points", sign=sign, value=formats.number(abs(points), places=1))


def _rounded(value: Any) -> Any:
    """A float on its way back to a decimal, without its binary noise."""
    return f"{value:.15g}" if isinstance(value, float) else value


def _pinned(columns: Sequence[Column]) -> int:
    """How many columns stay while a reader moves along a wide table: what its rows are about, else the first."""
    if len(columns) < _WIDE_FROM:
        return 0
    keys = next((place for place, each in enumerate(columns) if each.get("role") not in _KEYS), len(columns))
    return max(1, min(keys, _PINNED_MAX))


def _config(column: Column, *, is_pinned: bool) -> Any:
    label = str(column.get("label") or column["name"])
    if column.get("type") in _FIGURES:
        return st.column_config.NumberColumn(label, help=column.get("help"), pinned=is_pinned)
    if column.get("type") == "date":
        return st.column_config.Column(label, pinned=is_pinned)
    return st.column_config.TextColumn(label, help=column.get("help"), pinned=is_pinned)


def _drawn(value: Any) -> float | None:
    number = number_of(value)
    return None if number is None else float(number)


def _day(value: Any) -> date | str | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return str(value)


def totals_line(totals: Mapping[str, Any], columns: Sequence[Column], formats: Formats) -> None:
    """The figures of everything, as the server computed them at that grain."""
    shown = [
        f"{column['label']} **{formats.figure(totals[column['name']], column)}**"
        for column in columns
        if totals.get(column["name"]) is not None and column.get("role") == "metric"
    ]
    if shown:
        st.markdown(f"{t('table.total')} · " + " · ".join(shown))


def csv_of(rows: Sequence[Row], columns: Sequence[Column]) -> bytes:
    """What one sees, exact, for a spreadsheet; with the mark by which spreadsheets know its encoding."""
    names = [str(column["name"]) for column in columns]
    frame = pd.DataFrame([[_safe(row.get(name)) for name in names] for row in rows], columns=names, dtype="object")
    frame.columns = pd.Index([_heading(column) for column in columns])
    return b"\xef\xbb\xbf" + frame.to_csv(index=False).encode()


def _heading(column: Column) -> str:
    """What a column is called in a file, where no page says in which currency its amounts are."""
    label = str(column.get("label") or column["name"])
    return f"{label} ({column['currency']})" if column.get("currency") else label


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, made plain (CWE-1236)."""
    if isinstance(value, str) and value[:1] in "=@\t\r" and value:
        return "'" + value
    if isinstance(value, str) and value[:1] in "+-" and number_of(value) is None and value:
        return "'" + value
    return value
