"""Trend, ranking, stacked parts and bridge, in one look that works in light and dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#7F7F7F", "#B8A200")
MUTED = "#8A97A5"
HEIGHT = 300
_LABEL_CHARACTERS_MAX = 28


def trend(rows: Sequence[Mapping[str, Any]], *, x: str, series: Mapping[str, str], unit: str) -> go.Figure:
    """Lines over time, each named at its end.

    Shapes: rows, oldest first, with `x` and one number a series; `series` maps column to label.
    """
    figure = _empty(unit)
    for position, (column, label) in enumerate(series.items()):
        past = column.endswith("_previous")
        colour = MUTED if past else PALETTE[position % len(PALETTE)]
        values = [_number(row.get(column)) for row in rows]
        figure.add_scatter(
            x=[row[x] for row in rows],
            y=values,
            name=label,
            mode="lines",
            line={"color": colour, "width": 2, "dash": "dot" if past else "solid"},
            hovertemplate="%{x}<br><b>%{y:,.2f}</b><extra>" + label + "</extra>",
        )
        if len(series) > 1 and values and values[-1] is not None:
            figure.add_annotation(
                x=rows[-1][x],
                y=values[-1],
                text=label,
                showarrow=False,
                xanchor="left",
                xshift=6,
                font={"color": colour},
            )
    figure.update_layout(margin={"r": 90 if len(series) > 1 else 10})
    figure.update_yaxes(rangemode="tozero")
    return figure


def ranking(rows: Sequence[Mapping[str, Any]], *, name: str, value: str, unit: str, top: int = 10) -> go.Figure:
    """Horizontal bars, largest first, the rest as one bar."""
    ordered = sorted(rows, key=lambda row: -(_number(row[value]) or 0))
    shown = [(str(row[name]), _number(row[value]) or 0.0) for row in ordered[:top]]
    rest = sum(_number(row[value]) or 0.0 for row in ordered[top:])
    if len(ordered) > top:
        shown.append((f"+ {len(ordered) - top}", rest))
    shown.reverse()
    figure = _empty(unit)
    figure.add_bar(
        x=[amount for _, amount in shown],
        y=[_short(label) for label, _ in shown],
        customdata=[label for label, _ in shown],
        orientation="h",
        marker_color=PALETTE[0],
        hovertemplate="%{customdata}<br><b>%{x:,.2f}</b><extra></extra>",
    )
    figure.update_layout(height=max(HEIGHT, 27 * len(shown) + 60), bargap=0.35)
    return figure


def parts(rows: Sequence[Mapping[str, Any]], *, x: str, part: str, value: str, unit: str) -> go.Figure:
    """Stacked bars; a part keeps its colour whatever the order of rows."""
    figure = _empty(unit)
    names = sorted({str(row[part]) for row in rows})
    for position, label in enumerate(names):
        mine = [row for row in rows if str(row[part]) == label]
        figure.add_bar(
            x=[row[x] for row in mine],
            y=[_number(row[value]) for row in mine],
            name=label,
            marker_color=PALETTE[position % len(PALETTE)],
            hovertemplate="%{x}<br><b>%{y:,.2f}</b><extra>" + label + "</extra>",
        )
    figure.update_layout(barmode="relative", showlegend=True, bargap=0.25)
    return figure


def bridge(steps: Sequence[tuple[str, float]], *, total: str, unit: str) -> go.Figure:
    """A waterfall from the first step through gains and losses to the total."""
    figure = _empty(unit)
    figure.add_waterfall(
        x=[label for label, _ in steps] + [total],
        y=[amount for _, amount in steps] + [0],
        measure=["relative"] * len(steps) + ["total"],
        increasing={"marker": {"color": PALETTE[2]}},
        decreasing={"marker": {"color": PALETTE[5]}},
        totals={"marker": {"color": PALETTE[0]}},
        hovertemplate="%{x}<br><b>%{y:,.2f}</b><extra></extra>",
    )
    return figure


def _empty(unit: str) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 10, "r": 10, "t": 30, "b": 10},
        showlegend=False,
        legend={"orientation": "h", "y": 1.12, "x": 0},
        hovermode="closest",
        title={"text": unit, "font": {"size": 12, "color": MUTED}, "x": 0, "y": 0.98},
        separators=".,",
    )
    return figure


def _number(value: Any) -> float | None:
    """A drawn coordinate: the one place where an amount may become a float."""
    return None if value is None else float(value)


def _short(label: str) -> str:
    return label if len(label) <= _LABEL_CHARACTERS_MAX else label[: _LABEL_CHARACTERS_MAX - 1] + "…"
