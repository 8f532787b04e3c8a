"""How does the program itself fare: machine, requests, what is slow, and what a request did?"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.client import Problem
from dashboards.data.monitoring import curves, slowest, trace, traces
from dashboards.failure import show_problem
from dashboards.formats import EMPTY, Formats
from dashboards.painting import figures
from dashboards.painting.curves import paint_curves
from dashboards.parts.services import show_services
from dashboards.parts.tables import table
from dashboards.session import viewer
from dashboards.view import plain_page
from dashboards.words import label_of, member_of, t

_REFRESH_SECONDS = 15.0
_PRESENT_SECONDS = 3 * _REFRESH_SECONDS
_MINUTES = {"hour": 60, "six_hours": 360, "day": 1_440, "week": 10_080, "month": 43_200}
_MACHINE = (
    "host_cpu_share",
    "cpu_share",
    "memory_bytes",
    "memory_share",
    "memory_growth_share",
)
_STORAGE = (
    "disk_free_share",
    "disk_days_to_full",
    "database_bytes",
    "table_bytes",
    "log_growth_bytes",
    "network_rate",
    "network_error_rate",
    "connection_count",
    "pool_share",
    "pool_waiting_count",
    "database_connection_count",
)
_REQUESTS = (
    "request_rate",
    "request_p95_ms",
    "request_error_share",
    "request_shed_rate",
    "queue_length",
    "marts_age_seconds",
)


def show() -> None:
    """The page."""
    plain_page("monitoring", _content)


def _content(formats: Formats) -> None:
    breach = st.query_params.get("breach")
    minutes = _MINUTES[
        st.segmented_control(
            t("monitoring.period"),
            list(_MINUTES),
            default="hour",
            format_func=lambda name: t(f"monitoring.period_{name}"),
            key="monitoring_period",
            required=True,
        )
    ]
    sections: dict[str, Callable[[], None]] = {
        "machine": lambda: _machine(minutes, formats),
        "storage": lambda: _curves(_STORAGE, minutes, formats),
        "requests": lambda: _curves(_REQUESTS, minutes, formats),
        "slow": lambda: _slow(formats),
        "traced": lambda: _traced(formats, breach),
    }
    tabs = st.tabs(
        [t(f"monitoring.{name}") for name in sections],
        default=t("monitoring.traced") if breach else None,
        key="monitoring_section",
        on_change="rerun",
    )
    # Only the open one is drawn: two dozen pictures take a browser seconds.
    for tab, draw in zip(tabs, sections.values(), strict=True):
        if tab.open:
            with tab:
                draw()


def _machine(minutes: int, formats: Formats) -> None:
    show_services(formats)
    _curves(_MACHINE, minutes, formats)


@st.fragment(run_every=_REFRESH_SECONDS)
def _curves(names: Sequence[str], minutes: int, formats: Formats) -> None:
    """One picture a measurement; they renew themselves as often as is measured."""
    try:
        told = curves(names, minutes=minutes)
    except Problem as problem:
        show_problem(problem, what=t("monitoring.title"))
        return
    with st.grid(min_column_width=380, gap="small"):
        for name in names:
            with st.container(border=True, height="stretch", key=f"measured_{name}"):
                _curve(name, told[name], formats)


def _curve(name: str, told: Mapping[str, Any], formats: Formats) -> None:
    st.markdown(f"**{t(f'measurement.{name}')}**")
    if not told["curves"]:
        st.caption(t("monitoring.not_filling") if name == "disk_days_to_full" else t("monitoring.nothing"))
        return
    ink = figures.ON_DARK if st.context.theme.type == "dark" else figures.ON_LIGHT
    named = [each | {"member": member_of(each["labels"])} for each in told["curves"]]
    drawn = paint_curves(named, unit=told["unit"], ink=ink, zone=ZoneInfo(formats.time_zone))
    st.plotly_chart(drawn, config={"displayModeBar": False}, key=f"curve_{name}")
    st.caption(_last(named, str(told["unit"]), formats))


def _last(named: Sequence[Mapping[str, Any]], unit: str, formats: Formats) -> str:
    """The highest member now, in words: a picture alone is not for everybody."""
    newest = max(each["points"][-1][0] for each in named)
    # What has ended since is in the picture, and not in what is now.
    present = [each for each in named if newest - each["points"][-1][0] <= _PRESENT_SECONDS]
    highest = max(present, key=lambda each: float(each["last"]))
    figure = _figure(highest["last"], unit, formats)
    return t("monitoring.now", member=highest["member"], figure=figure).strip(" ·")


def _figure(value: float, unit: str, formats: Formats) -> str:
    if unit == "share":
        return formats.share(value)
    if unit.startswith("bytes"):
        return t(f"measured.{unit}", value=formats.number(value / 1e6, places=1))
    return t(f"measured.{unit}", value=formats.number(value, places=0 if unit == "count" else 2))


def _slow(formats: Formats) -> None:
    left, right = st.columns(2)
    kind = left.segmented_control(
        t("monitoring.kind"),
        ["route", "sql"],
        default="route",
        format_func=lambda name: t(f"monitoring.kind_{name}"),
        key="slow_kind",
        required=True,
    )
    order = right.segmented_control(
        t("monitoring.order"),
        ["p95_ms", "total_ms", "change_share"],
        default="p95_ms",
        format_func=lambda name: label_of("slow", name),
        key="slow_order",
        required=True,
    )
    try:
        found = slowest(str(kind), days=30, order=str(order))
    except Problem as problem:
        show_problem(problem, what=t("monitoring.slow"))
        return
    for each in [each for each in found if each["is_slower"]][:5]:
        share = formats.number(float(each["change_share"]) * 100, places=0)
        told = t("monitoring.slower", share=share, before=each["release_before"], release=each["release"])
        st.warning(f"`{str(each['name'])[:200]}` {told}", icon=":material/trending_down:")
    columns = [
        {"name": name, "label": label_of("slow", name), "type": kind_}
        for name, kind_ in (
            ("name", "text"),
            ("release", "text"),
            ("p95_ms", "number"),
            ("total_ms", "number"),
            ("request_count", "number"),
            ("change_share", "share"),
        )
    ]
    table([dict(each) for each in found], columns, formats, key="slow")


def _traced(formats: Formats, breach: str | None) -> None:
    person = viewer()
    if person is None or not person.may("trace.read"):
        st.info(t("monitoring.traces_right"), icon=":material/lock:")
        return
    if breach:
        st.caption(t("monitoring.around_breach"))
    only_errors = st.toggle(t("monitoring.only_errors"), key="only_errors")
    try:
        found = traces(breach_id=breach, only_errors=only_errors)
    except Problem as problem:
        show_problem(problem, what=t("monitoring.traced"))
        return
    columns = [
        {"name": name, "label": label_of("trace", name), "type": kind}
        for name, kind in (("began_at", "text"), ("name", "text"), ("status", "text"), ("milliseconds", "number"))
    ]
    rows = [
        {**each, "began_at": formats.instant(each["began_at"]), "status": str(each["status"] or EMPTY)}
        for each in found
    ]
    chosen = table(rows, columns, formats, key="traces", is_door=True)
    if chosen is not None:
        _one_trace(str(chosen.row["trace_id"]), formats)


def _one_trace(trace_id: str, formats: Formats) -> None:
    try:
        told = trace(trace_id)
    except Problem as problem:
        show_problem(problem, what=t("monitoring.traced"))
        return
    st.subheader(t("monitoring.trace", id=trace_id), anchor=False)
    columns = [
        {"name": name, "label": label_of("trace", name), "type": kind}
        for name, kind in (("service", "text"), ("name", "text"), ("milliseconds", "number"), ("what", "text"))
    ]
    rows = [
        {**each, "what": str(each["attributes"].get("sql") or each["attributes"].get("run_id") or "")[:300]}
        for each in told["spans"]
    ]
    table(rows, columns, formats, key="spans")
    st.subheader(t("monitoring.logs"), anchor=False)
    if not told["logs"]:
        st.caption(t("monitoring.no_logs"))
    for each in told["logs"]:
        st.code(" · ".join(f"{name}={value}" for name, value in each.items() if value is not None), language=None)
