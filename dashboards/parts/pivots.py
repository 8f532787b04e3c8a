"""The explorer's cross table: asked from the definition in the address, stepped from, and taken along."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, time_of
from dashboards.data.pivots import ask_pivot, file_of
from dashboards.failure import show_problem
from dashboards.parts.documents import ask_documents
from dashboards.parts.pivot_controls import Definition, controls, metric_of
from dashboards.parts.pivot_table import pivot_table
from dashboards.parts.pivot_views import save_view
from dashboards.parts.receipt import receipt
from dashboards.scope import Scope
from dashboards.session import viewer
from dashboards.words import t

_DEFAULT: Mapping[str, Any] = {"metrics": ["net_revenue"], "rows": ["region"], "columns": ["quarter"]}


def explore_pivot(scope: Scope) -> None:
    """Controls, table, and what one can do with the chosen cell."""
    before = _read()
    if st.session_state.pop("pivot_swapped", False):
        before = {**before, "rows": before.get("columns", []), "columns": before.get("rows", [])}
    definition = controls(scope, before)
    _write(definition)
    if not definition.get("metrics"):
        st.info(t("explore.choose"), icon=":material/query_stats:")
        return
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
    _foot(found, asked)
    if chosen is not None:
        _cell(found, asked, definition, chosen, scope)
    with st.expander(t("explore.receipt"), icon=":material/receipt_long:"):
        receipt(Answer([], [], {}, {}, found["evidence"], {}), scope)


def _read() -> Definition:
    try:
        given = json.loads(st.query_params.get("pivot", "") or st.session_state.get("pivot_definition", "{}"))
    except ValueError:
        given = {}
    return given if isinstance(given, dict) and given.get("metrics") else dict(_DEFAULT)


def _write(definition: Definition) -> None:
    text = json.dumps(definition, separators=(",", ":"))
    st.session_state.pivot_definition = text
    if st.query_params.get("pivot") != text:
        st.query_params["pivot"] = text


def _asked(definition: Definition, scope: Scope) -> Definition:
    """The definition with the page's filters and period, which every part of a page obeys."""
    metrics = [metric_of(each) for each in definition["metrics"]]
    whole = {
        **definition,
        "where": [dict(each) for each in scope.where(metrics)],
        "time": time_of(scope.period),
        "compare": scope.period.compare if definition.get("compared") else None,
    }
    return {name: value for name, value in whole.items() if value not in (None, [], {}) and name != "compared"}


def _refused(problem: Problem) -> None:
    """What the server says is wrong, part by part; anything else as on every page."""
    if not problem.fields:
        show_problem(problem, what=t("explore.answer"))
        return
    for reason in problem.fields.values():
        st.warning(reason, icon=":material/rule:")


def _foot(found: Mapping[str, Any], asked: Definition) -> None:
    person = viewer()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("pivot.cells", rows=len(found["rows"]), columns=len(found["columns"])))
        for kind in ("xlsx", "csv") if person and person.may("metric.export") else ():
            st.download_button(
                t(f"pivot.{kind}"),
                partial(file_of, asked, kind),
                file_name=f"pivot.{kind}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
                key=f"pivot_{kind}",
            )
        save_view(asked)


def _cell(
    found: Mapping[str, Any], asked: Definition, definition: Definition, chosen: tuple[int, int, str], scope: Scope
) -> None:
    """What leads on from the chosen cell: its documents, one level down or across, and folding its row."""
    row, column = found["rows"][chosen[0]], found["columns"][chosen[1]]
    measure = next(each for each in found["metrics"] if each["name"] == chosen[2])
    cell = {
        name: member for header in (row, column) for name, member in header["keys"].items() if header["others"] != name
    }
    said: Mapping[str, Any] = next(
        (each for each in asked["metrics"] if not isinstance(each, str) and each["name"] == chosen[2]), {}
    )
    with st.container(horizontal=True, vertical_alignment="bottom", border=True):
        st.markdown(" · ".join([str(measure["label"]), *(str(each or t("table.blank")) for each in cell.values())]))
        if st.button(t("pivot.documents"), icon=":material/description:", key="pivot_documents"):
            where = [*found["where"][len(asked.get("where", ())) :], *row["where"], *column["where"]]
            told = {"window": said.get("window"), **{name: asked.get(name) for name in ("attributes", "buckets")}}
            ask_documents(str(measure["metric"]), cell, scope, where=where, told=told)
        offered = [name for name in scope.catalogue.shared([str(measure["metric"])]) if name not in cell]
        offered += [name for name in scope.catalogue.grains if name not in cell]
        st.selectbox(t("pivot.drill_to"), offered, format_func=scope.catalogue.label, key="pivot_to", width=220)
        st.button(
            t("pivot.drill"),
            icon=":material/arrow_downward:",
            on_click=_drill,
            args=(definition, {name: row["keys"][name] for name in row["keys"] if row["others"] != name}),
            key="pivot_drill",
        )
        if 0 < row["level"] < len(found["query"].get("rows", [])) or row["is_collapsed"]:
            st.button(
                t("pivot.fold"),
                icon=":material/unfold_less:",
                on_click=_fold,
                args=(definition, row["keys"]),
                key="pivot_fold",
            )


def _drill(definition: Definition, members: Mapping[str, Any]) -> None:
    """The chosen dimension below the members of the row, whose siblings are left alone."""
    rows = [*members, str(st.session_state.pivot_to)]
    kept = [name for name in definition.get("columns", []) if name not in rows]
    _keep({**definition, "rows": rows, "columns": kept, "collapsed": [], "sort": [], "top": []})


def _fold(definition: Definition, keys: Mapping[str, Any]) -> None:
    """Fold a row's members away, or show them again."""
    folded = [dict(each) for each in definition.get("collapsed", [])]
    this = dict(keys)
    _keep({**definition, "collapsed": [each for each in folded if each != this] if this in folded else [*folded, this]})


def _keep(definition: Definition) -> None:
    text = json.dumps({name: value for name, value in definition.items() if value != []}, separators=(",", ":"))
    st.session_state.pivot_definition = text
    st.query_params["pivot"] = text
    for name in [name for name in st.session_state if str(name).startswith(("pivot_rows_", "pivot_columns_"))]:
        del st.session_state[name]
