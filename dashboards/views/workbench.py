"""Records and documents: look up, write, carry out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import sole_currency
from dashboards.data.records import Declaration, declarations, record
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.forms import forget_form
from dashboards.parts.record import show_record
from dashboards.parts.record_form import write_record
from dashboards.parts.record_list import record_list
from dashboards.view import plain_page
from dashboards.words import label_of, t

_FIRST_MODULES = ("sales", "purchase", "inventory", "scm", "finance")
_FIRST_THINGS = ("order", "purchase_order", "customer", "item")


def show() -> None:
    """The workbench."""
    plain_page("workbench", _content)


def _content(formats: Formats) -> None:
    every = declarations()
    if not every:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    _tell()
    declaration = _choose(every)
    formats = _with_currency(formats, declaration)
    by_path = {each.path: each for each in every.values()}
    record_id = st.query_params.get("id")
    if st.query_params.get("new"):
        _back(declaration)
        write_record(declaration, None, by_path)
    elif record_id:
        _one(declaration, record_id, by_path, formats)
    else:
        record_list(declaration, by_path, formats)


def _with_currency(formats: Formats, declaration: Declaration) -> Formats:
    """Amounts of records that name no currency are in that of the books, where all are kept in one."""
    if any(name.endswith("currency_code") for name in declaration.fields):
        return formats
    return replace(formats, currency=sole_currency())


def _tell() -> None:
    """Say what was just done, and empty the form that did it."""
    told = st.session_state.pop("told", None)
    if told:
        st.toast(told, icon=":material/check_circle:")
    form = st.session_state.pop("forget", None)
    if form:
        forget_form(form)


def _choose(every: Mapping[str, Declaration]) -> Declaration:
    """What the address names; else what was looked at last; else what most come for."""
    asked = st.query_params.get("thing") or st.session_state.get("thing")
    known = sorted(every.values(), key=_place)
    current = every.get(str(asked)) or next((every[name] for name in _FIRST_THINGS if name in every), known[0])
    st.session_state.thing = current.thing
    if st.query_params.get("thing") != current.thing:
        st.query_params["thing"] = current.thing
    chosen = st.selectbox(
        t("workbench.what"),
        [each.thing for each in known],
        index=[each.thing for each in known].index(current.thing),
        format_func=lambda thing: f"{label_of('module', every[thing].module)} · {every[thing].label}",
        key=f"thing_{current.thing}",
        width=380,
        label_visibility="collapsed",
    )
    if chosen != current.thing:
        go("workbench", thing=str(chosen))
    return current


def _place(declaration: Declaration) -> tuple[int, str, str]:
    module = declaration.module
    first = _FIRST_MODULES.index(module) if module in _FIRST_MODULES else len(_FIRST_MODULES)
    return first, label_of("module", module), declaration.label


def _back(declaration: Declaration) -> None:
    if st.button(t("workbench.back", what=declaration.label), icon=":material/arrow_back:", type="tertiary"):
        go("workbench", thing=declaration.thing)


def _one(declaration: Declaration, record_id: str, by_path: Mapping[str, Declaration], formats: Formats) -> None:
    _back(declaration)
    try:
        found = record(declaration.path, record_id)
    except Problem as problem:
        show_problem(problem, what=declaration.label)
        return
    if st.query_params.get("edit"):
        write_record(declaration, found, by_path)
    else:
        show_record(declaration, found, by_path, formats)
