"""A new alert rule: over a figure or over the program itself, tested against the past before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards.client import Problem
from dashboards.data.catalogue import catalogue
from dashboards.data.monitoring import measurements
from dashboards.failure import show_problem
from dashboards.session import api, viewer
from dashboards.words import escaped, t

_RULES = "/api/notify/alert-rules"
_DAYS = 14
_PERIODS = ("yesterday", "last_week", "last_month", "last_quarter")


def new_rule() -> None:
    """The form, and the way to what operators need."""
    person = viewer()
    sees_program = person is not None and person.may("status.read")
    what = "metric"
    if sees_program:
        what = str(
            st.segmented_control(
                t("alerts.what"),
                ["metric", "measurement"],
                default="metric",
                format_func=lambda name: t(f"alerts.what_{name}"),
                key="rule_what",
                required=True,
            )
        )
    body = _body(what)
    with st.container(horizontal=True):
        if st.button(t("alerts.save"), type="primary", key="rule_save", disabled=not body["name"]):
            act(_RULES, body)
        if st.button(t("alerts.test"), key="rule_test", disabled=not body["name"]):
            _test(body)
        if sees_program and st.button(t("alerts.standard"), key="rule_standard", type="tertiary"):
            act(f"{_RULES}/standard", {})


def _body(what: str) -> dict[str, Any]:
    name = st.text_input(t("alerts.name"), key="rule_name")
    watched = _metric() if what == "metric" else _measurement()
    kind = _kind() if what == "metric" else "measurement"
    left, right = st.columns(2)
    bounds = _unusual(str(watched), left, right) if kind == "anomaly" else _limits(left, right)
    minutes = left.number_input(t("alerts.for"), min_value=0, max_value=10_080, value=0, key="rule_for")
    severity = right.selectbox(
        t("alerts.severity"),
        ["info", "warning", "critical"],
        index=1,
        format_func=lambda each: t(f"alerts.severity_{each}"),
        key="rule_severity",
    )
    told = {"name": name, "kind": kind, "definition": {what: watched, **bounds}}
    return told | {"for_minutes": int(minutes), "severity": severity}


def _kind() -> str:
    """What of a figure is watched: limits of one's own, or what is unusual for it."""
    return str(
        st.segmented_control(
            t("alerts.how"),
            ["threshold", "anomaly"],
            default="threshold",
            format_func=lambda name: t(f"alerts.how_{name}"),
            key="rule_kind",
            required=True,
        )
    )


def _limits(left: DeltaGenerator, right: DeltaGenerator) -> dict[str, Any]:
    above = left.text_input(t("alerts.above"), key="rule_above")
    below = right.text_input(t("alerts.below"), key="rule_below")
    return {bound: typed for bound, typed in (("above", above), ("below", below)) if typed}


def _unusual(metric: str, left: DeltaGenerator, right: DeltaGenerator) -> dict[str, Any]:
    known = catalogue()
    period = left.selectbox(
        t("alerts.period"), _PERIODS, format_func=lambda name: t(f"alerts.p_{name}"), key="rule_period"
    )
    by = right.selectbox(
        t("alerts.by"),
        ["", *(known.shared([metric]) if metric in known.metrics else ())],
        format_func=lambda name: known.label(name) if name else t("alerts.whole"),
        key="rule_by",
    )
    return {"period": period, **({"group_by": [by]} if by else {})}


def _metric() -> str | None:
    known = catalogue()
    return st.selectbox(
        t("alerts.metric"), sorted(known.metrics, key=known.label), format_func=known.label, key="rule_metric"
    )


def _measurement() -> str | None:
    return st.selectbox(
        t("alerts.measurement"),
        measurements(),
        format_func=lambda name: t(f"measurement.{name}"),
        key="rule_measurement",
    )


def _test(body: Mapping[str, Any]) -> None:
    try:
        told = api().post(f"{_RULES}/test", {**body, "days": _DAYS}, key=uuid4().hex)
    except Problem as problem:
        show_problem(problem)
        return
    if told["since"] is None:
        st.info(t("alerts.no_past"))
        return
    st.info(t("alerts.tested", days=_DAYS, count=told["firing_count"]), icon=":material/history:")
    for each in told["firings"][-5:]:
        st.markdown(
            f"{escaped(each['member'])} **{each['figure']}** · {each['expected']} · :small[{each['fired_at'][:16]}]"
        )


def act(path: str, body: Mapping[str, Any]) -> None:
    """Have something done and show the page anew; or say why it was refused."""
    try:
        api().post(path, body, key=uuid4().hex)
    except Problem as problem:
        show_problem(problem)
        return
    st.rerun()
