"""Measured curves over time: one line a member, the busiest first; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

import plotly.graph_objects as go

from dashboards.painting.figures import Ink

LINES_MAX = 8
_HEIGHT = 220
_LEGEND_LINE = 19


def paint_curves(curves: Sequence[Mapping[str, Any]], *, unit: str, ink: Ink, zone: tzinfo) -> go.Figure:
    """The figure; of more members than colours those with the highest last point."""
    figure = go.Figure()
    shown = sorted(curves, key=lambda each: -float(each["last"]))[:LINES_MAX]
    for place, each in enumerate(shown):
        moments = [datetime.fromtimestamp(at, tz=zone).replace(tzinfo=None) for at, _ in each["points"]]
        figure.add_scatter(
            x=moments,
            y=[value for _, value in each["points"]],
            mode="lines",
            name=each["member"] or unit,
            line={"width": 1.6, "color": ink.series[place % len(ink.series)]},
            showlegend=len(shown) > 1,
        )
    figure.update_layout(
        height=_HEIGHT + (_LEGEND_LINE * ((len(shown) + 1) // 2) if len(shown) > 1 else 0),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="x unified",
        font={"color": ink.text},
        # Below, it would lie on the names of the moments.
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.02, "x": 0, "font": {"size": 11}},
    )
    figure.update_yaxes(rangemode="tozero", tickformat=_FORMATS.get(unit, ",~r"), ticksuffix=_SUFFIXES.get(unit, ""))
    # Written as the standard does: the browser's plotly knows the names of months in one language.
    figure.update_xaxes(tickformatstops=_MOMENTS, hoverformat="%Y-%m-%d %H:%M")
    return figure


_FORMATS = {"share": ".0%", "bytes": ".2~s", "bytes_per_second": ".2~s", "count": ",d"}
_SUFFIXES = {"bytes": "B", "bytes_per_second": "B/s"}
_MINUTE_MS, _DAY_MS = 60_000, 86_400_000
_MOMENTS = (
    {"dtickrange": [None, _MINUTE_MS - 1], "value": "%H:%M:%S\n%Y-%m-%d"},
    {"dtickrange": [_MINUTE_MS, _DAY_MS - 1], "value": "%H:%M\n%Y-%m-%d"},
    {"dtickrange": [_DAY_MS, None], "value": "%m-%d\n%Y"},
)
