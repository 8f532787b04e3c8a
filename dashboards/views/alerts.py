"""What is watched, what was found, and what one was told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.data.reports import breaches, notices, rules
from dashboards.formats import EMPTY, Formats
from dashboards.pages import link
from dashboards.parts.alert_rule import act, new_rule
from dashboards.session import viewer
from dashboards.view import plain_page
from dashboards.words import escaped, t

_SEVERITY_COLOURS: Mapping[str, Any] = {"info": "gray", "warning": "orange", "critical": "red"}


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
            new_rule()
    listed = rules()
    if not listed:
        st.info(t("alerts.none"), icon=":material/notifications_off:")
    for each in listed:
        _rule(each, formats)


def _rule(rule: Mapping[str, Any], formats: Formats) -> None:
    colour: Any = {"ok": "green", "breached": "red"}.get(rule["state"], "gray")
    with st.container(border=True, key=f"rule_{rule['id']}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{escaped(rule['name'])}**")
            st.badge(t(f"alerts.state_{rule['state']}"), color=colour)
            st.badge(t(f"alerts.severity_{rule['severity']}"), color=_SEVERITY_COLOURS[rule["severity"]])
            st.caption(t("alerts.version", number=rule["definition_version"]))
            if rule["muted_until"]:
                st.caption(t("alerts.muted", at=formats.instant(rule["muted_until"])))
        for breach in rule["open_breaches"]:
            where = f"{breach['member']}: " if breach["member"] else ""
            st.markdown(f"{where}{_figure(breach)}")
        _answers(rule)
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
            act(f"/api/notify/alert-rules/{rule['id']}/end", {})


def _answers(rule: Mapping[str, Any]) -> None:
    """What one can do about open breaches: say that one looks at them, and see the requests of that time."""
    if not rule["open_breaches"]:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if all(each["acknowledged_at"] for each in rule["open_breaches"]):
            st.caption(t("alerts.acknowledged"))
        elif st.button(t("alerts.acknowledge"), key=f"acknowledge_{rule['id']}", icon=":material/visibility:"):
            act(f"/api/notify/alert-rules/{rule['id']}/acknowledge", {})
        link("monitoring", t("alerts.traces"), icon=":material/account_tree:", breach=rule["open_breaches"][0]["id"])


def _figure(breach: Mapping[str, Any]) -> str:
    """The figure beside what was expected, or why the reader is not told it."""
    if breach["withheld"]:
        return escaped(str(breach["withheld"]))
    return f"**{breach['figure'] or t('alerts.no_figure')}** · {t('alerts.expected')} {breach['expected']}"


def _found(formats: Formats) -> None:
    listed = breaches()
    if not listed:
        st.info(t("alerts.nothing_found"), icon=":material/check_circle:")
        return
    names = {str(each["id"]): str(each["name"]) for each in rules()}
    for each in listed:
        until = formats.instant(each["closed_at"]) if each["closed_at"] else t("alerts.open")
        what = f"**{names.get(each['rule_id'], EMPTY)}** {each['member']}"
        figure = _figure(each)
        st.markdown(f"{what}  \n{figure}  \n:small[{formats.instant(each['opened_at'])} → {until}]")


def _told(formats: Formats) -> None:
    listed = notices()
    if not listed:
        st.info(t("alerts.nothing_told"), icon=":material/mark_email_read:")
    for each in listed:
        with st.container(border=True):
            st.markdown(f"**{escaped(each['title'])}** :small[{formats.instant(each['created_at'])}]")
            st.text(each["body"])
            if each["read_at"] is None and st.button(t("alerts.read"), key=f"read_{each['id']}", type="tertiary"):
                act(f"/api/notify/notices/{each['id']}/read", {})
