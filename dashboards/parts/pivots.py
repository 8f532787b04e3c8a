"""The explorer's cross table: asked from the definition in the address, stepped from, and taken along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, time_of
from dashboards.data.pivots import PATH, ask_pivot
from dashboards.data.reports import file_of
from dashboards.failure import show_problem
from dashboards.parts.pivot_cell import Chosen, go_back, keep, show_cell
from dashboards.parts.pivot_controls import controls
from dashboards.parts.pivot_filters import ask_parameters, own_conditions, show_conditions
from dashboards.parts.pivot_table import pivot_table
from dashboards.parts.pivot_views import opened_view, save_view
from dashboards.parts.pivot_words import Definition, metric_of
from dashboards.parts.receipt import receipt
from dashboards.scope import Scope
from dashboards.session import viewer
from dashboards.words import t

_OF_THE_PAGE = frozenset({"compared", "parameters"})
_DEFAULT: Mapping[str, Any] = {"metrics": ["net_revenue"], "rows": ["region"], "columns": ["quarter"]}


def explore_pivot(scope: Scope) -> None:
    """Controls, table, and what one can do with the chosen cell."""
    before = _read()
    if st.session_state.pop("pivot_swapped", False):
        before = {**before, "rows": before.get("columns", []), "columns": before.get("rows", [])}
    opened = opened_view(scope)
    definition = controls(scope, before)
    if not definition.get("metrics"):
        st.info(t("explore.choose"), icon=":material/query_stats:")
        return
    if definition.get("parameters"):
        definition["parameters"] = ask_parameters(scope, definition)
    _write(definition)
    _way_back(definition, scope)
    unfiltered = scope.unfiltered([metric_of(each) for each in definition["metrics"]])
    if unfiltered:
        st.warning(t("tile.unfiltered", names=", ".join(unfiltered)), icon=":material/filter_list_off:")
    asked = _asked(definition, scope)
    with st.skeleton(height=420):
        try:
            found = ask_pivot(asked)
        except Problem as problem:
            _refused(problem)
            return
    for note in found["notes"]:
        st.info(t("pivot.mixed", currencies=str(note).partition(": ")[2]), icon=":material/currency_exchange:")
    chosen = pivot_table(found, scope, key=f"pivot_table_{hash(json.dumps(asked, sort_keys=True))}")
    _foot(found, asked, definition, opened)
    if chosen is not None:
        row, column = found["rows"][chosen[0]], found["columns"][chosen[1]]
        named = {each["name"]: each for each in found["metrics"]}
        measure = named.get(chosen[2]) or named[row["measure"]]
        show_cell(Chosen(found, asked, definition, row, column, measure), scope)
    with st.expander(t("explore.receipt"), icon=":material/receipt_long:"):
        receipt(Answer([], [], {}, {}, found["evidence"], {}), scope)


def _read() -> Definition:
    try:
        given = json.loads(st.query_params.get("pivot", "") or st.session_state.get("pivot_definition", "{}"))
    except ValueError:
        given = {}
    if not isinstance(given, dict) or not given.get("metrics"):
        return dict(_DEFAULT)
    lists = {
        name: [each for each in given[name] if isinstance(each, dict) and isinstance(each.get("field"), str)]
        for name in ("where", "parameters")
        if isinstance(given.get(name), list)
    }
    rest = {name: part for name, part in given.items() if name not in {"where", "parameters", "time"}}
    return {**rest, **lists, **({"time": given["time"]} if isinstance(given.get("time"), dict) else {})}


def _write(definition: Definition) -> None:
    text = json.dumps(definition, separators=(",", ":"))
    st.session_state.pivot_definition = text
    if st.query_params.get("pivot") != text:
        st.query_params["pivot"] = text


def _way_back(definition: Definition, scope: Scope) -> None:
    """What the table is narrowed to beside the page, and the step before."""
    show_conditions(scope, definition, keep)
    if st.session_state.get("pivot_trail"):
        st.button(
            t("pivot.back"), icon=":material/arrow_back:", type="tertiary", key="pivot_step_back", on_click=go_back
        )


def _asked(definition: Definition, scope: Scope) -> Definition:
    """The definition with the page's filters and period, which every part of a page obeys, and with its own."""
    metrics = [metric_of(each) for each in definition["metrics"]]
    whole = {
        **definition,
        "where": [*(dict(each) for each in scope.where(metrics)), *own_conditions(definition)],
        "time": definition.get("time") or time_of(scope.period),
        "compare": scope.period.compare if definition.get("compared") else None,
    }
    return {name: value for name, value in whole.items() if value not in (None, [], {}) and name not in _OF_THE_PAGE}


def _refused(problem: Problem) -> None:
    """What the server says is wrong, part by part; anything else as on every page."""
    if not problem.fields:
        show_problem(problem, what=t("explore.answer"))
        return
    for reason in problem.fields.values():
        st.warning(reason, icon=":material/rule:")


def _foot(
    found: Mapping[str, Any], asked: Definition, definition: Definition, opened: Mapping[str, Any] | None
) -> None:
    person = viewer()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("pivot.cells", rows=len(found["rows"]), columns=len(found["columns"])))
        for kind in ("xlsx", "csv") if person and person.may("metric.export") else ():
            st.download_button(
                t(f"pivot.{kind}"),
                file_of(f"{PATH}/export?format={kind}", asked),
                file_name=f"pivot.{kind}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"pivot_{kind}",
            )
        save_view(asked, definition, opened)
