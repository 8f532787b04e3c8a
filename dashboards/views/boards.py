"""Dashboards: the ready ones of roles and one's own, opened, put together, shown to others, and as they were."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.data.boards import OWN, READY, one, own, ready, versions
from dashboards.failure import show_problem
from dashboards.pages import go
from dashboards.parts.board_design import design, title_of
from dashboards.parts.board_tiles import tiles_of
from dashboards.parts.sharing import share_form
from dashboards.scope import Scope
from dashboards.session import api, viewer
from dashboards.view import numbers_page
from dashboards.words import t

_COLUMNS = 3


def show() -> None:
    """The page."""
    numbers_page("dashboards", _content)


def _content(scope: Scope) -> None:
    told = st.session_state.pop("boards_told", None)
    if told:
        st.toast(told, icon=":material/check_circle:")
    asked = st.query_params
    if "board" in asked:
        _open_ready(asked["board"], scope)
    elif "id" in asked:
        _open_own(asked["id"], scope)
    elif "new" in asked:
        _back()
        design(None)
    else:
        _list()


def _back() -> None:
    if st.button(t("boards.back"), icon=":material/arrow_back:", type="tertiary"):
        go("dashboards")


def _may(right: str) -> bool:
    person = viewer()
    return person is not None and person.may(right)


def _list() -> None:
    if _may("report.create") and st.button(t("boards.new"), icon=":material/add:", type="primary"):
        go("dashboards", new="1")
    st.subheader(t("boards.ready"), anchor=False)
    offered = ready()
    if not offered:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
    for place, each in enumerate(offered):
        # A row at a time: on a phone, columns stand under each other.
        if place % _COLUMNS == 0:
            places = st.columns(_COLUMNS)
        with places[place % _COLUMNS], st.container(border=True, height="stretch", gap="xxsmall"):
            if st.button(each["name"], key=f"board_{each['key']}", type="tertiary", icon=":material/dashboard:"):
                go("dashboards", board=each["key"])
            st.caption(" · ".join(filter(None, map(title_of, each["tiles"]))))
    st.subheader(t("boards.own"), anchor=False)
    mine = own()
    if not mine:
        st.info(t("boards.none"), icon=":material/dashboard_customize:")
    for each in mine:
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button(each["name"], key=f"own_{each['id']}", type="tertiary", icon=":material/dashboard:"):
                go("dashboards", id=str(each["id"]))
            st.caption(t("boards.version", number=each["version"], count=len(each["tiles"])))


def _open_ready(key: str, scope: Scope) -> None:
    found = next((each for each in ready() if each["key"] == key), None)
    with st.container(horizontal=True, vertical_alignment="center"):
        _back()
        if found is not None and _may("report.create") and st.button(t("boards.copy"), icon=":material/content_copy:"):
            made = api().post(f"{READY}/{key}/copy", {}, key=uuid4().hex)
            go("dashboards", id=str(made["id"]), edit="1")
    if found is None:
        st.info(t("boards.gone"), icon=":material/search_off:")
        return
    st.subheader(found["name"], anchor=False)
    tiles_of(f"{READY}/{key}", scope)


def _open_own(dashboard_id: str, scope: Scope) -> None:
    try:
        found = one(dashboard_id)
    except Problem as problem:
        _back()
        show_problem(problem, what=t("dashboards.title"))
        return
    if "edit" in st.query_params and found["may_edit"]:
        _back()
        design(found)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        _back()
        _tools(found, scope)
    st.subheader(found["name"], anchor=False)
    tiles_of(f"{OWN}/{dashboard_id}", scope)


def _tools(found: Mapping[str, Any], scope: Scope) -> None:
    path = f"{OWN}/{found['id']}"
    if found["may_edit"]:
        if st.button(t("boards.edit"), icon=":material/edit:"):
            go("dashboards", id=str(found["id"]), edit="1")
        if _may("report.share"):
            with st.popover(t("reports.share"), icon=":material/share:"):
                share_form(path, has_link=False, told="boards_told")
    with st.popover(t("boards.versions"), icon=":material/history:"):
        _versions(found, scope)
    if found["may_edit"]:
        with st.popover(t("boards.delete"), icon=":material/delete:"):
            st.markdown(t("boards.delete_sure", name=found["name"]))
            if st.button(t("boards.delete"), type="primary", key="board_delete"):
                api().delete(path)
                st.session_state.boards_told = t("boards.deleted")
                go("dashboards")


def _versions(found: Mapping[str, Any], scope: Scope) -> None:
    for each in versions(str(found["id"])):
        with st.container(horizontal=True, vertical_alignment="center"):
            at = scope.formats.instant(each["at"])
            st.caption(t("boards.saved_at", number=each["number"], at=at, count=len(each["tiles"])))
            is_now = each["number"] == found["version"]
            if found["may_edit"] and not is_now and st.button(t("boards.restore"), key=f"restore_{each['number']}"):
                _restore(found, each)


def _restore(found: Mapping[str, Any], version: Mapping[str, Any]) -> None:
    """The tiles of an earlier version become the next one."""
    body = {"name": version["name"], "tiles": version["tiles"]}
    try:
        made = api().patch(f"{OWN}/{found['id']}", body, version=int(found["version"]))
    except Problem as problem:
        show_problem(problem, what=str(version["name"]))
        return
    st.session_state.boards_told = t("reports.saved", number=made["version"])
    st.rerun()
