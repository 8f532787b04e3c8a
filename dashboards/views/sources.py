"""What reports read: the marts with their load and owner, and sources outside, added, tested, opened and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.data.reports import report
from dashboards.data.sources import PATH, sources
from dashboards.failure import show_problem
from dashboards.formats import EMPTY, Formats
from dashboards.pages import go
from dashboards.parts.rows_design import design_rows
from dashboards.parts.source_form import may_write, source_form
from dashboards.parts.tables import table
from dashboards.session import api, viewer
from dashboards.view import plain_page
from dashboards.words import t

_TOLD = "sources_told"
_COLUMNS = (("name", "text"), ("owner", "text"), ("loaded_at", "text"), ("data_version", "text"))


def show() -> None:
    """The page."""
    plain_page("sources", _content)


def _content(formats: Formats) -> None:
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.toast(told, icon=":material/check_circle:")
    asked = st.query_params
    if "source" in asked:
        _open(asked["source"], asked.get("report"), formats)
        return
    found = sources()
    person = viewer()
    may_manage = person is not None and person.may("source.manage")
    if person is not None and person.may("source.read"):
        _outside([each for each in found if each["kind"] != "mart"], formats, may_manage=may_manage)
    if may_manage:
        with st.expander(t("sources.new"), icon=":material/add_link:"):
            source_form(_TOLD)
    _marts([each for each in found if each["kind"] == "mart"], formats)


def _outside(found: Sequence[Mapping[str, Any]], formats: Formats, *, may_manage: bool) -> None:
    st.subheader(t("sources.outside"), anchor=False)
    if not found:
        st.info(t("sources.none" if may_manage else "sources.none_yet"), icon=":material/link_off:")
    for each in found:
        with st.container(border=True, key=f"source_{each['name']}"):
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(each["label"], key=f"open_{each['name']}", type="tertiary", icon=":material/database:"):
                    go("sources", source=each["name"])
                st.badge(t(f"sources.is_{each['kind']}"), color="blue")
                st.caption(t("sources.tested", at=formats.instant(each["tested_at"]), owner=each["owner"]))
            st.caption(" · ".join(part for part in (_where(each["settings"]), each["description"]) if part))
            if may_manage:
                _tools(each)


def _where(settings: Mapping[str, Any]) -> str:
    """Where a source is, in one line."""
    if "host" in settings:
        return f"{settings['username']}@{settings['host']}:{settings['port']}/{settings['database']}"
    return str(settings.get("url") or t("sources.kept_here"))


def _tools(each: Mapping[str, Any]) -> None:
    with st.container(horizontal=True):
        if st.button(t("sources.test"), key=f"test_{each['name']}", icon=":material/network_check:"):
            _act(lambda: api().post(f"{PATH}/{each['id']}/test", {}, key=uuid4().hex), each, "sources.answered")
        with st.popover(t("sources.remove"), icon=":material/delete:", key=f"remove_{each['name']}"):
            st.markdown(t("sources.remove_sure", name=each["label"]))
            if st.button(t("sources.remove"), key=f"remove_do_{each['name']}", type="primary"):
                _act(lambda: api().delete(f"{PATH}/{each['id']}"), each, "sources.removed")


def _act(work: Any, each: Mapping[str, Any], words: str) -> None:
    try:
        made = work()
    except Problem as problem:
        show_problem(problem, what=str(each["label"]))
        for reason in problem.fields.values():
            st.error(reason, icon=":material/error:")
        return
    st.session_state[_TOLD] = t(words, name=each["label"], count=(made or {}).get("tables", 0)) + may_write(made)
    st.rerun()


def _marts(found: Sequence[Mapping[str, Any]], formats: Formats) -> None:
    st.subheader(t("sources.marts"), anchor=False)
    if not found:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    rows = [{**each, "loaded_at": formats.instant(each["loaded_at"]) if each["loaded_at"] else EMPTY} for each in found]
    columns = [{"name": name, "label": t(f"sources.c_{name}"), "type": kind} for name, kind in _COLUMNS]
    picked = table(rows, columns, formats, key="table_marts", is_door=True, rows_shown=40)
    st.caption(t("sources.marts_note"))
    if picked is not None:
        go("sources", source=str(picked.row["name"]))


def _open(name: str, report_id: str | None, formats: Formats) -> None:
    if st.button(t("sources.back"), icon=":material/arrow_back:", type="tertiary"):
        go("sources")
    st.subheader(name, anchor=False)
    try:
        design_rows(name, report(report_id) if report_id else None, formats)
    except Problem as problem:
        show_problem(problem, what=name)
