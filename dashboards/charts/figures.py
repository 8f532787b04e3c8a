"""Trend, ranking, stacked parts and bridge, in one look that works in light and dark.

Axes are written by us and not by the browser: a reader of Chinese counts in 万, one of English in thousands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

HEIGHT = 300
_LABEL_CHARACTERS_MAX = 28
_TICKS = 5
_BAR_PIXELS = 28
_LINE_POINTS_MARKED_MAX = 60
_NAMES_MAX = 7


@dataclass(frozen=True, slots=True)
class Ink:
    """The colours of series in their order, and of what stands back; each readable on its background (WCAG AA)."""

    series: tuple[str, ...]
    muted: str


# Okabe and Ito's palette, readable by colour-blind people: the same hues, lighter where the page is dark.
ON_LIGHT = Ink(("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F", "#B8A200"), "#66737F")
ON_DARK = Ink(("#4DA8DA", "#F0B429", "#2CC295", "#E29BC0", "#8CCDF2", "#F5824A", "#A6AFB8", "#D9C63C"), "#98A5B3")

Row = Mapping[str, Any]
Write = Callable[[Any], str]
"""How a figure is written: short on an axis, in full beside a mark."""
Tick = Callable[[Any], tuple[str, str]]
"""How a period is written under an axis: its name, and its year, which is shown where it changes."""


def trend(  # noqa: PLR0913  # rows and how they are drawn
    rows: Sequence[Row],
    *,
    x: str,
    series: Mapping[str, str],
    unit: str,
    short: Write,
    full: Write,
    name_x: Write,
    tick: Tick,
    ink: Ink = ON_LIGHT,
) -> go.Figure:
    """Lines over time, each named at its end.

    Shapes: rows, oldest first, with `x` and one number a series; `series` maps column to label.
    """
    figure = _empty(unit, ink)
    places = list(range(len(rows)))
    for position, (column, label) in enumerate(series.items()):
        past = column.endswith("_previous")
        colour = ink.muted if past else ink.series[position % len(ink.series)]
        values = [_number(row.get(column)) for row in rows]
        figure.add_scatter(
            x=places,
            y=values,
            name=label,
            mode="lines+markers" if len(rows) <= _LINE_POINTS_MARKED_MAX and not past else "lines",
            marker={"size": 6},
            line={"color": colour, "width": 1.6 if past else 2.4, "dash": "dot" if past else "solid"},
            customdata=[[name_x(row[x]), full(row.get(column))] for row in rows],
            hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra>" + label + "</extra>",
        )
        _name_at_end(figure, values, label, colour)
    _write_places(figure, [tick(row[x]) for row in rows])
    _write_values(figure, [_number(row.get(column)) for row in rows for column in series], short)
    if len(series) > 1:
        figure.update_layout(margin={"r": 12 + 7 * max(map(len, series.values()))})
    return figure


def _name_at_end(figure: go.Figure, values: Sequence[float | None], label: str, colour: str) -> None:
    last = max((place for place, value in enumerate(values) if value is not None), default=None)
    if last is None:
        return
    figure.add_annotation(
        x=last,
        y=values[last],
        text=label,
        showarrow=False,
        xanchor="left",
        xshift=8,
        font={"color": colour, "size": 12},
    )


def ranking(  # rows and how they are drawn
    rows: Sequence[Row],
    *,
    name: str,
    value: str,
    unit: str,
    full: Write,
    blank: str = "—",
    ink: Ink = ON_LIGHT,
) -> go.Figure:
    """Horizontal bars in the order given, their figures beside them."""
    shown = [(str(row[name]) if row[name] not in (None, "") else blank, row[value]) for row in rows]
    figure = _empty(unit, ink)
    figure.add_bar(
        x=[_number(amount) for _, amount in shown],
        y=list(range(len(shown))),
        customdata=[[label, full(amount)] for label, amount in shown],
        orientation="h",
        marker_color=ink.series[0],
        text=[full(amount) for _, amount in shown],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra></extra>",
    )
    figure.update_layout(height=max(150, _BAR_PIXELS * len(shown) + 50), bargap=0.35)
    figure.update_yaxes(
        autorange="reversed",
        tickvals=list(range(len(shown))),
        ticktext=[_short(label) for label, _ in shown],
        showgrid=False,
    )
    figure.update_xaxes(showticklabels=False, showgrid=False, zeroline=True, range=_with_room(shown))
    return figure


def _with_room(shown: Sequence[tuple[str, Any]]) -> list[float]:
    """From zero (or the lowest) to a good bit past the longest bar, so that its figure fits beside it."""
    values = [_number(amount) or 0.0 for _, amount in shown] or [0.0]
    low, high = min(0.0, *values), max(0.0, *values)
    room = (high - low or 1.0) * 0.3
    return [low - (room if low < 0 else 0.0), high + room]


def parts(  # noqa: PLR0913  # rows and how they are drawn
    rows: Sequence[Row],
    *,
    x: str,
    part: str,
    value: str,
    unit: str,
    short: Write,
    full: Write,
    name_x: Write,
    tick: Tick,
    blank: str = "—",
    ink: Ink = ON_LIGHT,
) -> go.Figure:
    """Stacked bars; a part keeps its colour whatever the order of rows."""
    figure = _empty(unit, ink)
    rows = [{**row, part: str(row[part] or blank)} for row in rows]
    places = {place: position for position, place in enumerate(dict.fromkeys(row[x] for row in rows))}
    for position, label in enumerate(sorted({row[part] for row in rows})):
        mine = [row for row in rows if row[part] == label]
        figure.add_bar(
            x=[places[row[x]] for row in mine],
            y=[_number(row[value]) for row in mine],
            name=_short(label),
            marker_color=ink.series[position % len(ink.series)],
            customdata=[[name_x(row[x]), full(row[value]), label] for row in mine],
            hovertemplate="%{customdata[0]}<br><b>%{customdata[1]}</b><extra>%{customdata[2]}</extra>",
        )
    figure.update_layout(barmode="relative", showlegend=True, bargap=0.3)
    _write_places(figure, [tick(place) for place in places])
    sums: dict[tuple[Any, bool], float] = {}
    for row in rows:
        number = _number(row[value]) or 0.0
        sums[row[x], number < 0] = sums.get((row[x], number < 0), 0.0) + number
    _write_values(figure, list(sums.values()), short)
    return figure


def bridge(  # steps and how they are drawn
    steps: Sequence[tuple[str, Any]],
    *,
    total: tuple[str, Any],
    unit: str,
    short: Write,
    full: Write,
    ink: Ink = ON_LIGHT,
) -> go.Figure:
    """A waterfall from the first step through gains and losses to the total."""
    amounts = [_number(amount) or 0.0 for _, amount in steps]
    figure = _empty(unit, ink)
    figure.add_waterfall(
        x=[label for label, _ in steps] + [total[0]],
        y=[*amounts, _number(total[1])],
        measure=["relative"] * len(steps) + ["absolute"],
        text=[full(amount) for _, amount in [*steps, total]],
        textposition="outside",
        cliponaxis=False,
        increasing={"marker": {"color": ink.series[2]}},
        decreasing={"marker": {"color": ink.series[5]}},
        totals={"marker": {"color": ink.series[0]}},
        hovertemplate="%{x}<br><b>%{text}</b><extra></extra>",
    )
    running = [sum(amounts[: place + 1]) for place in range(len(amounts))]
    _write_values(figure, [*running, _number(total[1])], short)
    return figure


def ticks(values: Sequence[float | None], *, count: int = _TICKS) -> list[float]:
    """Round numbers from zero (or below the lowest) to past the highest."""
    known = [value for value in values if value is not None and math.isfinite(value)]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high == low:
        return [0.0, 1.0]
    rough = (high - low) / count
    size = 10.0 ** math.floor(math.log10(rough))
    step = size * next(factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(place * step, 12) for place in range(first, last + 1)]


def _write_values(figure: go.Figure, values: Sequence[float | None], short: Write) -> None:
    marks = ticks(values)
    figure.update_yaxes(tickvals=marks, ticktext=[short(mark) for mark in marks], range=[marks[0], marks[-1]])


def _write_places(figure: go.Figure, names: Sequence[tuple[str, str]]) -> None:
    """As many names under the axis as a telephone has room for, each year once."""
    every = max(1, math.ceil(len(names) / _NAMES_MAX))
    places = list(range(0, len(names), every))
    years = [names[place][1] for place in places]
    shown = [
        names[place][0] + (f"<br>{year}" if year and year != before else "")
        for place, year, before in zip(places, years, ["", *years], strict=False)
    ]
    figure.update_xaxes(
        tickvals=places,
        ticktext=shown,
        tickangle=0,
        showgrid=False,
        range=[-0.5, len(names) - 0.5],
        fixedrange=True,
    )
    figure.update_yaxes(fixedrange=True)


def _empty(unit: str, ink: Ink) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 12, "t": 34, "b": 8},
        showlegend=False,
        legend={"orientation": "h", "y": 1.14, "x": 0.0, "xanchor": "left"},
        hovermode="closest",
        title={"text": unit, "font": {"size": 12, "color": ink.muted, "weight": 400}, "x": 0, "y": 0.98},
        dragmode=False,
    )
    figure.update_xaxes(automargin=True)
    figure.update_yaxes(automargin=True)
    return figure


def _number(value: Any) -> float | None:
    """A drawn coordinate: the one place where an amount may become a float."""
    return None if value is None else float(value)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_CHARACTERS_MAX else label[: _LABEL_CHARACTERS_MAX - 1] + "…"
