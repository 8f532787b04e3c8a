"""Choosing among the kinds of chart that a result can be drawn by."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from charts.words import word
from dashboards.session import locale
from dashboards.words import t

_ICONS = {
    "line": "show_chart",
    "area": "area_chart",
    "bar": "bar_chart",
    "stacked": "stacked_bar_chart",
    "pie": "pie_chart",
    "number": "looks_one",
    "table": "table_rows",
    "funnel": "filter_alt",
    "waterfall": "waterfall_chart",
    "heat": "grid_on",
    "sankey": "account_tree",
    "box": "candlestick_chart",
    "map": "public",
    "control": "monitoring",
    "forecast": "trending_up",
}


def kind_words(kind: str) -> str:
    """What a kind of chart is called in the reader's language."""
    return word(f"kind.{kind}", locale())


def choose_kind(offered: Sequence[str], *, key: str, default: str | None = None) -> str:
    """The kind chosen among some, at first the plainest."""
    chosen = st.pills(
        t("chart.kind"),
        offered,
        default=default if default in offered else offered[0],
        format_func=lambda kind: f":material/{_ICONS[kind]}: {kind_words(kind)}",
        key=key,
        required=True,
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or offered[0]
