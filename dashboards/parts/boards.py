"""A page of figures: tiles, one large trend, rankings and lists, all asked at once and from one version of the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboards.client import Problem
from dashboards.data.metrics import Answer, Question, ask_all, problems_of
from dashboards.failure import show_problem
from dashboards.formats import number_of
from dashboards.painting.figures import HEIGHT
from dashboards.parts.documents import ask_documents
from dashboards.parts.drawings import chart, heading, nothing_here
from dashboards.parts.tables import table
from dashboards.parts.tiles import tiles
from dashboards.scope import Scope
from dashboards.words import in_sentence, t

Answers = Mapping[str, Answer | Problem]
_TOP = 8
_TILES_MAX = 6
_TRENDS_MAX = 5
_TILE_ROW_PIXELS = 150
_CHART_PIXELS = 330
_TREND_PIXELS_BESIDE = 338
"""As high as a ranking with its choice of dimensions."""


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A list one acts upon: members of a dimension with a few figures, the first of which says why."""

    name: str
    dimension: str
    metrics: tuple[str, ...]
    order_by: str
    above: int | None = None
    """Above which figure a member is worth acting upon."""

    def is_worth(self, row: Mapping[str, Any]) -> bool:
        """Whether a row calls for action."""
        figure = number_of(row.get(self.metrics[0]))
        if figure is None:
            return False
        return self.above is None or figure > self.above


@dataclass(frozen=True, slots=True)
class BoardSpec:
    """What a page of figures shows, in names of the catalogue; what the reader may not see is absent."""

    name: str
    tiles: tuple[str, ...]
    trends: tuple[str, ...]
    rankings: tuple[str, ...] = ()
    """Dimensions that the trend's metric can be ranked by."""
    lists: tuple[ListSpec, ...] = ()


def board(spec: BoardSpec, scope: Scope) -> None:
    """Show a page of figures."""
    shown = scope.catalogue.known(spec.tiles)[:_TILES_MAX]
    trends = scope.catalogue.known(spec.trends)[:_TRENDS_MAX]
    lists = [each for each in spec.lists if _is_known(each, scope)]
    if not shown and not trends:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    metric = _chosen_trend(spec, trends)
    dimensions = _rankable(spec, metric, scope)
    dimension = _chosen_dimension(spec, dimensions)
    with st.skeleton(height=_TILE_ROW_PIXELS + _CHART_PIXELS):
        found = ask_all(_questions(shown, metric, dimension, lists, scope))
    _figures(spec, shown, found, scope)
    if metric:
        _trend_and_ranking(spec, (trends, metric), (dimensions, dimension), found, scope)
    _lists(lists, found, scope)


def _is_known(each: ListSpec, scope: Scope) -> bool:
    names = scope.catalogue.known(each.metrics)
    return each.metrics[0] in names and scope.catalogue.has(names, each.dimension)


def _questions(
    shown: Sequence[str], metric: str | None, dimension: str | None, lists: Sequence[ListSpec], scope: Scope
) -> dict[str, Question]:
    """As few questions as the page can be made of: figures, their course and the trend are one."""
    grain = scope.period.natural_grain()
    asked: dict[str, Question] = {}
    for part, names in enumerate(scope.alike(list(dict.fromkeys([*shown, *([metric] if metric else [])])))):
        asked[f"figures_{part}"] = scope.question(*names, grain=grain, order_by=[grain], totals=True)
    if metric and dimension:
        asked["ranking"] = scope.question(
            metric, by=[dimension], compared=False, order_by=[f"-{metric}"], limit=_TOP, others=True
        )
    for each in lists:
        listed = scope.catalogue.known(each.metrics)
        asked[each.name] = scope.question(
            *listed, by=[each.dimension], compared=False, order_by=[each.order_by], limit=_TOP
        )
    return asked


def _figures(spec: BoardSpec, shown: Sequence[str], found: Answers, scope: Scope) -> None:
    parts = {name: each for name, each in found.items() if name.startswith("figures_")}
    for problem in problems_of(parts.values()):
        show_problem(problem, what=t("board.figures"))
    answers = {name: each for each in parts.values() if isinstance(each, Answer) for name in each.metrics}
    if answers and all(each.totals.get(name) is None for name, each in answers.items()):
        nothing_here(scope)
    tiles([name for name in shown if name in answers], answers, scope, key=spec.name)


