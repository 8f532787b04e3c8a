"""How fresh are the figures, and can they be trusted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import health
from dashboards.data.pipelines import loads, marts
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.frame import age_words
from dashboards.parts.services import show_services
from dashboards.parts.tables import table
from dashboards.view import plain_page
from dashboards.words import has_text, label_of, t
from runtime.settings import load_settings

_REFRESH_SECONDS = 5.0


def show() -> None:
    """The state of the figures."""
    plain_page("data_health", _content)


def _content(formats: Formats) -> None:
    _now(formats)
    show_services(formats)
    _loads(formats)
    _marts(formats)
    st.link_button(t("data_health.dagster"), load_settings().dagster_url, icon=":material/account_tree:")


@st.fragment(run_every=_REFRESH_SECONDS)
def _now(formats: Formats) -> None:
    """What is published now; it renews itself."""
    try:
        told = health()
    except Problem as problem:
        show_problem(problem, what=t("data_health.title"))
        return
    _verdict(told, formats)
    with st.grid(min_column_width=172, gap="small"):
        _fact(t("data_health.version"), str(told.get("data_version") or "—"))
        _fact(t("data_health.loaded_at"), formats.instant(told.get("loaded_at")))
        age = told.get("age_seconds")
        _fact(t("data_health.age"), t("age.ago", age=age_words(int(age))) if age is not None else "—")
        _fact(t("data_health.watermark"), formats.instant(told.get("watermark")))
        _fact(t("data_health.marts"), formats.number(told.get("marts"), places=0))
    _checks(told.get("checks"), formats)


def _verdict(told: Mapping[str, Any], formats: Formats) -> None:
    status = str(told.get("status"))
    if status == "fresh":
        st.success(t("data_health.fresh"), icon=":material/check_circle:")
    elif status == "stale":
        age = age_words(int(told.get("age_seconds") or 0))
        at = formats.instant(told.get("loaded_at"))
        st.warning(t("data_health.stale", age=age, at=at), icon=":material/schedule:")
    elif status == "failing":
        st.error(t("data_health.failing"), icon=":material/error:")
    else:
        st.info(f"{t('data_health.missing')} {told.get('reason') or ''}", icon=":material/hourglass_empty:")


def _fact(label: str, value: str) -> None:
    with st.container(border=True, height="stretch", gap=None):
        st.caption(label)
        st.markdown(f"**{value}**")


def _checks(checks: Mapping[str, Any] | Sequence[Any] | None, formats: Formats) -> None:
    st.subheader(t("data_health.checks"), anchor=False)
    listed = [each for each in checks if isinstance(each, Mapping)] if isinstance(checks, list) else []
    counts = _counts(checks, listed)
    if not counts:
        st.caption(t("data_health.no_checks"))
        return
    with st.container(horizontal=True):
        for name, value in counts.items():
            is_bad = name != "passed" and value > 0
            words = f"{label_of('check', name)}: {formats.number(value, places=0)}"
            st.badge(words, color="red" if is_bad else "green" if name == "passed" else "gray")
    rows = [_check(each, formats) for each in sorted(listed, key=lambda each: bool(each.get("passed")))]
    columns = [
        {"name": name, "label": label_of("check", name), "type": "text"}
        for name in ("mart", "name", "passed", "figures")
    ]
    if rows:
        table(rows, columns, formats, key="checks")


def _counts(checks: Mapping[str, Any] | Sequence[Any] | None, listed: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many checks passed and failed, in either form that the server tells them."""
    if isinstance(checks, Mapping):
        return {str(name): value for name, value in checks.items() if isinstance(value, int)}
    passed = sum(1 for each in listed if each.get("passed"))
    return {"passed": passed, "failed": len(listed) - passed} if listed else {}


def _check(each: Mapping[str, Any], formats: Formats) -> dict[str, str]:
    mart = str(each.get("mart", ""))
    return {
        "mart": t("check.every_mart") if mart == "*" else mart,
        "name": label_of("check_name", str(each.get("name", ""))),
        "passed": f"✓ {t('check.passed')}" if each.get("passed") else f"✗ {t('check.failed')}",
        "figures": " · ".join(_figures_of(each, formats)),
    }


def _figures_of(each: Mapping[str, Any], formats: Formats) -> Iterator[str]:
    """What a check counted, in words; in its own names where we have none."""
    for name, value in each.items():
        key = f"check_figure.{name}"
        if name in {"mart", "name", "passed"} or (has_text(key) and name != "difference" and not value):
            continue
        if has_text(key):
            yield t(key, value=formats.number(value, places=2 if name == "difference" else 0))
        else:
            yield f"{name.replace('_', ' ')} {value}"


def _loads(formats: Formats) -> None:
    found = loads()
    if not found:
        return
    st.subheader(t("data_health.loads"), anchor=False)
    columns = [
        {"name": name, "label": label_of("load", name), "type": kind, "unit": None if name == "seconds" else "count"}
        for name, kind in (
            ("batch_id", "text"),
            ("kind", "text"),
            ("state", "text"),
            ("started_at", "text"),
            ("seconds", "number"),
            ("rows", "number"),
            ("failed_checks", "number"),
            ("published_version", "text"),
        )
    ]
    rows = [
        {
            **each,
            "kind": label_of("load_kind", str(each["kind"])),
            "state": label_of("load_state", str(each["state"])),
            "started_at": formats.instant(each.get("started_at")),
        }
        for each in found
    ]
    table(rows, columns, formats, key="loads")


def _marts(formats: Formats) -> None:
    with st.expander(t("data_health.what_is_published"), icon=":material/table_chart:"):
        try:
            found = marts()
        except Problem as problem:
            show_problem(problem, what=t("data_health.what_is_published"))
            return
        rows = [{"mart": each["name"], "columns": len(each["columns"])} for each in found]
        columns = [
            {"name": "mart", "label": t("data_health.mart"), "type": "text", "role": "dimension"},
            {"name": "columns", "label": t("data_health.columns"), "type": "number", "unit": "count"},
        ]
        table(rows, columns, formats, key="marts")
