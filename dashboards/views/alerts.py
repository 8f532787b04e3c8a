"""What is watched, what was found, and what one was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.data.catalogue import catalogue
from dashboards.data.reports import breaches, notices, rules
from dashboards.failure import show_problem
from dashboards.formats import EMPTY, Formats
from dashboards.session import api, viewer
from dashboards.view import plain_page
from dashboards.words import t


def show() -> None:
    """The page."""
    plain_page("alerts", _content)


def _content(formats: Formats) -> None:
    watched, found, told = st.tabs([t("alerts.watched"), t("alerts.found"), t("alerts.told")])
    with watched:
        _watched(formats)
    with found:
        _found(formats)
    with told:
        _told(formats)


def _watched(formats: Formats) -> None:
    person = viewer()
    if person and person.may("alert.manage"):
        with st.expander(t("alerts.new"), icon=":material/add_alert:"):
            _new()
    listed = rules()
    if not listed:
        st.info(t("alerts.none"), icon=":material/notifications_off:")
    for each in listed:
        _rule(each, formats)


def _rule(rule: Mapping[str, Any], formats: Formats) -> None:
    colour: Any = {"ok": "green", "breached": "red"}.get(rule["state"], "gray")
    with st.container(border=True, key=f"rule_{rule['id']}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{rule['name']}**")
            st.badge(t(f"alerts.state_{rule['state']}"), color=colour)
            if rule["muted_until"]:
                st.caption(t("alerts.muted", at=formats.instant(rule["muted_until"])))
        for breach in rule["open_breaches"]:
            where = f"{breach['member']}: " if breach["member"] else ""
            st.markdown(
                f"{where}**{breach['figure'] or t('alerts.no_figure')}** · {t('alerts.expected')} {breach['expected']}"
            )
        if rule["error"]:
            st.warning(rule["error"], icon=":material/report:")
        if rule["checked_at"]:
            st.caption(
                t("alerts.checked", at=formats.instant(rule["checked_at"]), version=rule["data_version"] or EMPTY)
            )
        person = viewer()
        if (
            person
            and person.may("alert.manage")
            and st.button(t("alerts.end"), key=f"end_{rule['id']}", type="tertiary")
        ):
            _act(f"/api/notify/alert-rules/{rule['id']}/end", {})


def _new() -> None:
    known = catalogue()
    name = st.text_input(t("alerts.name"), key="rule_name")
    metric = st.selectbox(
        t("alerts.metric"), sorted(known.metrics, key=known.label), format_func=known.label, key="rule_metric"
    )
    left, right = st.columns(2)
    above = left.text_input(t("alerts.above"), key="rule_above")
    below = right.text_input(t("alerts.below"), key="rule_below")
    if st.button(t("alerts.save"), type="primary", key="rule_save", disabled=not name):
        bounds = {bound: typed for bound, typed in (("above", above), ("below", below)) if typed}
        body = {"name": name, "kind": "threshold", "definition": {"metric": metric, **bounds}}
        _act("/api/notify/alert-rules", body)


def _found(formats: Formats) -> None:
    listed = breaches()
    if not listed:
        st.info(t("alerts.nothing_found"), icon=":material/check_circle:")
        return
    names = {str(each["id"]): str(each["name"]) for each in rules()}
    for each in listed:
        until = formats.instant(each["closed_at"]) if each["closed_at"] else t("alerts.open")
        what = f"**{names.get(each['rule_id'], EMPTY)}** {each['member']}"
        figure = f"{each['figure'] or t('alerts.no_figure')} · {t('alerts.expected')} {each['expected']}"
        st.markdown(f"{what}  \n{figure}  \n:small[{formats.instant(each['opened_at'])} → {until}]")


def _told(formats: Formats) -> None:
    listed = notices()
    if not listed:
        st.info(t("alerts.nothing_told"), icon=":material/mark_email_read:")
    for each in listed:
        with st.container(border=True):
            st.markdown(f"**{each['title']}** :small[{formats.instant(each['created_at'])}]")
            st.text(each["body"])
            if each["read_at"] is None and st.button(t("alerts.read"), key=f"read_{each['id']}", type="tertiary"):
                _act(f"/api/notify/notices/{each['id']}/read", {})


def _act(path: str, body: Mapping[str, Any]) -> None:
    try:
        api().post(path, body, key=uuid4().hex)
    except Problem as problem:
        show_problem(problem)
        return
    st.rerun()
