"""Charts on a page: drawn from an answer by their kind, each mark a door to its documents, and the same as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from charts.kinds import draw
from charts.marks import Column, Says
from charts.table import Table, Unfit
from charts.words import why, word
from dashboards.client import Problem
from dashboards.data.metrics import Answer
from dashboards.failure import show_problem
from dashboards.painting import figures
from dashboards.parts.documents import ask_documents
from dashboards.parts.pens import pen_of, unit_words
from dashboards.parts.receipt import receipt_popover
from dashboards.parts.tables import table, totals_line
from dashboards.scope import Scope
from dashboards.session import locale, viewer
from dashboards.words import t

_QUIET = {"displayModeBar": False, "responsive": True}
Open = Callable[[Says], None]


def ink_now() -> figures.Ink:
    """The colours for the page as the reader's browser shows it."""
    return figures.ON_DARK if st.context.theme.type == "dark" else figures.ON_LIGHT


def heading(
    words: str, answer: Answer | None, scope: Scope, *, key: str, only: str | None = None, chart: str | None = None
) -> None:
    """A chart's heading, with the receipt of its figures, and the way to the same figures as a table."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(words, anchor=False)
        if answer is not None:
            with st.container(
                horizontal=True, width="content", vertical_alignment="center", gap="xxsmall", key=f"tools_{key}"
            ):
                if chart:
                    table_switch(chart, words)
                receipt_popover(answer, scope, name=words, key=key, only=only)


def table_switch(key: str, name: str) -> None:
    """A button between the chart that has this name and the same figures as a table."""
    shown = is_table(key)
    st.button(
        t("chart.chart_of" if shown else "chart.table_of", name=name),
        icon=":material/insert_chart:" if shown else ":material/table_rows:",
        help=t("chart.as_chart") if shown else t("chart.as_table"),
        key=f"switch_{key}",
        type="tertiary",
        on_click=_switch,
        args=(key,),
    )


def is_table(key: str) -> bool:
    """Whether a chart is looked at as a table."""
    return bool(st.session_state.get(f"as_table_{key}"))


def _switch(key: str) -> None:
    st.session_state[f"as_table_{key}"] = not is_table(key)


def table_of(answer: Answer) -> Table:
    """An answer as what charts are drawn from."""
    loaded = str(answer.evidence.get("loaded_at") or "")[:10]
    columns = [each | {"grain": each["name"]} if each["role"] == "time" else each for each in map(dict, answer.columns)]
    until = date.fromisoformat(loaded) if loaded else None
    return Table(columns, answer.rows, answer.totals, answer.others, until)


def chart(
    kind: str,
    answer: Answer | Problem | None,
    metric: str,
    scope: Scope,
    *,
    key: str,
    height: int | None = None,
    name_of: Callable[[str], str] | None = None,
) -> None:
    """One metric of an answer by a kind of chart; a click leads to the documents of what was clicked."""
    if not _can_be_drawn(answer, scope, metric) or not isinstance(answer, Answer):
        return
    pen = pen_of(scope.formats)
    if name_of is not None:
        named = name_of
        pen = replace(pen, member=lambda _, value: named(str(value)))

    def open_documents(says: Says) -> None:
        told = str(says.facts[0].column["name"]) if says.facts else metric
        ask_documents(told if told in scope.catalogue.metrics else metric, says.cell, scope)

    show(kind, table_of(answer), metric, scope.formats, key=key, open_mark=open_documents, pen=pen, height=height)


def show(  # noqa: PLR0913  # a chart and how it is shown
    kind: str,
    drawn_from: Table,
    metric: str,
    formats: Any,
    *,
    key: str,
    open_mark: Open | None = None,
    pen: Any = None,
    height: int | None = None,
) -> None:
    """A chart of a table by its kind, or the table itself where that was asked for, or why there is no such chart."""
    pen = pen or pen_of(formats)
    if kind == "table" or is_table(key):
        _as_table(drawn_from, metric, formats, pen, key)
        return
    try:
        picture = draw(kind, drawn_from, metric)
    except Unfit as unfit:
        st.info(why(unfit, locale()), icon=":material/rule:")
        return
    if picture is None:
        return
    column: Column = picture.column
    painted = figures.paint(picture, unit=unit_words(column, formats), pen=pen, ink=ink_now(), height=height)
    _draw(painted, key, open_mark, alt=f"{column['label']}: {word(f'kind.{kind}', locale())}")
    for note in pen.notes(picture):
        st.caption(note)


def height_of(kind: str, drawn_from: Table, metric: str) -> tuple[int, int] | None:
    """How high a chart wants to be, and how many notes stand under it; none for what is not drawn."""
    try:
        picture = None if kind == "table" else draw(kind, drawn_from, metric)
    except Unfit:
        return None
    return None if picture is None else (figures.natural_height(picture), len(picture.notes))


def _as_table(drawn_from: Table, metric: str, formats: Any, pen: Any, key: str) -> None:
    """The rows, their total as the server told it, and what is not among them."""
    columns = [each for each in drawn_from.columns if each["role"] in {"time", "dimension", "metric", "previous"}]
    totals_line(drawn_from.totals, columns, formats)
    table(drawn_from.rows, columns, formats, key=f"table_{key}")
    others = drawn_from.others.get(metric)
    if others is not None:
        st.caption(word("note.others", locale(), value=pen.full(others, drawn_from.metric(metric))))


def trend_chart(answer: Answer, metric: str, scope: Scope, *, grain: str, key: str) -> None:
    """One metric over the periods of a grain."""
    periods = [each for each in answer.columns if each["name"] == grain or each["role"] == "metric"]
    chart("line", replace(answer, columns=periods), metric, scope, key=key)


def ranking_chart(answer: Answer, metric: str, dimension: str, scope: Scope, *, key: str) -> None:
    """Members of a dimension by one metric, in the order given."""
    members = [each for each in answer.columns if each["name"] == dimension or each["role"] == "metric"]
    chart("bar", replace(answer, columns=members), metric, scope, key=key)


def bridge_chart(totals: Mapping[str, Any], columns: Sequence[Column], scope: Scope) -> None:
    """From a first amount through gains and losses to what is left."""
    drawn_from = Table(columns, [totals], totals)
    show("waterfall", drawn_from, str(columns[0]["name"]), scope.formats, key="bridge")


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
    person = viewer()
    narrow = "" if person is None or person.sees_all else f" {t('empty.part')}"
    st.info(t(key, start=start, end=end) + narrow, icon=":material/inbox:")


def _draw(painted: figures.Painted, key: str, open_mark: Open | None, *, alt: str) -> None:
    if open_mark is None:
        st.plotly_chart(painted.figure, width="stretch", config=_QUIET, key=key, alt=alt)
        return
    # A selection stays until the chart is drawn under another key: the count makes each click a new one.
    turns = st.session_state.setdefault("turns", {})
    turn = turns.get(key, 0)
    chosen = st.plotly_chart(
        painted.figure,
        width="stretch",
        config=_QUIET,
        key=f"{key}_{turn}",
        on_select="rerun",
        selection_mode="points",
        alt=alt,
    )
    points: Sequence[Mapping[str, Any]] = chosen.selection.points if chosen else []
    says = painted.at(points[0]) if points else None
    if points:
        turns[key] = turn + 1
    if says is not None:
        open_mark(says)
