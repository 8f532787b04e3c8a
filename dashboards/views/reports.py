"""Reports: ready ones and one's own, opened, made, shown to others and sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.data.catalogue import catalogue, sole_currency
from dashboards.data.reports import library, report, saved, subscriptions
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.report_design import design
from dashboards.parts.report_parameters import parameters_asked
from dashboards.parts.report_sheet import show_sheet
from dashboards.parts.report_versions import show_versions
from dashboards.parts.sharing import act, choices, share_form
from dashboards.session import api, viewer
from dashboards.view import plain_page
from dashboards.words import escaped, label_of, t

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
    mine, ready, sent = st.tabs(names, default=names[0] if saved() else names[1])
    with mine:
        _own(formats)
    with ready:
        _ready()
    with sent:
        _sent(formats)


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
        for place, each in enumerate(listed):
            # A row at a time: on a phone, columns stand under each other.
            if place % _COLUMNS == 0:
                columns = st.columns(_COLUMNS)
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
                _subscribe(found)
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


def _subscribe(found: Mapping[str, Any]) -> None:
    name = st.text_input(t("reports.subscription_name"), found["name"], key="subscription_name")
    cron = st.text_input(t("reports.cron"), "0 7 * * mon-fri", key="subscription_cron", help=t("reports.cron_help"))
    person = viewer()
    zone = st.text_input(t("reports.time_zone"), person.time_zone if person else "UTC", key="subscription_zone")
    kinds = st.multiselect(t("reports.files"), ["xlsx", "pdf", "csv"], key="subscription_files")
    people = choices("/api/user/users", "name")
    me = str(api().get("/api/auth/me")["id"])
    chosen = st.multiselect(
        t("reports.receivers"),
        list({me: t("reports.me"), **people}),
        default=[me],
        format_func=lambda key: people.get(key, t("reports.me")),
        key="subscription_to",
    )
    if st.button(t("reports.subscribe_do"), type="primary", key="subscribe_do"):
        body = {
            "report_id": found["id"],
            "name": name,
            "schedule": {"kind": "cron", "cron": cron, "time_zone": zone},
            "formats": kinds,
            "recipients": [{"user_id": each} for each in chosen],
        }
        act("/api/notify/subscriptions", body, t("reports.subscribed"), told=_TOLD)


def _sent(formats: Formats) -> None:
    found = subscriptions()
    if not found:
        st.info(t("reports.none_sent"), icon=":material/schedule_send:")
    for each in found:
        state = t("reports.next", at=formats.instant(each["due_at"])) if each["following"] else t("reports.ended")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"**{escaped(each['name'])}**  \n:small[{state} · {t('reports.to', count=len(each['recipients']))}]"
            )
            if each["is_active"] and st.button(t("reports.end"), key=f"end_{each['id']}", type="tertiary"):
                act(f"/api/notify/subscriptions/{each['id']}/end", {}, t("reports.ended"), told=_TOLD)
