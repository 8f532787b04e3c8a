"""A cross table on the page: labels, figures as they are to be written, styles, and each cell a door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.formats import EMPTY, Formats, number_of
from dashboards.scope import Scope
from dashboards.words import t

_ROWS_SHOWN = 25
_ROW_PIXELS = 35
_SCALES = {"ones": 1, "thousands": 1_000, "millions": 1_000_000}
_COLOURS = {"good": "#1b7f4b", "bad": "#b3261e", "warning": "#8a5a00", "muted": "#6b7280"}
_STYLED_MAX = 20_000

Json = Mapping[str, Any]


def pivot_table(found: Json, scope: Scope, key: str) -> tuple[int, int, str] | None:
    """Show a table; the row, column and measure of the cell that was just chosen."""
    labels = _labels(found, scope)
    places = _places(found)
    frame = _frame(found, labels, places, scope.formats)
    written = _written(frame, found, labels, places, scope.formats)
    chosen = st.dataframe(
        written,
        hide_index=True,
        width="stretch",
        height="content" if len(frame) <= _ROWS_SHOWN else (_ROWS_SHOWN + 1) * _ROW_PIXELS,
        placeholder=EMPTY,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        column_config={name: st.column_config.TextColumn(name, pinned=True) for name in labels},
    )
    cell = next(iter(chosen.selection.cells), None)
    if cell is None or cell[0] >= len(found["rows"]) or cell[1] in labels:
        return None
    place = list(frame.columns).index(cell[1]) - len(labels)
    column, measure = places[place]
    return cell[0], column, found["rows"][cell[0]]["measure"] or measure


def _places(found: Json) -> list[tuple[int, str]]:
    """For each column of figures the header it belongs to and its measure; measures on rows have one column each."""
    names = [each["name"] for each in found["metrics"]]
    if found["query"].get("measures_on") == "rows":
        names = names[:1]
    return [(place, name) for place in range(len(found["columns"])) for name in names]


def _labels(found: Json, scope: Scope) -> dict[str, list[str]]:
    """The label columns, repeated or merged as the definition says."""
    rows, names = found["rows"], found["query"].get("rows", [])
    lines = [[_member(row, names, depth, scope) for depth in range(len(names))] for row in rows]
    if found["query"].get("measures_on") == "rows":
        shown = {each["name"]: str(each["label"]) for each in found["metrics"]}
        lines = [[*line, shown[row["measure"]]] for line, row in zip(lines, rows, strict=True)]
        names = [*names, "measure"]
    if found["query"].get("labels") == "merge":
        lines = [
            [
                "" if place and line[: depth + 1] == lines[place - 1][: depth + 1] else label
                for depth, label in enumerate(line)
            ]
            for place, line in enumerate(lines)
        ]
    heads = [t("pivot.figure") if name == "measure" else scope.catalogue.label(name) for name in names]
    return {head: [line[depth] for line in lines] for depth, head in enumerate(heads)} or {"": [""] * len(rows)}


def _member(header: Json, names: Sequence[str], depth: int, scope: Scope) -> str:
    if depth == header["level"]:
        return "" if header["is_collapsed"] else t("table.total")
    if depth > header["level"]:
        return ""
    name = names[depth]
    if header["others"] == name:
        return t("pivot.others_word")
    member = header["keys"][name]
    mark = "▸ " if header["is_collapsed"] and depth == header["level"] - 1 else ""
    return mark + (t("table.blank") if member is None else scope.formats.bucket(member, name))


def _frame(
    found: Json, labels: Mapping[str, Sequence[str]], places: Sequence[tuple[int, str]], formats: Formats
) -> pd.DataFrame:
    data: dict[str, Any] = {name: pd.Series(list(values), dtype="object") for name, values in labels.items()}
    is_on_rows = found["query"].get("measures_on") == "rows"
    for (place, name), head in zip(places, _heads(found, places, formats), strict=True):
        cells = [(row["cells"][place], row["measure"] if is_on_rows else name) for row in found["rows"]]
        values = [number_of((cell or {}).get(measure)) for cell, measure in cells]
        data[head] = pd.Series([None if value is None else float(value) for value in values], dtype="float64")
    return pd.DataFrame(data)


def _heads(found: Json, places: Sequence[tuple[int, str]], formats: Formats) -> list[str]:
    """The heads of columns of figures: their members, and the measure where there are several; each its own."""
    names = found["query"].get("columns", [])
    labels = {each["name"]: str(each["label"]) for each in found["metrics"]}
    is_alone = len({name for _, name in places}) == 1 and bool(names)
    heads: list[str] = []
    for place, name in places:
        header = found["columns"][place]
        keys = [(header["keys"].get(each), each) for each in names[: header["level"]]]
        members = [formats.bucket(key, each)[:40] if key else t("table.blank") for key, each in keys]
        if header["others"]:
            members[-1] = t("pivot.others_word")
        said = [*(members or ([t("table.total")] if names else [])), *([] if is_alone else [labels[name]])]
        head = " · ".join(said)
        heads.append(head + " " * heads.count(head))
    return heads


def _written(
    frame: pd.DataFrame,
    found: Json,
    labels: Mapping[str, Sequence[str]],
    places: Sequence[tuple[int, str]],
    formats: Formats,
) -> Any:
    """The frame with figures as the reader writes them, scaled and coloured; plain where it is very large."""
    if frame.size > _STYLED_MAX:
        return frame
    columns = {each["name"]: each for each in found["metrics"]}
    heads = list(frame.columns)[len(labels) :]
    is_on_rows = found["query"].get("measures_on") == "rows"
    styler = frame.style
    if is_on_rows:
        for line, row in enumerate(found["rows"]):
            writer = partial(_write, column=columns[row["measure"]], formats=formats)
            styler = styler.format(writer, subset=pd.IndexSlice[[line], heads], na_rep=EMPTY)
    else:
        writers: dict[Any, Any] = {
            head: partial(_write, column=columns[name], formats=formats)
            for head, (_, name) in zip(heads, places, strict=True)
        }
        styler = styler.format(writers, na_rep=EMPTY)
    looks = _looks(found, labels, places)
    return styler.apply(lambda _: pd.DataFrame(looks, columns=frame.columns, index=frame.index), axis=None)


def _write(value: Any, *, column: Json, formats: Formats) -> str:
    if value is None or value != value:  # noqa: PLR0124  # not a number is what differs from itself
        return EMPTY
    form = column["format"]
    text = formats.figure(f"{value / _SCALES[form['scale']]:.15g}", column)
    if value < 0 and form["negative"] == "parentheses":
        text = f"({text.replace('-', '').replace('−', '')})"  # noqa: RUF001  # the minus of some languages
    return text


def _looks(found: Json, labels: Mapping[str, Sequence[str]], places: Sequence[tuple[int, str]]) -> list[list[str]]:
    """The style of every cell of the frame."""
    names = found["query"].get("rows", [])
    looks = []
    for row in found["rows"]:
        weight = "font-weight: 600;" if row["level"] < len(names) else ""
        line = [weight] * len(labels)
        for place, name in places:
            style = row["styles"][place].get(row["measure"] or name)
            line.append(weight + _look(style))
        looks.append(line)
    return looks


def _look(style: str | None) -> str:
    if style is None:
        return ""
    if style in _COLOURS:
        return f"color: {_COLOURS[style]};"
    return f"background-color: rgba(59, 130, 246, {int(style.removeprefix('heat')) / 15:.2f});"
