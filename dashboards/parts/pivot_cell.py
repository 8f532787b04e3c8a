"""What leads on from a chosen cell: its documents, another cut of it, the page narrowed to it, its order, its fold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.pivots import step_from
from dashboards.failure import show_problem
from dashboards.parts.documents import ask_documents
from dashboards.parts.pivot_filters import own_conditions
from dashboards.parts.pivot_words import Definition, name_of
from dashboards.periods import days_of_bucket
from dashboards.scope import Scope, choose, written_filters
from dashboards.words import t

_KEPT = frozenset({"pivot_definition", "pivot_trail", "pivot_swapped"})
TRAIL_MAX = 20

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A cell of an answer, and the definition that it was asked by."""

    found: Json
    asked: Json
    definition: Definition
    row: Json
    column: Json
    measure: Json

    @property
    def members(self) -> dict[str, Any]:
        """What names the cell, the others aside: they are no member."""
        headers = (self.row, self.column)
        return {name: each for part in headers for name, each in part["keys"].items() if part["others"] != name}

    @property
    def is_of_others(self) -> bool:
        """Whether it stands for what a top leaves out."""
        return bool(self.row["others"] or self.column["others"])

    @property
    def said(self) -> Json:
        """What the definition says of the cell's measure."""
        measures = (each for each in self.asked["metrics"] if not isinstance(each, str))
        return next((each for each in measures if name_of(each) == self.measure["name"]), {})


def show_cell(cell: Chosen, scope: Scope) -> None:
    """The ways on from a cell."""
    with st.container(horizontal=True, vertical_alignment="bottom", border=True, key="pivot_cell"):
        members = [_member(name, each, scope) for name, each in cell.members.items()]
        st.markdown(" · ".join([f"**{cell.measure['label']}**", *members]))
        if st.button(t("pivot.documents"), icon=":material/description:", key="pivot_documents"):
            _documents(cell, scope)
        _drill(cell, scope)
        if any(each is not None for each in cell.members.values()) and not cell.is_of_others:
            st.button(
                t("pivot.only"),
                icon=":material/filter_alt:",
                help=t("pivot.only_help"),
                on_click=_only,
                args=(cell.members, scope),
                key="pivot_only",
            )
        _sort_and_fold(cell)


def _member(name: str, member: Any, scope: Scope) -> str:
    return t("table.blank") if member is None else scope.formats.bucket(member, name)


def _documents(cell: Chosen, scope: Scope) -> None:
    own = own_conditions(cell.definition)
    asked = len(cell.asked.get("where", ()))
    where = [*own, *cell.found["where"][asked:], *cell.row["where"], *cell.column["where"]]
    told = {"window": cell.said.get("window"), "time": cell.definition.get("time")}
    told |= {name: cell.asked.get(name) for name in ("attributes", "buckets")}
    ask_documents(str(cell.measure["metric"]), cell.members, scope, where=where, told=told)


def _drill(cell: Chosen, scope: Scope) -> None:
    """Down to another dimension of the cell alone, or up a hierarchy; what is left out has no such step."""
    if cell.is_of_others:
        return
    members = cell.members
    known = scope.catalogue
    below = [level for name in members for level in known.below(name) if level not in members]
    others = [*known.shared([str(cell.measure["metric"])]), *known.grains]
    offered = list(dict.fromkeys([*(each for each in below if each in others), *others]))
    offered = [name for name in offered if name not in members]
    to = st.selectbox(t("pivot.drill_to"), offered, format_func=known.label, key=f"pivot_to_{offered[0]}", width=220)
    if st.button(t("pivot.drill"), icon=":material/arrow_downward:", key="pivot_drill") and to:
        _step(cell, members, "across", to)
    last = (cell.asked.get("rows") or [""])[-1]
    above = known.above(last)
    if above is not None and st.button(
        t("pivot.up", level=known.label(above)), icon=":material/arrow_upward:", key="pivot_up"
    ):
        _step(cell, {}, "up", above)


