"""The lines of a document in a grid: one row a line, references by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from dashboards.data.records import Declaration, choices
from dashboards.data.schemas import Input
from dashboards.parts.inputs import lines_of, words_of
from dashboards.words import label_of, t

Json = Mapping[str, Any]


def edit_lines(
    field: Input, key: str, value: Any, by_path: Mapping[str, Declaration], record: Json | None
) -> list[dict[str, Any]] | None:
    """The lines given; none where the grid was left empty."""
    known = {each.name: _known(each, by_path, record) for each in field.lines if each.kind == "reference"}
    st.markdown(f"**{label_of('field', field.name)}**" + (" \\*" if field.is_required else ""))
    edited = st.data_editor(
        _frame(field.lines, value or (), known),
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        column_config={each.name: _config(each, known.get(each.name)) for each in field.lines},
        placeholder="",
        key=key,
    )
    st.caption(t("workbench.lines_note") + ("" if field.is_required else " " + t("workbench.lines_all")))
    back = {name: {words: record_id for record_id, words in found.items()} for name, found in known.items()}
    rows = [
        _line({str(name): cell for name, cell in row.items()}, field.lines, back) for row in edited.to_dict("records")
    ]
    return [row for row in rows if row] or None


def _known(each: Input, by_path: Mapping[str, Declaration], record: Json | None) -> dict[str, str]:
    if each.of_record:
        return lines_of(record, by_path)
    declaration = by_path.get(str(each.references))
    return _unique(choices(declaration)[0]) if declaration else {}


def _unique(found: Mapping[str, str]) -> dict[str, str]:
    """Names that tell records apart, also where two are called the same."""
    seen: dict[str, int] = {}
    named: dict[str, str] = {}
    for record_id, words in found.items():
        seen[words] = seen.get(words, 0) + 1
        named[record_id] = words if seen[words] == 1 else f"{words} ({seen[words]})"
    return named


def _frame(inputs: Sequence[Input], lines: Sequence[Json], known: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    columns = {}
    for each in inputs:
        values = [_shown(line.get(each.name), each, known.get(each.name)) for line in lines]
        columns[each.name] = pd.Series(values, dtype="boolean" if each.kind == "boolean" else "object")
    return pd.DataFrame(columns)


def _shown(value: Any, each: Input, known: Mapping[str, str] | None) -> Any:
    if value is None:
        return None
    if known is not None:
        return known.get(str(value), str(value))
    if each.kind == "date":
        return date.fromisoformat(str(value)[:10])
    return value if each.kind == "boolean" else str(value)


def _config(each: Input, known: Mapping[str, str] | None) -> Any:
    label = words_of(each)
    if known:
        return st.column_config.SelectboxColumn(label, options=list(known.values()), width="medium")
    if each.kind == "choice":
        return st.column_config.SelectboxColumn(
            label, options=list(each.choices), format_func=lambda name: label_of("choice", str(name))
        )
    if each.kind == "date":
        return st.column_config.DateColumn(label, format="YYYY-MM-DD")
    if each.kind == "boolean":
        return st.column_config.CheckboxColumn(label)
    return st.column_config.TextColumn(label, max_chars=each.length_max)


def _line(row: Mapping[str, Any], inputs: Sequence[Input], back: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """One line as the server takes it; empty cells are left out."""
    found: dict[str, Any] = {}
    for each in inputs:
        value = row.get(each.name)
        if value is None or value is pd.NA or value != value or value == "":  # noqa: PLR0124  # not a number
            continue
        if each.name in back:
            value = back[each.name].get(str(value), value)
        found[each.name] = _sent(value, each)
    return found


def _sent(value: Any, each: Input) -> Any:
    if isinstance(value, date):
        return value.isoformat()[:10]
    if each.kind == "boolean":
        return bool(value)
    return value.strip().replace(",", "") if each.kind == "decimal" and isinstance(value, str) else value


def line_problems(problems: Mapping[str, str], field: Input) -> None:
    """What is wrong in which line."""
    for path, reason in problems.items():
        _, _, rest = path.partition("/")
        place, _, name = rest.partition("/")
        where = t("workbench.line", number=int(place) + 1) if place.isdigit() else label_of("field", field.name)
        what = f", {label_of('field', name)}" if name else ""
        st.markdown(f":red[:material/error: {where}{what}: {reason}]")
