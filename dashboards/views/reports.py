"""Reports: ready ones and one's own, opened, made, shown to others and sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.data.catalogue import catalogue, sole_currency
from dashboards.data.reports import library, report, saved
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.report_design import design
from dashboards.parts.report_parameters import parameters_asked
from dashboards.parts.report_sheet import show_sheet
from dashboards.parts.report_versions import show_versions
from dashboards.parts.sharing import share_form
from dashboards.parts.subscription import sent, subscribe
from dashboards.session import api, viewer
from dashboards.view import plain_page
from dashboards.words import label_of, t

_TOLD = "reports_told"
_COLUMNS = 3
_AREAS = ("sales", "purchase", "stock", "production", "project", "finance", "hr")


def show() -> None:
    """The page."""
    plain_page("reports", _content)


def _content(formats: Formats) -> None:
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.toast(told, icon=":material/check_circle:")
    asked = st.query_params
    formats = replace(formats, currency=sole_currency())
    if "library" in asked:
        _open_template(asked["library"], formats)
    elif "id" in asked:
        _open_saved(asked["id"], formats)
    elif "new" in asked:
        _back()
        design(catalogue(), None, formats)
    else:
        _list(formats)


def _back() -> None:
    if st.button(t("reports.back"), icon=":material/arrow_back:", type="tertiary"):
        go("reports")


def _list(formats: Formats) -> None:
    person = viewer()
    if person and person.may("report.create") and st.button(t("reports.new"), icon=":material/add:", type="primary"):
        go("reports", new="1")
    names = [t("reports.own"), t("reports.library"), t("reports.sent")]
    # Who has none of the own yet looks for a ready one.
    mine, ready, on_its_way = st.tabs(names, default=names[0] if saved() else names[1])
    with mine:
        _own(formats)
    with ready:
        _ready()
    with on_its_way:
        sent(formats, told=_TOLD)


def _own(formats: Formats) -> None:
    found = saved()
    if not found:
        st.info(t("reports.none"), icon=":material/description:")
    for each in found:
        with st.container(horizontal=True, vertical_alignment="center", key=f"own_{each['id']}"):
            if st.button(each["name"], key=f"open_{each['id']}", type="tertiary", icon=":material/description:"):
                go("reports", id=each["id"])
            at = formats.instant(each["updated_at"]) if each["updated_at"] else ""
            st.caption(t("reports.version", number=each["definition_version"], at=at))


def _ready() -> None:
    found = library()
    if not found:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    wanted = st.text_input(t("reports.search"), key="library_search", placeholder=t("reports.search_hint"))
    for area in _AREAS:
        listed = [each for each in found if each["area"] == area and (wanted or "").lower() in each["name"].lower()]
        if not listed:
            continue
        st.subheader(label_of("area", area), anchor=False)
        with st.container(gap=None):
            _ready_of(listed)


def _ready_of(listed: Sequence[Mapping[str, Any]]) -> None:
    for place, each in enumerate(listed):
        # A row at a time: on a phone, columns stand under each other.
        if place % _COLUMNS == 0:
            columns = st.columns(_COLUMNS, gap=None)
        with columns[place % _COLUMNS]:
            if st.button(each["name"], key=f"ready_{each['key']}", type="tertiary", icon=":material/table_chart:"):
                go("reports", library=each["key"])


def _open_template(key: str, formats: Formats) -> None:
    _back()
    found = next((each for each in library() if each["key"] == key), None)
    if found is None:
        st.info(t("reports.gone"), icon=":material/search_off:")
        return
    st.subheader(found["name"], anchor=False)
    person = viewer()
    if person and person.may("report.create") and st.button(t("reports.copy"), icon=":material/content_copy:"):
        made = api().post(f"/api/report/library/{key}/copy", {}, key=uuid4().hex)
        go("reports", id=made["id"])
    show_sheet(f"/api/report/library/{key}", {}, formats)


def _open_saved(report_id: str, formats: Formats) -> None:
    _back()
    found = report(report_id)
    st.subheader(found["name"], anchor=False)
    person = viewer()
    if "edit" in st.query_params and found["may_edit"]:
        design(catalogue(), found, formats)
        return
    with st.container(horizontal=True):
        if found["may_edit"] and st.button(t("reports.edit"), icon=":material/edit:"):
            go("reports", id=report_id, edit="1")
        if person and person.may("report.share"):
            with st.popover(t("reports.share"), icon=":material/share:"):
                share_form(f"/api/report/reports/{report_id}", has_link=True, told=_TOLD)
        with st.popover(t("boards.versions"), icon=":material/history:"):
            show_versions(found, formats)
        if person and person.may("report.create"):
            with st.popover(t("reports.subscribe"), icon=":material/schedule_send:"):
                subscribe(found, formats, told=_TOLD)
    body: dict[str, Any] = parameters_asked(found["definition"])
    earlier = _earlier(found, formats)
    show_sheet(f"/api/report/reports/{report_id}", body | earlier, formats)


def _earlier(found: Mapping[str, Any], formats: Formats) -> dict[str, int]:
    """The earlier version that the address names, said to be one."""
    asked = st.query_params.get("version", "")
    if not asked.isdecimal() or int(asked) == found["definition_version"]:
        return {}
    st.info(t("reports.earlier", number=formats.number(asked)), icon=":material/history:")
    return {"version": int(asked)}
