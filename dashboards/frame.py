"""Around every page: who is signed in, what is looked at, and how fresh and sound the figures are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards.client import Problem
from dashboards.data.catalogue import Company, members
from dashboards.data.metrics import health
from dashboards.failure import show_problem, word_for_code
from dashboards.formats import Formats
from dashboards.pages import link
from dashboards.periods import COMPARISONS, PRESETS
from dashboards.scope import Scope, choose, written_filters
from dashboards.session import api, locale, sign_out, switch_tenant, viewer
from dashboards.words import LANGUAGES, t

FOLDER = Path(__file__).parent
_REFRESH_SECONDS = 5.0
_FILTERS = ("customer", "customer_category", "item", "item_category", "region", "salesperson", "supplier", "warehouse")


def style() -> None:
    """What the theme cannot say."""
    st.html(FOLDER / "style.css")


def sidebar() -> None:
    """Below the navigation: language, person, sign-out."""
    person = viewer()
    with st.sidebar, st.container(key="person"):
        choose_language()
        if person:
            st.markdown(f"**{person.name}**  \n:small[{person.tenant}]")
            _choose_tenant()
            _join_login()
            st.button(t("frame.sign_out"), icon=":material/logout:", type="tertiary", on_click=sign_out)


def choose_language() -> None:
    """A switch between the languages we speak."""
    st.segmented_control(
        t("frame.language"),
        list(LANGUAGES),
        default=locale(),
        format_func=LANGUAGES.__getitem__,
        key="language",
        required=True,
        label_visibility="collapsed",
        on_change=_take_language,
    )


def _take_language() -> None:
    st.session_state.locale = st.session_state.language


def _choose_tenant() -> None:
    """Where a login leads into several tenants: which of them is looked at."""
    client = api()
    names = {str(each["slug"]): str(each["name"]) for each in client.tenants}
    if len(names) > 1:
        slugs = list(names)
        st.selectbox(
            t("frame.tenant"),
            slugs,
            index=slugs.index(str(client.tenant.get("slug"))),
            format_func=names.__getitem__,
            key="choice_tenant",
            label_visibility="collapsed",
            on_change=_take_tenant,
        )
    refused = st.session_state.pop("tenant_refused", None)
    if refused:
        st.error(refused, icon=":material/block:")


def _take_tenant() -> None:
    try:
        switch_tenant(st.session_state.choice_tenant)
    except Problem as problem:
        del st.session_state["choice_tenant"]
        st.session_state.tenant_refused = word_for_code(problem)


def _join_login() -> None:
    """Another login of the same person, in another tenant: from then on one signs in once for both."""
    with st.popover(t("frame.join"), icon=":material/add_link:", type="tertiary"):
        st.caption(t("frame.join_what"))
        with st.form("join_form", border=False, clear_on_submit=True):
            username = st.text_input(t("sign_in.username"), autocomplete="off", key="join_username")
            password = st.text_input(t("sign_in.password"), type="password", autocomplete="off", key="join_password")
            if not st.form_submit_button(t("frame.join_send")):
                return
        if not username or not password:
            st.warning(t("sign_in.incomplete"), icon=":material/edit:")
            return
        try:
            api().join(username, password)
        except Problem as problem:
            st.error(word_for_code(problem), icon=":material/block:")
            return
        st.rerun()


def head() -> DeltaGenerator:
    """The place for a page's name and, beside it where there is room, what its tiles obey."""
    return st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", key="head")


def header(name: str) -> None:
    """The page's name and the question it answers."""
    with st.container(key="page_title", gap="xxsmall", width="content"):
        st.title(t(f"{name}.title"), anchor=False)
        st.caption(t(f"{name}.question"))


