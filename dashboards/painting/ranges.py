"""A line of days with the range that was expected, and the day that stood out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from dashboards.painting.figures import ON_LIGHT, Ink

HEIGHT = 260


def expected_range(
    days: Sequence[Mapping[str, Any]], *, marked: str, value: str, expected: str, ink: Ink = ON_LIGHT
) -> go.Figure:
    """Values over the expected range, the marked days' points larger.

    Shapes: days, oldest first, with day, value, low and high; any of them may be none.
    """
    figure = go.Figure()
    at = [each["day"] for each in days]
    edge = {"width": 0}
    figure.add_scatter(x=at, y=[each.get("high") for each in days], mode="lines", line=edge, hoverinfo="skip")
    figure.add_scatter(
        x=at,
        y=[each.get("low") for each in days],
        mode="lines",
        line=edge,
        fill="tonexty",
        fillcolor=_faint(ink.muted),
        name=expected,
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=at,
        y=[each.get("value") for each in days],
        mode="lines+markers",
        name=value,
        line={"color": ink.series[0], "width": 2},
        marker={
            "size": [13 if each["day"] == marked else 4 for each in days],
            "color": [ink.series[5] if each["day"] == marked else ink.series[0] for each in days],
        },
    )
    figure.update_layout(
        height=HEIGHT,
        showlegend=False,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink.muted},
    )
    figure.update_xaxes(showgrid=False)
    figure.update_yaxes(gridcolor=_faint(ink.muted), zeroline=False)
    return figure


def _faint(colour: str) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.18)"
