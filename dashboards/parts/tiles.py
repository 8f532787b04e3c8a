"""Figures at a glance: value with unit, change against the comparison, and a small trend."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

import streamlit as st

from dashboards.data.metrics import Answer
from dashboards.formats import number_of
from dashboards.parts.drawings import ink_now
from dashboards.parts.receipt import receipt_popover
from dashboards.scope import Scope
from dashboards.words import t

TILE_PIXELS_MIN = 172
STILL = "±"
_TENTH = Decimal("0.1")
_COURSE_WIDTH, _COURSE_HEIGHT = 120, 36

Colour = Literal["normal", "inverse", "off"]


def tiles(names: Sequence[str], answers: Mapping[str, Answer], scope: Scope, *, key: str) -> None:
    """One tile a metric, in the given order: its figure for the whole period, and its course where that was asked."""
    with st.grid(min_column_width=TILE_PIXELS_MIN, gap="small", key=f"tiles_{len(names)}_{key}"):
        for name in names:
            with st.container(border=True, height="stretch", gap=None, key=f"tile_{key}_{name}"):
                figure_tile(name, answers[name], scope, key=name)


def figure_tile(name: str, answer: Answer, scope: Scope, *, key: str, title: str = "") -> None:
    """A figure with unit, change and course, its receipt in the corner."""
    metric = scope.catalogue.metrics.get(name, answer.column(name))
    words = title or str(metric["label"])
    whole, column = answer.totals or answer.only, answer.column(name)
    unfiltered = scope.unfiltered([name])
    change = change_words(whole, name, column, scope)
    is_still = change is not None and change.startswith(STILL)
    colour = "off" if is_still else colour_of(metric, whole.get(f"{name}_change"))
    st.metric(
        words,
        scope.formats.figure(whole.get(name), column, compact=True),
        delta=change,
        delta_color=colour,
        delta_arrow="off" if is_still else "auto",
        help=t("tile.unfiltered", names=", ".join(unfiltered)) if unfiltered else None,
    )
    points = sparkline(answer, name)
    if whole.get(name) is None:
        st.caption(t("board.empty_tile"))
    elif points:
        rises = (number_of(whole.get(f"{name}_change")) or 0) > 0
        st.html(course(points, _ink(colour, rises=rises)))
    receipt_popover(answer, scope, name=words, key=key, only=name, exact=_exact(name, whole, column, scope))


def _exact(name: str, whole: Mapping[str, Any], column: Mapping[str, Any], scope: Scope) -> str:
    """The figure to its last digit, beside the one it is compared with."""
    words = t("tile.exact", value=scope.formats.figure(whole.get(name), column))
    if whole.get(f"{name}_previous") is not None:
        before = scope.formats.figure(whole[f"{name}_previous"], column)
        words += f" · {t(f'compare.line_{scope.period.compare}')}: {before}"
    return words


def change_words(row: Mapping[str, Any], name: str, column: Mapping[str, Any], scope: Scope) -> str | None:
    """By how much a figure changed: in percent, and a share in percentage points."""
    change = number_of(row.get(f"{name}_change"))
    if change is None:
        return None
    if column.get("type") == "share":
        points = (change * 100).quantize(_TENTH)
        return t("tile.points", sign=_sign(points), value=scope.formats.number(abs(points), places=1))
    share = number_of(row.get(f"{name}_change_share"))
    if share is None:
        return None
    return _sign((share * 100).quantize(_TENTH)) + scope.formats.share(abs(share))


def _sign(change: Decimal) -> str:
    """What was too small to be written is no rise and no fall."""
    return STILL if change == 0 else "+" if change > 0 else "-"


def colour_of(metric: Mapping[str, Any], change: Any) -> Colour:
    """Colour only where good or bad is certain and something changed."""
    number = number_of(change)
    if number is None or number == 0:
        return "off"
    directions: Mapping[str, Colour] = {"up": "normal", "down": "inverse"}
    return directions.get(str(metric.get("good_direction")), "off")


def _ink(colour: Colour, *, rises: bool) -> str:
    """The colour of a figure's course: that of its change."""
    if colour == "off":
        return ink_now().muted
    return ink_now().of("good" if rises == (colour == "normal") else "bad")


def course(points: Sequence[float], ink: str) -> str:
    """A small line from the lowest to the highest point, filled below.

    Drawn by us: the library behind a metric's own chart costs a browser more than all else in the tile.
    """
    low, high = min(points), max(points)
    step, reach = _COURSE_WIDTH / (len(points) - 1), (high - low) or 1.0
    drawn = [
        f"{place * step:.1f},{_COURSE_HEIGHT - 1 - (each - low) / reach * (_COURSE_HEIGHT - 2):.1f}"
        for place, each in enumerate(points)
    ]
    along = " ".join(drawn)
    picture = (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_COURSE_WIDTH} {_COURSE_HEIGHT}'"
        " preserveAspectRatio='none'>"
        f"<polygon points='0,{_COURSE_HEIGHT} {along} {_COURSE_WIDTH},{_COURSE_HEIGHT}' fill='{ink}' opacity='0.08'/>"
        f"<polyline points='{along}' fill='none' stroke='{ink}' stroke-width='1.8' stroke-linejoin='round'"
        " vector-effect='non-scaling-stroke'/></svg>"
    )
    # As a picture: of a page's own text, no drawing is let through.
    return f"<img class='course' alt='' src='data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}'>"


def sparkline(answer: Answer, name: str) -> list[float] | None:
    """The figures over time as drawn coordinates; nothing for fewer than three points."""
    drawn = [number_of(row.get(name)) for row in answer.rows]
    points = [float(each) for each in drawn if each is not None]
    return points if len(points) > 2 else None  # noqa: PLR2004  # two points show no course