def top_bar(scope: Scope, preset: str) -> None:
    """Company, period, comparison and filters: every tile obeys them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="top_bar", gap="small", width="content"):
        if len(scope.companies) > 1:
            _choose_company(scope)
        _choose_period(scope, preset)
        _choose_comparison(scope)
        _choose_filters(scope)


def _choose_company(scope: Scope) -> None:
    codes = [each.code for each in scope.companies]
    if len({each.currency for each in scope.companies}) == 1:
        codes = ["", *codes]
    names = {each.code: each.name for each in scope.companies}
    st.selectbox(
        t("frame.company"),
        codes,
        index=codes.index(scope.company.code) if scope.company else 0,
        format_func=lambda code: names.get(code) or t("frame.all_companies"),
        key="choice_company",
        label_visibility="collapsed",
        on_change=lambda: choose(company=st.session_state.choice_company),
        width=200,
    )


def _choose_period(scope: Scope, preset: str) -> None:
    st.selectbox(
        t("frame.period"),
        PRESETS,
        index=PRESETS.index(preset),
        format_func=lambda name: t(f"period.{name}"),
        key="choice_period",
        label_visibility="collapsed",
        on_change=_take_period,
        args=(scope.period.start, scope.period.end),
        width=170,
    )
    if preset == "custom":
        st.date_input(
            t("frame.days"),
            (scope.period.start, scope.period.end),
            key="choice_days",
            label_visibility="collapsed",
            on_change=_take_days,
            format="YYYY-MM-DD",
            width=230,
        )


def _take_period(start: date, end: date) -> None:
    preset = st.session_state.choice_period
    is_custom = preset == "custom"
    days = {"from": start.isoformat() if is_custom else None, "to": end.isoformat() if is_custom else None}
    choose(period=preset, **days)


def _take_days() -> None:
    days = st.session_state.choice_days
    if len(days) == 2:  # noqa: PLR2004  # both ends are chosen
        choose(period="custom", **{"from": days[0].isoformat(), "to": days[1].isoformat()})


def _choose_comparison(scope: Scope) -> None:
    st.selectbox(
        t("frame.compare"),
        COMPARISONS,
        index=COMPARISONS.index(scope.period.compare or "none"),
        format_func=lambda name: t(f"compare.{name}"),
        key="choice_compare",
        label_visibility="collapsed",
        on_change=lambda: choose(compare=st.session_state.choice_compare),
        width=190,
    )


def _choose_filters(scope: Scope) -> None:
    names = [name for name in _FILTERS if name in scope.catalogue.dimensions]
    if not names:
        return
    count = sum(map(len, scope.filters.values()))
    label = t("frame.filters_set", count=count) if count else t("frame.filters")
    with st.popover(label, icon=":material/filter_list:", type="primary" if count else "secondary"):
        used = [name for name in scope.filters if name in names]
        name = st.selectbox(
            t("frame.filter_by"),
            names,
            index=names.index(used[0]) if used else 0,
            format_func=scope.catalogue.label,
            key="choice_filter_by",
        )
        _choose_members(scope, str(name))
        if count:
            st.button(t("frame.clear_filters"), on_click=_clear_filters, type="tertiary", icon=":material/close:")


def _choose_members(scope: Scope, name: str) -> None:
    search = st.text_input(t("frame.search_members"), key=f"search_{name}", icon=":material/search:")
    try:
        known = members(name, search=search)
    except Problem as problem:
        show_problem(problem)
        return
    taken = list(scope.filters.get(name, ()))
    st.multiselect(
        scope.catalogue.label(name),
        list(dict.fromkeys([*taken, *known])),
        default=taken,
        key=f"members_{name}",
        placeholder=t("frame.any"),
        on_change=_take_members,
        args=(name, {**scope.filters}),
    )


def _take_members(name: str, filters: dict[str, Sequence[str]]) -> None:
    filters[name] = st.session_state[f"members_{name}"]
    choose(filter=written_filters(filters) or None)


def _clear_filters() -> None:
    choose(filter=None)
    for key in [key for key in st.session_state if str(key).startswith("members_")]:
        del st.session_state[key]


def scope_line(scope: Scope) -> None:
    """What is looked at, in one sentence."""
    start, end = scope.formats.day(scope.period.start), scope.formats.day(scope.period.end)
    days = t("frame.range", start=start, end=end)
    parts = [company_words(scope.company), days]
    if scope.period.compare:
        parts.append(t(f"compare.beside_{scope.period.compare}"))
    parts += [f"{scope.catalogue.label(name)}: {', '.join(values)}" for name, values in scope.filters.items() if values]
    with st.container(key="scope_line"):
        st.caption(" · ".join(part for part in parts if part))


def company_words(company: Company | None) -> str:
    """A company's name and currency, where one is known."""
    if company is None:
        return ""
    return f"{company.name} ({company.currency})" if company.name else company.currency


def foot(formats: Formats) -> None:
    """Under every page: version, when it was loaded, how late it is, and its checks."""
    _foot(formats, _version_of_page())


def _version_of_page() -> str:
    try:
        return str(health().get("data_version"))
    except Problem:
        return "none"


@st.fragment(run_every=_REFRESH_SECONDS)
def _foot(formats: Formats, version: str) -> None:
    try:
        told = health()
    except Problem as problem:
        if problem.status != 403:  # noqa: PLR2004  # somebody who sees no figures needs no news of them
            show_problem(problem)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="foot"):
        _badge_of_checks(told)
        _badge_of_provisional(told, formats)
        st.caption(_freshness_words(told, formats))
        link("data_health", t("foot.more"))
        is_newer = str(told.get("data_version")) != version and version != "none"
        if is_newer and st.button(t("foot.newer"), icon=":material/refresh:", type="tertiary"):
            st.rerun()


def _badge_of_checks(told: Mapping[str, Any]) -> None:
    status = str(told.get("status"))
    colour: Any = {"fresh": "green", "stale": "orange", "failing": "red"}.get(status, "gray")
    icon = {"fresh": "check_circle", "stale": "schedule", "failing": "error"}.get(status, "hourglass_empty")
    st.badge(t(f"foot.{status}") if status in _STATES else status, icon=f":material/{icon}:", color=colour)


def _badge_of_provisional(told: Mapping[str, Any], formats: Formats) -> None:
    """Says that values of stock may still change, while items are valued anew."""
    items, since = told.get("provisional_items"), told.get("provisional_from")
    if items and since:
        words = t("foot.provisional", count=formats.number(items), day=formats.day(since))
        st.badge(words, icon=":material/pending:", color="orange")


_STATES = ("fresh", "stale", "failing", "missing")


def _freshness_words(told: Mapping[str, Any], formats: Formats) -> str:
    if not told.get("data_version"):
        return str(told.get("reason") or t("foot.nothing_published"))
    words = t("foot.loaded", version=told["data_version"], at=formats.instant(told.get("loaded_at")))
    age = told.get("age_seconds")
    if told.get("status") == "stale" and age is not None:
        words += " · " + t("foot.late", age=age_words(int(age)))
    return words


def age_words(seconds: int) -> str:
    """A duration in the unit that suits it."""
    for name, length in (("days", 86_400), ("hours", 3_600), ("minutes", 60)):
        if seconds >= 2 * length:
            return t(f"age.{name}", count=seconds // length)
    return t("age.seconds", count=seconds)
