"""Keeping a cross table: as a report, which is shared, sent, exported and versioned like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from dashboards.client import Problem
from dashboards.failure import show_problem
from dashboards.pages import go
from dashboards.periods import DEFAULT_PRESET
from dashboards.scope import chosen
from dashboards.session import api, viewer
from dashboards.words import t

_PATH = "/api/report/reports"
_PERIODS = {
    "month": "this_month",
    "quarter": "this_quarter",
    "year": "this_year",
    "last_12_months": "last_12_months",
}
"""Periods of the top bar that a report moves with; other days are kept as they are."""


def save_view(asked: Mapping[str, Any]) -> None:
    """A way to keep the cross table that is looked at; one opened from a report becomes its next version."""
    person = viewer()
    if person is None or not person.may("report.create"):
        return
    with st.popover(t("pivot.save"), icon=":material/save:", type="tertiary"):
        opened = _opened()
        name = st.text_input(t("reports.name"), (opened or {}).get("name", ""), key="pivot_name", max_chars=200)
        may_change = opened is not None and opened["may_edit"]
        is_named = bool(name.strip())
        if may_change and st.button(
            t("pivot.save_version"), type="primary", key="pivot_save_version", disabled=not is_named
        ):
            _save(name, asked, opened)
        if st.button(t("pivot.save_new"), key="pivot_save_new", disabled=not is_named):
            _save(name, asked, None)


def _opened() -> Mapping[str, Any] | None:
    """The report that the cross table was opened from, where the reader may still see it."""
    report_id = st.query_params.get("report")
    if not report_id:
        return None
    try:
        found: Mapping[str, Any] = api().get(f"{_PATH}/{report_id}")
    except Problem:
        return None
    return found


def definition_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A cross table as the definition of a report."""
    period = _PERIODS.get(chosen().get("period", DEFAULT_PRESET))
    question = {name: value for name, value in asked.items() if name != "time" or period is None}
    return {"kind": "pivot", "question": question, **({"period": period} if period else {})}


def _save(name: str, asked: Mapping[str, Any], opened: Mapping[str, Any] | None) -> None:
    body = {"name": name.strip(), "definition": definition_of(asked)}
    try:
        if opened is None:
            made = api().post(_PATH, body, key=uuid4().hex)
        else:
            made = api().patch(f"{_PATH}/{opened['id']}", body, version=int(opened["version"]))
    except Problem as problem:
        show_problem(problem, what=name)
        return
    st.session_state.reports_told = t("reports.saved", number=made["definition_version"])
    go("reports", id=str(made["id"]))
