"""The figures of a cross table: which days each counts, what of it is shown, and how it is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.parts.pivot_words import Definition, choice, is_number, metric_of, number_typed
from dashboards.scope import Scope
from dashboards.words import t

WINDOWS: Mapping[str, Mapping[str, Any]] = {
    "year_to_date": {"to_date": "year"},
    "fiscal_year_to_date": {"to_date": "fiscal_year"},
    "quarter_to_date": {"to_date": "quarter"},
    "rolling_3": {"rolling": 3, "grain": "month"},
    "rolling_12": {"rolling": 12, "grain": "month"},
}
TOTAL = "total"
_SCALES = ("ones", "thousands", "millions")
_PLACES = ("", "0", "1", "2", "3", "4")
_PLAIN = ""


def measures_of(
    metrics: Sequence[str], scope: Scope, before: Mapping[str, Any], levels: Sequence[str]
) -> list[str | Definition]:
    """The measures of the metrics, one for each way in which a metric is shown.

    `levels` are the dimensions that have subtotals.
    """
    found: list[str | Definition] = []
    for name in metrics:
        st.markdown(f"**{scope.catalogue.label(name)}**")
        found += _measures(name, scope, _told(name, before), levels)
    return found


def window_name(window: Any) -> str:
    """What the page calls a window; nothing for one that it does not offer."""
    return next((key for key, value in WINDOWS.items() if value == window), "")


def _told(name: str, before: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What the definition says of a metric, once for each way in which it is shown."""
    said = [each for each in before.get("metrics", ()) if metric_of(each) == name]
    return [{"metric": name} if isinstance(each, str) else each for each in said] or [{"metric": name}]


def _measures(
    name: str, scope: Scope, told: Sequence[Mapping[str, Any]], levels: Sequence[str]
) -> list[str | Definition]:
    first = told[0]
    measure: Definition = {"metric": name}
    known = window_name(first.get("window"))
    with st.container(horizontal=True):
        window = choice("pivot.window", ["", *WINDOWS], known, f"pivot_window_{name}")
        shows = _shows(name, scope, told)
    if window:
        measure["window"] = dict(WINDOWS[window])
    measure |= _looks(name, first) | _levels(name, scope, first, levels)
    return [_shown(measure, show, place) for place, show in enumerate(shows)]


def _shows(name: str, scope: Scope, told: Sequence[Mapping[str, Any]]) -> list[str]:
    """Every way in which a metric is shown; as it is where none is chosen."""
    now = [str(each.get("show") or _PLAIN) for each in told]
    offered = [_PLAIN, *scope.catalogue.shows]
    chosen = st.multiselect(
        t("pivot.show"),
        offered,
        default=[] if now == [_PLAIN] else [each for each in now if each in offered],
        format_func=lambda show: t(f"pivot_choice.{show or 'plain'}"),
        placeholder=t("pivot_choice.plain"),
        key=f"pivot_show_{name}",
        width=300,
    )
    return list(chosen) or [_PLAIN]


def _looks(name: str, before: Mapping[str, Any]) -> Definition:
    """Scale, places, negative figures, shades and colours."""
    form = before.get("format") or {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = choice("pivot.scale", _SCALES, str(form.get("scale", "ones")), f"pivot_scale_{name}")
        given = form.get("places")
        places = choice("pivot.places", _PLACES, "" if given is None else str(given), f"pivot_places_{name}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        bad = number_typed("pivot.bad_below", _limit(before, "bad"), f"pivot_bad_{name}")
        good = number_typed("pivot.good_from", _limit(before, "good"), f"pivot_good_{name}")
    is_bracketed = form.get("negative") == "parentheses"
    brackets = st.toggle(t("pivot.parentheses"), value=is_bracketed, key=f"pivot_negative_{name}")
    heat = st.toggle(t("pivot.heat"), value=bool(before.get("heat")), key=f"pivot_heat_{name}")
    written: Definition = {"scale": scale} if scale != "ones" else {}
    written |= {"places": int(places)} if places else {}
    written |= {"negative": "parentheses"} if brackets else {}
    conditions = [
        {"op": op, "values": [limit], "style": style}
        for op, limit, style in (("lt", bad, "bad"), ("gte", good, "good"))
        if is_number(limit)
    ]
    found: Definition = {"format": written, "heat": heat, "conditions": conditions}
    return {key: value for key, value in found.items() if value}


def _limit(before: Mapping[str, Any], style: str) -> str:
    """The number at which figures take on a style."""
    return next((str(each["values"][0]) for each in before.get("conditions") or () if each["style"] == style), "")


def _levels(name: str, scope: Scope, before: Mapping[str, Any], levels: Sequence[str]) -> Definition:
    """The levels whose subtotals show the figure, where not all of them do."""
    if not levels:
        return {}
    offered = [*levels, TOTAL]
    said = before.get("subtotals")
    chosen = st.multiselect(
        t("pivot.subtotals_show"),
        offered,
        default=offered if said is None else [each for each in said if each in offered],
        format_func=lambda level: t("table.total") if level == TOTAL else scope.catalogue.label(level),
        placeholder=t("pivot_choice.none"),
        key=f"pivot_levels_{name}_{'_'.join(levels)}",
    )
    return {} if set(chosen) == set(offered) else {"subtotals": list(chosen)}


def _shown(measure: Definition, show: str, place: int) -> str | Definition:
    """A measure in one way of showing it: the first bears the metric's name, so orders by it hold."""
    metric = str(measure["metric"])
    if show == _PLAIN and measure == {"metric": metric} and not place:
        return metric
    made = {**measure, "show": show} if show else dict(measure)
    return {**made, "name": f"{metric}_{show or 'plain'}" if place else metric}