def _chosen_trend(spec: BoardSpec, trends: Sequence[str]) -> str | None:
    if not trends:
        return None
    chosen = st.session_state.get(f"trend_{spec.name}")
    return chosen if chosen in trends else trends[0]


def _rankable(spec: BoardSpec, metric: str | None, scope: Scope) -> list[str]:
    return [name for name in spec.rankings if metric and scope.catalogue.has([metric], name)]


def _chosen_dimension(spec: BoardSpec, dimensions: Sequence[str]) -> str | None:
    chosen = st.session_state.get(f"ranking_{spec.name}")
    return chosen if chosen in dimensions else (dimensions[0] if dimensions else None)


def _trend_and_ranking(
    spec: BoardSpec,
    trends: tuple[Sequence[str], str],
    dimensions: tuple[Sequence[str], str | None],
    found: Answers,
    scope: Scope,
) -> None:
    names, metric = trends
    offered, dimension = dimensions
    if len(names) > 1:
        st.segmented_control(
            t("board.show"),
            names,
            default=metric,
            format_func=scope.catalogue.label,
            key=f"trend_{spec.name}",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    left, right = st.columns([3, 2], gap="medium") if dimension else (st.container(), None)
    with left, st.container(border=True, height="stretch"):
        words = t("board.over_time", metric=scope.catalogue.label(metric))
        course = _course(found, metric)
        key = f"chart_trend_{spec.name}"
        shown = course if isinstance(course, Answer) else None
        heading(words, shown, scope, key=f"trend_{spec.name}", only=metric, chart=key)
        height = _TREND_PIXELS_BESIDE if dimension else HEIGHT
        chart("line", course, metric, scope, key=key, height=height)
    if right is not None and dimension:
        with right, st.container(border=True, height="stretch"):
            labels = scope.catalogue.label(metric), scope.catalogue.label(dimension)
            words = t("board.by", metric=labels[0], dimension=in_sentence(labels[1]))
            key = f"chart_ranking_{spec.name}"
            heading(words, _answer(found, "ranking"), scope, key=f"ranking_{spec.name}", chart=key)
            _choose_dimension(spec, offered, dimension, scope)
            chart("bar", found.get("ranking"), metric, scope, key=key)


def _course(found: Answers, metric: str) -> Answer | Problem | None:
    """The answer that holds a metric over time, or why there is none."""
    parts = [each for name, each in found.items() if name.startswith("figures_")]
    held = (each for each in parts if isinstance(each, Answer) and metric in each.metrics)
    return next(held, None) or next((each for each in parts if isinstance(each, Problem)), None)


def _choose_dimension(spec: BoardSpec, offered: Sequence[str], dimension: str, scope: Scope) -> None:
    if len(offered) > 1:
        st.pills(
            t("board.rank_by"),
            offered,
            default=dimension,
            format_func=scope.catalogue.label,
            key=f"ranking_{spec.name}",
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )


def _answer(found: Answers, name: str) -> Answer | None:
    answer = found.get(name)
    return answer if isinstance(answer, Answer) else None


def _lists(lists: Sequence[ListSpec], found: Answers, scope: Scope) -> None:
    if not lists:
        return
    places = st.columns(len(lists), gap="medium")
    for place, each in zip(places, lists, strict=True):
        with place, st.container(border=True, height="stretch"):
            heading(t(f"list.{each.name}"), _answer(found, each.name), scope, key=f"list_{each.name}")
            _list(each, found.get(each.name), scope)


def _list(each: ListSpec, answer: Answer | Problem | None, scope: Scope) -> None:
    if isinstance(answer, Problem):
        show_problem(answer, what=t(f"list.{each.name}"))
        return
    rows = [row for row in answer.rows if each.is_worth(row)] if answer else []
    if not rows or answer is None:
        st.success(t(f"list.{each.name}_empty"), icon=":material/check_circle:")
        return
    picked = table(rows, answer.columns, scope.formats, key=f"table_{each.name}", is_door=True, rows_shown=_TOP)
    st.caption(t(f"list.{each.name}_note"))
    if picked is not None:
        metric = picked.column if picked.column in answer.metrics else each.metrics[0]
        ask_documents(metric, {each.dimension: picked.row[each.dimension]}, scope)
