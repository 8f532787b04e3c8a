"""What is out of line, what may it cost, and what stands behind it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data import watch
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.painting import figures
from dashboards.painting.ranges import expected_range
from dashboards.parts.documents import open_document, thing_of
from dashboards.parts.pager import cursors_of, pager
from dashboards.parts.tables import table
from dashboards.session import locale, viewer
from dashboards.view import plain_page
from dashboards.words import escaped, has_text, label_of, t

Json = Mapping[str, Any]
_STATES = ("open", "explained", "fixed")
_KINDS = ("metric", "document")
_MUTE_DAYS = 30


def show() -> None:
    """Incidents by the money that may be lost."""
    plain_page("watch", _content)


def _content(formats: Formats) -> None:
    look = watch.last_look()
    _head(look, formats)
    with st.container(horizontal=True):
        state = st.segmented_control(
            t("watch.state"), _STATES, default="open", format_func=lambda name: label_of("choice", name), key="state"
        )
        kind = st.segmented_control(
            t("watch.kind"), _KINDS, format_func=lambda name: label_of("choice", name), key="kind"
        )
    cursors = cursors_of("watch", (state, kind))
    found = watch.incidents(state=state, kind=kind, cursor=cursors[-1])
    if not found.items:
        icon = ":material/check_circle:" if look else ":material/hourglass_empty:"
        st.info(t("watch.none" if look else "watch.not_looked"), icon=icon)
        return
    for each in found.items:
        _incident(each, formats)
    pager(
        "watch",
        cursors,
        formats,
        count=len(found.items),
        rows=watch.SHOWN_MAX,
        total=found.total,
        following=found.next_cursor,
    )


def _head(look: Json | None, formats: Formats) -> None:
    with st.container(horizontal=True):
        st.metric(t("watch.open"), formats.number(watch.open_count(), places=0), border=True)
        st.metric(t("watch.last_look"), formats.instant(look["created_at"]) if look else t("watch.never"), border=True)
    if look:
        series = formats.number(look["series_count"], places=0)
        documents = formats.number(look["document_count"], places=0)
        st.caption(t("watch.looked_at", series=series, documents=documents))


def _incident(told: Json, formats: Formats) -> None:
    """One incident: what and how much, and the rest behind a click."""
    with st.container(border=True):
        st.markdown(f"**{escaped(_reason(told))}**")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.badge(label_of("choice", str(told["state"])), color="red" if told["state"] == "open" else "green")
            money = Formats(formats.language, told.get("currency_code"), formats.time_zone)
            st.badge(t("watch.risk", amount=money.money(told["money_at_risk_amount"])), color="orange")
            st.badge(t("watch.score", score=formats.number(told["score"], places=2)), color="gray")
            if told.get("muted_until"):
                st.badge(t("watch.muted", day=formats.day(told["muted_until"])), color="blue")
            days = dict.fromkeys(formats.day(told[name]) for name in ("first_on", "last_on"))
            st.caption(" … ".join(days))
        key = str(told["id"])
        if st.toggle(t("watch.more"), key=f"more-{key}"):
            try:
                _details(watch.incident(key), formats)
            except Problem as problem:
                show_problem(problem, what=t("watch.title"))


def _details(told: Json, formats: Formats) -> None:
    _chart(told)
    _contributions(told, formats)
    _findings(told, formats)
    _documents(told)
    _buttons(told)
    _history(told, formats)


def _chart(told: Json) -> None:
    if not told.get("series"):
        return
    ink = figures.ON_DARK if st.context.theme.type == "dark" else figures.ON_LIGHT
    drawn = expected_range(
        told["series"], marked=str(told["last_on"]), value=t("watch.value"), expected=t("watch.expected"), ink=ink
    )
    st.plotly_chart(drawn, config={"displayModeBar": False}, key=f"range-{told['id']}")


def _contributions(told: Json, formats: Formats) -> None:
    if not told.get("contributions"):
        return
    st.caption(t("watch.contributions"))
    rows = [
        {**each, "dimension": str(each["dimension"]).replace("_", " ").capitalize()} for each in told["contributions"]
    ]
    columns = [
        {"name": "dimension", "label": label_of("field", "dimension"), "type": "text"},
        {"name": "member", "label": label_of("field", "member"), "type": "text"},
        {"name": "share", "label": t("unit.share"), "type": "share", "unit": "share"},
    ]
    table(rows, columns, formats, key=f"contributions-{told['id']}")


def _findings(told: Json, formats: Formats) -> None:
    st.caption(t("watch.findings"))
    for each in told["findings"]:
        share = formats.number(each["score"], places=2)
        st.markdown(f"- {escaped(_reason(each))}  \n  :small[{escaped(str(each['standard']))} · {share}]")


def _documents(told: Json) -> None:
    documents: Sequence[Json] = told.get("documents") or ()
    if not documents:
        return
    st.caption(t("watch.documents"))
    with st.container(horizontal=True):
        for each in documents[:12]:
            thing = thing_of(str(each["type"]))
            if st.button(str(each["number"]), key=f"document-{told['id']}-{each['id']}", icon=":material/description:"):
                open_document(thing, str(each["id"]))


def _buttons(told: Json) -> None:
    person = viewer()
    offered = [verb for verb in ("explain", "fix", "mute", "feedback") if person and person.may(f"incident.{verb}")]
    with st.container(horizontal=True):
        for verb in offered:
            if verb in {"explain", "fix"} and told["state"] == "fixed":
                continue
            with st.popover(label_of("verb", verb)):
                _form(told, verb)


def _form(told: Json, verb: str) -> None:
    with st.form(f"{verb}-{told['id']}", border=False):
        if has_text(f"does.incident.{verb}"):
            st.caption(t(f"does.incident.{verb}"))
        body: dict[str, Any] = {}
        if verb == "mute":
            soon = datetime.now(UTC).date() + timedelta(days=_MUTE_DAYS)
            body["until"] = str(st.date_input(t("watch.until"), value=soon))
            if told.get("documents"):
                body["is_whole_subject"] = st.checkbox(t("watch.mute_whole"))
        if verb == "feedback":
            useful = st.radio(t("watch.was_useful"), (True, False), format_func=_verdict, horizontal=True)
            body["is_useful"] = bool(useful)
        note = st.text_area(t("watch.note"), max_chars=500)
        if st.form_submit_button(label_of("verb", verb)):
            _send(told, verb, {**body, **_noted(verb, note)})


def _noted(verb: str, note: str) -> dict[str, str]:
    if verb == "mute":
        return {"reason": note}
    return {"note": note} if note or verb != "feedback" else {}


def _verdict(is_useful: bool) -> str:  # noqa: FBT001  # what the radio button hands over
    return t("watch.useful") if is_useful else t("watch.useless")


def _send(told: Json, verb: str, body: Json) -> None:
    try:
        watch.answer(str(told["id"]), verb, body)
    except Problem as problem:
        show_problem(problem, what=label_of("verb", verb))
        return
    st.toast(t("watch.done"))
    st.rerun()


def _history(told: Json, formats: Formats) -> None:
    with st.expander(t("watch.history"), icon=":material/history:"):
        for each in sorted(told["events"], key=lambda event: str(event["happened_at"])):
            note = f" — {escaped(str(each['note']))}" if each.get("note") else ""
            st.markdown(f"- {formats.instant(each['happened_at'])} · {_action(str(each['action']))}{note}")


def _action(name: str) -> str:
    return t(f"watch_action.{name}")


def _reason(told: Json) -> str:
    return str(told["reason_zh"] if locale().startswith("zh") else told["reason"])
