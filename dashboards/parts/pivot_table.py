"""A cross table on the page: labels, figures as they are to be written, styles, and each cell a door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from unicodedata import east_asian_width

import pandas as pd
import streamlit as st

from dashboards.formats import EMPTY, Formats, number_of
from dashboards.parts.pivot_measures import window_name
from dashboards.parts.pivot_words import name_of
from dashboards.scope import Scope
from dashboards.words import in_sentence, t

COMPARED = ("_previous", "_change", "_change_share")
_ROWS_SHOWN = 25
_ROW_PIXELS = 35
_LETTER_PIXELS, _PADDING_PIXELS = 8, 28
_LABEL_PIXELS_MIN, _LABEL_PIXELS_MAX = 90, 320
_SCALES = {"ones": 1, "thousands": 1_000, "millions": 1_000_000}
_COLOURS = {"good": "#1b7f4b", "bad": "#b3261e", "warning": "#8a5a00", "muted": "#6b7280"}
_STYLED_MAX = 20_000

Json = Mapping[str, Any]


def pivot_table(found: Json, scope: Scope, key: str) -> tuple[int, int, str] | None:
    """Show a table; the row, column and measure of the cell that was just chosen."""
    labels = _labels(found, scope)
    places = _places(found)
    frame = _frame(found, labels, places, _heads(found, places, scope))
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
        column_config={
            name: st.column_config.TextColumn(name, pinned=True, width=_width([name, *values]))
            for name, values in labels.items()
        },
    )
    cell = next(iter(chosen.selection.cells), None)
    if cell is None or cell[0] >= len(found["rows"]) or cell[1] in labels:
        return None
    place = list(frame.columns).index(cell[1]) - len(labels)
    column, measure = places[place]
    return cell[0], column, _figure_of(found["rows"][cell[0]], measure)


def _width(words: Sequence[str]) -> int:
    """Pixels that the longest of a column's labels takes: measured by the browser, merged ones would be cut."""
    longest = max(sum(2 if east_asian_width(each) in "WF" else 1 for each in word) for word in words)
    return min(max(longest * _LETTER_PIXELS + _PADDING_PIXELS, _LABEL_PIXELS_MIN), _LABEL_PIXELS_MAX)


def _places(found: Json) -> list[tuple[int, str]]:
    """For each column of figures the header it belongs to, and its measure or, with measures on rows, what is told."""
    names = [each["name"] for each in found["metrics"]]
    if found["query"].get("measures_on") == "rows":
        names = ["", *(COMPARED if found["query"].get("compare") else ())]
    return [(place, name) for place in range(len(found["columns"])) for name in names]


def _figure_of(row: Json, name: str) -> str:
    """The name of a row's figure in a column: of its own measure, and what it is compared with, where it has one."""
    return f"{row['measure']}{name}" if row["measure"] else name


def _labels(found: Json, scope: Scope) -> dict[str, list[str]]:
    """The label columns, repeated or merged as the definition says."""
    rows, names = found["rows"], found["query"].get("rows", [])
    lines = [[_member(row, names, depth, scope) for depth in range(len(names))] for row in rows]
    if found["query"].get("measures_on") == "rows":
        shown = {each["name"]: measure_label(each, found, scope) for each in found["metrics"]}
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
    found: Json, labels: Mapping[str, Sequence[str]], places: Sequence[tuple[int, str]], heads: Sequence[str]
) -> pd.DataFrame:
    data: dict[str, Any] = {name: pd.Series(list(values), dtype="object") for name, values in labels.items()}
    for (place, name), head in zip(places, heads, strict=True):
        values = [number_of((row["cells"][place] or {}).get(_figure_of(row, name))) for row in found["rows"]]
        data[head] = pd.Series([None if value is None else float(value) for value in values], dtype="float64")
    return pd.DataFrame(data)


def measure_label(column: Json, found: Json, scope: Scope) -> str:
    """What a figure is called: by its own label, or as its metric with what is shown of it."""
    said = next((each for each in found["query"]["metrics"] if name_of(each) == column["name"]), None)
    if said is None or isinstance(said, str) or said.get("label") or not (said.get("show") or said.get("window")):
        return str(column["label"])
    words = [t(f"pivot_choice.{name}") for name in (window_name(said.get("window")), said.get("show")) if name]
    if not words or (said.get("window") and not window_name(said.get("window"))):
        return str(column["label"])
    return f"{scope.catalogue.label(str(column['metric']))} ({', '.join(map(in_sentence, words))})"


def _heads(found: Json, places: Sequence[tuple[int, str]], scope: Scope) -> list[str]:
    """The heads of columns of figures: their members, and the measure where there are several; each its own."""
    names, formats = found["query"].get("columns", []), scope.formats
    labels = {each["name"]: measure_label(each, found, scope) for each in found["metrics"]}
    labels |= {"": t("pivot.figure"), **{name: t(f"pivot.compared{name}") for name in COMPARED}}
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
    heads, empty = list(frame.columns)[len(labels) :], (found["query"].get("empty") or {}).get("text") or EMPTY
    is_on_rows = found["query"].get("measures_on") == "rows"
    styler = frame.style
    if is_on_rows:
        for line, row in enumerate(found["rows"]):
            for told in dict.fromkeys(name for _, name in places):
                alike = [head for head, (_, name) in zip(heads, places, strict=True) if name == told]
                column = columns.get(_figure_of(row, told)) or columns[row["measure"]]
                writer = partial(_write, column=column, formats=formats)
                styler = styler.format(writer, subset=pd.IndexSlice[[line], alike], na_rep=empty)
    else:
        writers: dict[Any, Any] = {
            head: partial(_write, column=columns[name], formats=formats)
            for head, (_, name) in zip(heads, places, strict=True)
        }
        styler = styler.format(writers, na_rep=empty)
    looks = _looks(found, labels, places)
    return styler.apply(lambda _: pd.DataFrame(looks, columns=frame.columns, index=frame.index), axis=None)


def _write(value: Any, *, column: Json, formats: Formats) -> str:
    if value is None or value != value:  # noqa: PLR0124  # not a number is what differs from itself
        return EMPTY
    form = column["format"]
    scaled = f"{value / _SCALES[form['scale']]:.15g}"
    text = formats.figure(scaled, column, places=form["places"])
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
            style = row["styles"][place].get(_figure_of(row, name))
            line.append(weight + _look(style))
        looks.append(line)
    return looks


def _look(style: str | None) -> str:
    if style is None:
        return ""
    if style in _COLOURS:
        return f"color: {_COLOURS[style]};"
    return f"background-color: rgba(59, 130, 246, {int(style.removeprefix('heat')) / 15:.2f});"