def _step(cell: Chosen, members: Json, direction: str, to: str) -> None:
    """Go to the table that the server says a step leads to; its total is the figure one comes from."""
    try:
        query = step_from(cell.asked, members, direction, to)["query"]
    except Problem as problem:
        show_problem(problem, what=t("explore.answer"))
        return
    of_page = len(cell.asked.get("where", ())) - len(own_conditions(cell.definition))
    next_one = {**cell.definition, "rows": query["rows"], "columns": query.get("columns", [])}
    next_one |= {"where": query.get("where", [])[of_page:], "parameters": [], "sort": [], "top": [], "collapsed": []}
    if query.get("time") != cell.asked.get("time"):
        next_one["time"] = query["time"]
    keep(next_one)
    st.rerun()


def _only(members: Json, scope: Scope) -> None:
    """The whole page, and every other one, shows these members alone; days of a period become the page's days."""
    named = {
        name: [str(each)] for name, each in members.items() if each is not None and name not in scope.catalogue.grains
    }
    if named:
        choose(filter=written_filters({**scope.filters, **named}))
    periods = [(name, str(each)) for name, each in members.items() if name in scope.catalogue.grains and each]
    days = [found for name, each in periods if (found := days_of_bucket(each, name)) is not None]
    if days:
        start, end = max(start for start, _ in days), min(end for _, end in days)
        choose(period="custom", **{"from": start.isoformat(), "to": end.isoformat()})


def _sort_and_fold(cell: Chosen) -> None:
    if cell.definition.get("rows"):
        st.button(
            t("pivot.sort_column"),
            icon=":material/sort:",
            on_click=keep,
            args=(_sorted_by(cell),),
            key="pivot_sort_column",
        )
    if 0 < cell.row["level"] < len(cell.found["query"].get("rows", [])) or cell.row["is_collapsed"]:
        words = "pivot.unfold" if cell.row["is_collapsed"] else "pivot.fold"
        icon = "unfold_more" if cell.row["is_collapsed"] else "unfold_less"
        st.button(
            t(words),
            icon=f":material/{icon}:",
            on_click=keep,
            args=(_folded(cell),),
            key="pivot_fold",
        )


def _sorted_by(cell: Chosen) -> Definition:
    """Rows by the figures of the chosen column; the same column again turns the order round."""
    by = str(cell.measure["name"])
    names = [name_of(each) for each in cell.definition["metrics"]]
    by = by if by in names else str(cell.measure["metric"])
    before: Json = next(iter(cell.definition.get("sort", ())), {})
    at = {name: each if each is None else str(each) for name, each in cell.column["keys"].items()}
    is_same = before.get("by") == by and (before.get("at") or {}) == at
    turned = not before.get("descending", True) if is_same else True
    sort = {"by": by, "descending": turned, "nested": before.get("nested", True), **({"at": at} if at else {})}
    return {**cell.definition, "sort": [sort]}


def _folded(cell: Chosen) -> Definition:
    """Fold a row's members away, or show them again."""
    folded, this = [dict(each) for each in cell.definition.get("collapsed", [])], dict(cell.row["keys"])
    rest = [each for each in folded if each != this] if this in folded else [*folded, this]
    return {**cell.definition, "collapsed": rest}


def keep(definition: Definition) -> None:
    """Make a definition the one that is looked at; the one before can be gone back to."""
    trail = st.session_state.setdefault("pivot_trail", [])
    before = st.session_state.get("pivot_definition")
    if before:
        st.session_state.pivot_trail = [*trail, before][-TRAIL_MAX:]
    _take(json.dumps({name: value for name, value in definition.items() if value != []}, separators=(",", ":")))


def go_back() -> None:
    """The table before the last step."""
    *trail, last = st.session_state.pivot_trail
    st.session_state.pivot_trail = trail
    _take(last)


def _take(text: str) -> None:
    st.session_state.pivot_definition = text
    st.query_params["pivot"] = text
    for name in [name for name in st.session_state if str(name).startswith("pivot_") and name not in _KEPT]:
        del st.session_state[name]
