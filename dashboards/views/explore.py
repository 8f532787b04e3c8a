"""Any figure, by anything."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from charts.kinds import fitting, shape_of
from dashboards.client import Problem
from dashboards.data.metrics import Answer, Question, ask
from dashboards.failure import show_problem
from dashboards.parts.chart_kinds import choose_kind
from dashboards.parts.documents import ask_documents
from dashboards.parts.drawings import chart, nothing_here, table_of
from dashboards.parts.pivots import explore_pivot
from dashboards.parts.receipt import receipt
from dashboards.parts.tables import Cell, csv_of, table, totals_line
from dashboards.scope import Scope
from dashboards.session import viewer
from dashboards.view import numbers_page
from dashboards.words import t

METRICS_MAX = 8
DIMENSIONS_MAX = 4
_LIMITS = (10, 25, 100, 500, 5_000)
_GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_year")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is explored, as it stands in the address."""

    metrics: tuple[str, ...]
    by: tuple[str, ...]
    grain: str | None
    limit: int

    @property
    def is_over_time(self) -> bool:
        """Whether figures are cut by time."""
        return self.grain is not None


def show() -> None:
    """The explorer."""
    numbers_page("explore", _content)


def _content(scope: Scope) -> None:
    if _layout() == "pivot":
        explore_pivot(scope)
        return
    asked = _controls(scope, _read(scope))
    _write(asked)
    if not asked.metrics:
        st.info(t("explore.choose"), icon=":material/query_stats:")
        return
    with st.skeleton(height=420):
        try:
            answer = ask(_question(asked, scope))
        except Problem as problem:
            show_problem(problem, what=t("explore.answer"))
            return
    _result(answer, asked, scope)


def _layout() -> str:
    """Whether figures stand in a list or in a cross table; an address with a cross table opens as one."""
    before = "pivot" if "pivot" in st.query_params else "list"
    chosen = st.segmented_control(
        t("explore.layout"),
        ["list", "pivot"],
        default=before,
        format_func=lambda name: t(f"explore.{name}"),
        required=True,
        key="explore_layout",
        label_visibility="collapsed",
    )
    if chosen != "pivot" and "pivot" in st.query_params:
        del st.query_params["pivot"]
    return chosen or before


def _read(scope: Scope) -> Asked:
    """What the address asks for, as far as the reader may ask for it."""
    try:
        given = json.loads(st.query_params.get("ask", "") or st.session_state.get("explored", "{}"))
    except ValueError:
        given = {}
    metrics = scope.catalogue.known(given.get("metrics") or ())[:METRICS_MAX] or scope.catalogue.begins_with(2)
    shared = scope.catalogue.shared(metrics)
    by = tuple(name for name in given.get("by") or () if name in shared)[:DIMENSIONS_MAX]
    grain = given.get("grain", None if by else "month")
    limit = given.get("limit")
    return Asked(metrics, by, grain if grain in scope.catalogue.grains else None, limit if limit in _LIMITS else 100)


def _write(asked: Asked) -> None:
    """Keep what is explored in the address and for the way back to this page."""
    text = json.dumps(
        {"metrics": asked.metrics, "by": asked.by, "grain": asked.grain, "limit": asked.limit}, separators=(",", ":")
    )
    st.session_state.explored = text
    if st.query_params.get("ask") != text:
        st.query_params["ask"] = text


