"""Charts on a page: drawn from an answer, written in the reader's language, each mark a door to its documents."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from dashboards.charts import figures
from dashboards.client import Problem
from dashboards.data.metrics import Answer
from dashboards.failure import show_problem
from dashboards.formats import number_of
from dashboards.parts.documents import ask_documents
from dashboards.parts.receipt import receipt_popover
from dashboards.scope import Scope
from dashboards.words import t

_QUIET = {"displayModeBar": False, "responsive": True}


def _ink() -> figures.Ink:
    """The colours for the page as the reader's browser shows it."""
    return figures.ON_DARK if st.context.theme.type == "dark" else figures.ON_LIGHT


def unit_words(column: Mapping[str, Any], scope: Scope) -> str:
    """What an axis counts."""
    if column.get("type") == "money":
        return scope.formats.currency or t("unit.money")
    unit = str(column.get("unit") or "")
    return t(f"unit.{unit}") if unit in _UNITS else unit


_UNITS = ("share", "count", "quantity", "days", "ratio", "times")


def heading(words: str, answer: Answer | None, scope: Scope, *, key: str, only: str | None = None) -> None:
    """A chart's heading, with the receipt of its figures."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(words, anchor=False)
        if answer is not None:
            receipt_popover(answer, scope, key=key, only=only)


def trend_chart(
    answer: Answer | Problem | None,
    metric: str,
    scope: Scope,
    *,
    grain: str,
    key: str,
    height: int = figures.HEIGHT,
) -> None:
    """One metric over time beside the comparison; a click leads to the documents of that point."""
    if not _can_be_drawn(answer, scope, metric) or not isinstance(answer, Answer):
        return
    column, label = answer.column(metric), scope.catalogue.label(metric)
    series = {metric: label}
    if any(row.get(f"{metric}_previous") is not None for row in answer.rows):
        series[f"{metric}_previous"] = t(f"compare.line_{scope.period.compare}")
    figure = figures.trend(
        answer.rows,
        x=grain,
        series=series,
        unit=unit_words(column, scope),
        short=partial(scope.formats.mark, column=column),
        full=partial(scope.formats.figure, column=column),
        name_x=partial(scope.formats.bucket, grain=grain),
        tick=partial(scope.formats.tick, grain=grain),
        ink=_ink(),
    )
    figure.update_layout(height=height)
    places = [row[grain] for row in answer.rows]
    _draw(figure, key, lambda point: ask_documents(metric, {grain: places[int(point["x"])]}, scope), alt=label)


def ranking_chart(
    answer: Answer | Problem | None,
    metric: str,
    dimension: str,
    scope: Scope,
    *,
    key: str,
    name_of: Callable[[str], str] = str,
) -> None:
    """Members by a metric, largest first, and the rest in a sentence: as a bar it would dwarf them all.

    A click leads to the documents of a member.
    """
    if not _can_be_drawn(answer, scope, metric) or not isinstance(answer, Answer):
        return
    column = answer.column(metric)
    others = answer.others.get(metric)
    figure = figures.ranking(
        [{**row, dimension: row[dimension] and name_of(str(row[dimension]))} for row in answer.rows],
        name=dimension,
        value=metric,
        unit=unit_words(column, scope),
        full=partial(scope.formats.figure, column=column, compact=True),
        blank=t("table.blank"),
        ink=_ink(),
    )
    rows = answer.rows

    def open_member(point: Mapping[str, Any]) -> None:
        place = int(point["y"])
        if place < len(rows):
            ask_documents(metric, {dimension: rows[place][dimension]}, scope)

    _draw(figure, key, open_member, alt=f"{scope.catalogue.label(metric)}, {scope.catalogue.label(dimension)}")
    if number_of(others):
        st.caption(t("chart.others", value=scope.formats.figure(others, column, compact=True)))


def parts_chart(answer: Answer, metric: str, dimension: str, scope: Scope, *, grain: str, key: str) -> None:
    """One metric over time, stacked by the members of a dimension; a click leads to the documents of a part."""
    column = answer.column(metric)
    figure = figures.parts(
        answer.rows,
        x=grain,
        part=dimension,
        value=metric,
        unit=unit_words(column, scope),
        short=partial(scope.formats.mark, column=column),
        full=partial(scope.formats.figure, column=column),
        name_x=partial(scope.formats.bucket, grain=grain),
        tick=partial(scope.formats.tick, grain=grain),
        blank=t("table.blank"),
        ink=_ink(),
    )
    names = sorted({row[dimension] for row in answer.rows}, key=lambda name: str(name or t("table.blank")))
    places = list(dict.fromkeys(row[grain] for row in answer.rows))

    def open_part(point: Mapping[str, Any]) -> None:
        part = names[int(point.get("curve_number") or 0)]
        ask_documents(metric, {grain: places[int(point["x"])], dimension: part}, scope)

    _draw(figure, key, open_part, alt=scope.catalogue.label(metric))


def bridge_chart(steps: Sequence[tuple[str, Any]], total: tuple[str, Any], scope: Scope) -> None:
    """From a first amount through gains and losses to what is left."""
    column = {"type": "money"}
    figure = figures.bridge(
        steps,
        total=total,
        unit=unit_words(column, scope),
        short=partial(scope.formats.mark, column=column),
        full=partial(scope.formats.figure, column=column, compact=True),
        ink=_ink(),
    )
    st.plotly_chart(figure, width="stretch", config=_QUIET, key="bridge", alt=total[0])


def _can_be_drawn(answer: Answer | Problem | None, scope: Scope, metric: str) -> bool:
    if isinstance(answer, Problem):
        show_problem(answer, what=scope.catalogue.label(metric))
        return False
    if answer is None or not answer.rows or answer.is_empty:
        nothing_here(scope)
        return False
    return True


def nothing_here(scope: Scope) -> None:
    """Why there is nothing, and what to do."""
    start, end = scope.formats.day(scope.period.start), scope.formats.day(scope.period.end)
    key = "empty.filtered" if any(scope.filters.values()) else "empty.period"
    st.info(t(key, start=start, end=end), icon=":material/inbox:")


def _draw(figure: Any, key: str, open_point: Any, *, alt: str) -> None:
    # A selection stays until the chart is drawn under another key: the count makes each click a new one.
    turns = st.session_state.setdefault("turns", {})
    turn = turns.get(key, 0)
    chosen = st.plotly_chart(
        figure,
        width="stretch",
        config=_QUIET,
        key=f"{key}_{turn}",
        on_select="rerun",
        selection_mode="points",
        alt=alt,
    )
    points: Sequence[Mapping[str, Any]] = chosen.selection.points if chosen else []
    if points:
        turns[key] = turn + 1
        open_point(points[0])
