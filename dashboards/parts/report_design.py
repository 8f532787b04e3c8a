"""Making a report without SQL: figures, dimensions, days, order, totals, chart; looked at before it is saved."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

from charts.kinds import Shape, fitting
from dashboards.client import Problem
from dashboards.data.catalogue import Catalogue
from dashboards.failure import show_problem
from dashboards.formats import Formats
from dashboards.pages import go
from dashboards.parts.chart_kinds import kind_words
from dashboards.parts.pivot_views import definition_in
from dashboards.parts.report_saving import save_report
from dashboards.parts.report_sheet import show_sheet
from dashboards.scope import choose
from dashboards.words import t

PERIODS = (
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "year_to_date",
    "last_30_days",
    "last_12_months",
)
_GRAINS = ("day", "week", "month", "quarter", "year")


def design(known: Catalogue, found: Mapping[str, Any] | None, formats: Formats) -> None:
    """The form, what it gives, and the button that saves it.  Raises: Problem."""
    before: Mapping[str, Any] = (found or {}).get("definition") or {}
    if before.get("kind") == "pivot":
        # A cross table is put together where it is looked at, over the days that it moves with.
        table, period = definition_in(found or {})
        if period is not None:
            choose(period=period)
        go("explore", pivot=json.dumps(table, separators=(",", ":")), report=str((found or {}).get("id", "")))
        return
    if before.get("kind") == "rows":
        go("sources", source=str(before["question"]["source"]), report=str((found or {}).get("id", "")))
        return
    name = st.text_input(t("reports.name"), (found or {}).get("name", ""), key="design_name")
    definition = _form(known, before)
    if not definition["question"]["metrics"]:
        st.info(t("explore.choose"), icon=":material/query_stats:")
        return
    if st.button(t("reports.save"), type="primary", icon=":material/save:", disabled=not name.strip()):
        save_report(found, name, definition)
    try:
        show_sheet("/api/report", {"definition": definition}, formats, verb="preview")
    except Problem as problem:
        show_problem(problem, what=t("reports.preview"))


def _form(known: Catalogue, before: Mapping[str, Any]) -> dict[str, Any]:
    question = before.get("question") or {}
    left, right = st.columns(2)
    with left:
        metrics = st.multiselect(
            t("explore.metrics"),
            sorted(known.metrics, key=known.label),
            default=list(known.known(question.get("metrics") or ())),
            format_func=known.label,
            max_selections=8,
            key="design_metrics",
        )
    shared = known.shared(metrics) if metrics else sorted(known.dimensions, key=known.label)
    with right:
        by = st.multiselect(
            t("explore.by"),
            shared,
            default=[each for each in question.get("group_by") or [] if each in shared],
            format_func=known.label,
            max_selections=4,
            key=f"design_by_{'_'.join(sorted(metrics))}",
        )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        grain = _choose(
            "explore.grain", ("", *_GRAINS), (question.get("time") or {}).get("grain"), known.label, "grain"
        )
        period = _choose(
            "reports.period", ("", *PERIODS), before.get("period"), lambda each: t(f"reports.p_{each}"), "period"
        )
        shape = Shape(bool(grain), len(by), len(metrics), is_compared=bool(question.get("compare")))
        chart = _choose(
            "reports.chart", ("", *fitting(shape)), (before.get("chart") or {}).get("type"), kind_words, "chart"
        )
        limit = st.number_input(
            t("explore.limit"), 1, 5000, int(question.get("limit") or 100), key="design_limit", width=130
        )
        totals = st.checkbox(t("reports.totals"), bool(question.get("totals", True)), key="design_totals")
    return _definition(question, metrics, by, grain, period, chart, int(limit), is_total=totals)


def _choose(label: str, offered: tuple[str, ...], now: str | None, name_of: Any, key: str) -> str:
    return str(
        st.selectbox(
            t(label),
            offered,
            index=offered.index(now) if now in offered else 0,
            format_func=lambda each: name_of(each) if each else t("reports.no_choice"),
            key=f"design_{key}",
            width=190,
        )
        or ""
    )


def _definition(  # noqa: PLR0913  # as many as the form has fields
    question: Mapping[str, Any],
    metrics: list[str],
    by: list[str],
    grain: str,
    period: str,
    chart: str,
    limit: int,
    *,
    is_total: bool,
) -> dict[str, Any]:
    """What the form says; filters of the definition that it does not show are kept."""
    asked: dict[str, Any] = {"metrics": metrics, "totals": is_total}
    if question.get("where"):
        asked["where"] = question["where"]
    if by:
        asked["group_by"] = by
    if grain:
        asked["time"] = {"grain": grain}
    if by or grain:
        asked |= {"order_by": [grain] if grain else [f"-{metrics[0]}"] if metrics else [], "limit": limit}
    made: dict[str, Any] = {"kind": "table", "question": asked}
    if period:
        made["period"] = period
    if chart and metrics:
        made["chart"] = {"type": chart, "metric": metrics[0]}
    return made