def _controls(scope: Scope, before: Asked) -> Asked:
    known = scope.catalogue
    with st.container(border=True):
        left, right = st.columns([3, 2], gap="medium")
        with left:
            metrics = st.multiselect(
                t("explore.metrics"),
                sorted(known.metrics, key=known.label),
                default=list(before.metrics),
                format_func=known.label,
                max_selections=METRICS_MAX,
                placeholder=t("explore.choose_metrics"),
                key="explore_metrics",
                help=_definitions(before.metrics, scope),
            )
        shared = known.shared(metrics) if metrics else sorted(known.dimensions, key=known.label)
        with right:
            by = st.multiselect(
                t("explore.by"),
                shared,
                default=[name for name in before.by if name in shared],
                format_func=known.label,
                max_selections=DIMENSIONS_MAX,
                placeholder=t("explore.choose_by"),
                key=f"explore_by_{'_'.join(sorted(metrics))}",
                help=t("explore.by_help"),
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            grain = _choose_grain(scope, before)
            limit = st.selectbox(t("explore.limit"), _LIMITS, index=_LIMITS.index(before.limit), key="limit", width=130)
    return Asked(tuple(metrics), tuple(by), grain, int(limit or _LIMITS[0]))


def _definitions(metrics: Sequence[str], scope: Scope) -> str:
    known = scope.catalogue.metrics
    return "\n\n".join(f"**{known[name]['label']}** {known[name].get('description') or ''}" for name in metrics)


def _choose_grain(scope: Scope, before: Asked) -> str | None:
    offered = [name for name in _GRAINS if name in scope.catalogue.grains]
    chosen = st.selectbox(
        t("explore.grain"),
        ["", *offered],
        index=offered.index(before.grain) + 1 if before.grain in offered else 0,
        format_func=lambda name: scope.catalogue.label(name) if name else t("explore.no_grain"),
        key="explore_grain",
        width=200,
    )
    return chosen or None


def _question(asked: Asked, scope: Scope) -> Question:
    order = [f"-{asked.metrics[0]}"] if not asked.is_over_time else [str(asked.grain)]
    return scope.question(
        *asked.metrics,
        by=asked.by,
        grain=asked.grain,
        order_by=order if asked.by or asked.grain else (),
        limit=asked.limit if asked.by or asked.grain else None,
        totals=True,
        others=bool(asked.by) and not asked.is_over_time and asked.limit <= 100,  # noqa: PLR2004  # the server's bound
    )


def _result(answer: Answer, asked: Asked, scope: Scope) -> None:
    if not answer.rows or answer.is_empty:
        nothing_here(scope)
        return
    unfiltered = scope.unfiltered(asked.metrics)
    if unfiltered:
        st.warning(t("tile.unfiltered", names=", ".join(unfiltered)), icon=":material/filter_list_off:")
    if asked.by or asked.grain:
        _chart(answer, asked, scope)
    _table(answer, asked, scope)
    with st.expander(t("explore.receipt"), icon=":material/receipt_long:"):
        receipt(answer, scope)


def _chart(answer: Answer, asked: Asked, scope: Scope) -> None:
    metric = asked.metrics[0]
    with st.container(border=True):
        if len(asked.metrics) > 1:
            metric = (
                st.segmented_control(
                    t("explore.drawn"),
                    asked.metrics,
                    default=metric,
                    format_func=scope.catalogue.label,
                    required=True,
                    key=f"drawn_{'_'.join(asked.metrics)}",
                    label_visibility="collapsed",
                )
                or metric
            )
        shape = shape_of(table_of(answer))
        offered = [name for name in fitting(shape) if name != "table"]
        if not offered:
            st.caption(t("explore.no_chart"))
            return
        kind = choose_kind(offered, key=f"explore_kind_{_shape(asked)}")
        chart(kind, answer, metric, scope, key=f"explore_chart_{kind}")


def _table(answer: Answer, asked: Asked, scope: Scope) -> None:
    columns = [{**column, "grain": asked.grain if column["role"] == "time" else None} for column in answer.columns]
    totals_line(answer.totals, columns, scope.formats)
    is_door = bool(asked.by or asked.grain)
    picked = table(answer.rows, columns, scope.formats, key=f"explored_{_shape(asked)}", is_door=is_door, rows_shown=15)
    with st.container(horizontal=True, vertical_alignment="center"):
        count = len(answer.rows)
        st.caption(t("explore.limited", count=count) if count == asked.limit else t("explore.rows", count=count))
        _download(answer, columns)
    if picked is not None:
        _open_documents(picked, asked, scope)


def _shape(asked: Asked) -> str:
    return "_".join((*asked.metrics, *asked.by, asked.grain or ""))


def _download(answer: Answer, columns: Sequence[Mapping[str, Any]]) -> None:
    person = viewer()
    if person and person.may("metric.export"):
        st.download_button(
            t("table.download"),
            lambda: csv_of(answer.rows, columns),
            file_name="explore.csv",
            mime="text/csv",
            icon=":material/download:",
            type="tertiary",
            on_click="ignore",
        )


def _open_documents(picked: Cell, asked: Asked, scope: Scope) -> None:
    """The documents of the chosen figure; of the first figure, where a name or a change was chosen."""
    cell = {name: picked.row[name] for name in ((asked.grain,) if asked.grain else ()) + asked.by}
    metric = next((name for name in asked.metrics if name == picked.column), asked.metrics[0])
    ask_documents(metric, cell, scope)
