"""A report sent regularly: when, to whom, as which files; and what each receiver would get."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import time
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.reports import letter, subscriptions
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.parts.sharing import act, choices
from dashboards.session import api, viewer
from dashboards.words import escaped, t

_PATH = "/api/notify/subscriptions"
_FILES = ("xlsx", "pdf", "csv")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LAST_DAY_OF_EVERY_MONTH = 28
_WORKING_DAYS_MAX = 23
_MORNING = time(7)
_LETTER_PIXELS = 480


def subscribe(found: Mapping[str, Any], formats: Formats, *, told: str) -> None:
    """The form; what was done is told under a name of the session.  Raises: Problem."""
    name = st.text_input(t("reports.subscription_name"), found["name"], key="subscription_name")
    schedule = _schedule(formats)
    kinds = st.multiselect(
        t("reports.files"), _FILES, format_func=str.upper, placeholder=t("reports.only_link"), key="subscription_files"
    )
    people = choices("/api/user/users", "name")
    me = str(api().get("/api/auth/me")["id"])
    chosen = st.multiselect(
        t("reports.receivers"),
        list({me: t("reports.me"), **people}),
        default=[me],
        format_func=lambda key: t("reports.me") if key == me else people[key],
        key="subscription_to",
    )
    if st.button(t("reports.subscribe_do"), type="primary", key="subscribe_do", disabled=not (name.strip() and chosen)):
        body = {
            "report_id": found["id"],
            "name": name,
            "schedule": schedule,
            "formats": kinds,
            "recipients": [{"user_id": each} for each in chosen],
        }
        act(_PATH, body, t("reports.subscribed"), told=told)


def _schedule(formats: Formats) -> dict[str, Any]:
    """When it is sent, as the server reads it."""
    person = viewer()
    every = st.selectbox(t("reports.when"), list(_SCHEDULES), format_func=_when_words, key="subscription_every")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        schedule = _SCHEDULES[every](formats)
        zone = st.text_input(
            t("reports.time_zone"), person.time_zone if person else "UTC", key="subscription_zone", width=170
        )
    return schedule | {"time_zone": zone}


def _when_words(name: str) -> str:
    return t(f"reports.every_{name}")


def _at() -> time:
    return st.time_input(t("reports.at"), _MORNING, key="subscription_at", width=120)


def _cron(day: str, weekday: str) -> dict[str, Any]:
    at = _at()
    return {"kind": "cron", "cron": f"{at.minute} {at.hour} {day} * {weekday}"}


def _weekly(formats: Formats) -> dict[str, Any]:
    weekday = st.selectbox(
        t("reports.weekday"),
        _WEEKDAYS,
        format_func=lambda name: formats.weekday(_WEEKDAYS.index(name)),
        key="subscription_weekday",
        width=150,
    )
    return _cron("*", str(weekday))


def _monthly(_formats: Formats) -> dict[str, Any]:
    day = st.number_input(t("reports.day"), 1, _LAST_DAY_OF_EVERY_MONTH, 1, key="subscription_day", width=130)
    return _cron(str(day), "*")


def _fiscal(anchor: str) -> dict[str, Any]:
    count = st.number_input(
        t("reports.working_day"), 1, _WORKING_DAYS_MAX, 3, key="subscription_working_day", width=170
    )
    return {"kind": "fiscal", "anchor": anchor, "working_day": int(count), "at": _at().isoformat("minutes")}


def _own_cron(_formats: Formats) -> dict[str, Any]:
    cron = st.text_input(
        t("reports.cron"), "0 7 * * mon-fri", key="subscription_cron", help=t("reports.cron_help"), width=190
    )
    return {"kind": "cron", "cron": cron}


_SCHEDULES: Mapping[str, Callable[[Formats], dict[str, Any]]] = {
    "working_day": lambda _: _cron("*", "mon-fri"),
    "week": _weekly,
    "month": _monthly,
    "period_end": lambda _: _fiscal("period_end"),
    "period_close": lambda _: _fiscal("period_close"),
    "cron": _own_cron,
}


def sent(formats: Formats, *, told: str) -> None:
    """What is sent regularly: when next, to whom, and what they would get.  Raises: Problem."""
    found = subscriptions()
    if not found:
        st.info(t("reports.none_sent"), icon=":material/schedule_send:")
        return
    people = choices("/api/user/users", "name")
    for each in found:
        with st.container(border=True, key=f"sent_{each['id']}"):
            _one(each, people, formats, told=told)


def _one(each: Mapping[str, Any], people: Mapping[str, str], formats: Formats, *, told: str) -> None:
    state = t("reports.next", at=formats.instant(each["following"][0])) if each["following"] else t("reports.ended")
    receivers = {str(one["id"]): _name(one, people) for one in each["recipients"]}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        whom = escaped(", ".join(receivers.values()))
        st.markdown(f"**{escaped(each['name'])}**  \n:small[{state} · {t('reports.to', names=whom)}]")
        if each["is_active"] and st.button(t("reports.end"), key=f"end_{each['id']}", type="tertiary"):
            act(f"{_PATH}/{each['id']}/end", {}, t("reports.ended"), told=told)
    if st.toggle(t("reports.letter"), key=f"letter_{each['id']}"):
        _letter(str(each["id"]), receivers)


def _name(recipient: Mapping[str, Any], people: Mapping[str, str]) -> str:
    return people.get(str(recipient["user_id"])) or recipient["address"] or t("reports.me")


def _letter(subscription_id: str, receivers: Mapping[str, str]) -> None:
    """What a receiver would get now, with that one's rights and in that one's language."""
    whom = next(iter(receivers))
    if len(receivers) > 1:
        whom = st.selectbox(
            t("reports.letter_to"), list(receivers), format_func=receivers.__getitem__, key=f"as_{subscription_id}"
        )
    try:
        with st.skeleton(height=_LETTER_PIXELS):
            told = letter(subscription_id, whom)
    except Problem as problem:
        show_problem(problem, what=t("reports.letter"))
        return
    st.markdown(f"**{escaped(told['subject'])}**")
    if told["files"]:
        st.caption(f":material/attach_file: {escaped(', '.join(told['files']))}")
    # By an address of its own and not as text: what a letter holds has no part in this page.
    st.iframe(f"data:text/html;base64,{b64encode(told['html'].encode()).decode()}", height=_LETTER_PIXELS)
