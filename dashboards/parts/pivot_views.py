"""Keeping a cross table: as a report, which is shared, sent, exported and versioned like any other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.reports import PATH, report
from dashboards.parts.report_saving import save_report
from dashboards.parts.report_versions import show_versions
from dashboards.parts.sharing import share_form
from dashboards.periods import DEFAULT_PRESET
from dashboards.scope import Scope, chosen
from dashboards.session import viewer
from dashboards.words import escaped, t

_PERIODS = {
    "month": "this_month",
    "quarter": "this_quarter",
    "year": "this_year",
    "last_12_months": "last_12_months",
}
"""Periods of the top bar that a report moves with; other days are kept as they are."""


def opened_view(scope: Scope) -> Mapping[str, Any] | None:
    """The report that the cross table was opened from: which version it is at, its earlier ones, and who sees it."""
    found = _opened()
    person = viewer()
    if found is None or person is None:
        return None
    with st.container(horizontal=True, vertical_alignment="center", key="pivot_view"):
        at = scope.formats.instant(found["updated_at"]) if found["updated_at"] else ""
        told = t("reports.version", number=found["definition_version"], at=at)
        st.markdown(f"**{escaped(found['name'])}**  \n:small[{told}]", width="content")
        with st.popover(t("boards.versions"), icon=":material/history:"):
            show_versions(found, scope.formats)
        if person.may("report.share"):
            with st.popover(t("reports.share"), icon=":material/share:"):
                share_form(f"{PATH}/{found['id']}", has_link=True, told="reports_told")
    return found


def save_view(asked: Mapping[str, Any], definition: Mapping[str, Any], opened: Mapping[str, Any] | None) -> None:
    """A way to keep the cross table that is looked at; one opened from a report becomes its next version."""
    person = viewer()
    if person is None or not person.may("report.create"):
        return
    with st.popover(t("pivot.save"), icon=":material/save:", type="tertiary"):
        name = st.text_input(t("reports.name"), (opened or {}).get("name", ""), key="pivot_name", max_chars=200)
        made, is_named = definition_of(asked, definition), bool(name.strip())
        may_change = opened is not None and opened["may_edit"]
        if may_change and st.button(
            t("pivot.save_version"), type="primary", key="pivot_save_version", disabled=not is_named
        ):
            save_report(opened, name, made)
        if st.button(t("pivot.save_new"), key="pivot_save_new", disabled=not is_named):
            save_report(None, name, made)


def _opened() -> Mapping[str, Any] | None:
    """The report that the cross table was opened from, where the reader may still see it."""
    report_id = st.query_params.get("report")
    if not report_id:
        return None
    try:
        return report(report_id)
    except Problem:
        return None


def definition_of(asked: Mapping[str, Any], definition: Mapping[str, Any]) -> dict[str, Any]:
    """A cross table as the definition of a report: its parameters are asked for again, with these as their defaults."""
    parameters = definition.get("parameters", ())
    given = sum(bool(each.get("values")) for each in parameters)
    where = list(asked.get("where", ()))
    # The values of parameters stand last among the conditions.
    question = {**asked, "where": where[: len(where) - given]}
    period = None if definition.get("time") else _PERIODS.get(chosen().get("period", DEFAULT_PRESET))
    if period:
        question.pop("time", None)
    found: dict[str, Any] = {"kind": "pivot", "question": {name: part for name, part in question.items() if part}}
    if parameters:
        found["parameters"] = [
            {"name": each["field"], "field": each["field"], "op": "in", "default": list(each.get("values") or ())}
            for each in parameters
        ]
    return {**found, **({"period": period} if period else {})}


def definition_in(report: Mapping[str, Any]) -> tuple[dict[str, Any], str | None]:
    """A report's cross table as the explorer reads it, and the page's period that it moves with if it does."""
    made = report["definition"]
    question = dict(made["question"])
    time = question.pop("time", None)
    if question.pop("compare", None):
        question["compared"] = True
    asked = [{"field": each["field"], "values": each.get("default") or []} for each in made.get("parameters") or ()]
    if asked:
        question["parameters"] = asked
    period = next((preset for preset, name in _PERIODS.items() if name == made.get("period")), None)
    if time and not made.get("period"):
        question["time"] = time
    return question, period
