"""What a cross table is narrowed to beside the page: its own conditions and days, and what it asks its reader for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.parts.member_choice import choose_members
from dashboards.parts.pivot_words import Definition
from dashboards.scope import Scope
from dashboards.words import t

PARAMETERS_MAX = 6
_IS = frozenset({"eq", "in"})


def parameters_chosen(scope: Scope, before: Mapping[str, Any], metrics: Sequence[str]) -> list[Definition]:
    """The dimensions whose members the reader is asked for, with those chosen so far."""
    known = {str(each["field"]): list(each.get("values") or ()) for each in before.get("parameters", ())}
    shared = scope.catalogue.shared(metrics) if metrics else []
    offered = [name for name in shared if _has_members(scope.catalogue.dimensions[name])]
    fields = st.multiselect(
        t("pivot.parameters_of"),
        offered,
        default=[name for name in known if name in offered],
        format_func=scope.catalogue.label,
        max_selections=PARAMETERS_MAX,
        placeholder=t("explore.choose_by"),
        help=t("pivot.parameters_help"),
        key=f"pivot_parameters_{'_'.join(sorted(metrics))}",
        width=320,
    )
    return [{"field": name, "values": known.get(name, [])} for name in fields]


def _has_members(dimension: Mapping[str, Any]) -> bool:
    """Whether members can be listed: days cannot, nor ages, which depend on the day at which one looks."""
    return dimension["type"] == "text" and not dimension.get("is_age")


def ask_parameters(scope: Scope, definition: Mapping[str, Any]) -> list[Definition]:
    """The parameters with what the reader chooses for each above the table."""
    asked = definition.get("parameters", ())
    if not asked:
        return []
    with st.container(horizontal=True, vertical_alignment="bottom", key="pivot_asked"):
        return [
            {
                "field": name,
                "values": choose_members(name, scope.catalogue.label(name), taken, key=f"pivot_given_{name}"),
            }
            for name, taken in ((str(each["field"]), each.get("values") or ()) for each in asked)
        ]


def own_conditions(definition: Mapping[str, Any]) -> list[Definition]:
    """The conditions that the table has beside those of the page, parameters included."""
    asked = [
        {"field": each["field"], "op": "in", "values": list(each["values"])}
        for each in definition.get("parameters", ())
        if each.get("values")
    ]
    return [*map(dict, definition.get("where", ())), *asked]


def show_conditions(scope: Scope, definition: Mapping[str, Any], keep: Any) -> None:
    """The table's own conditions and days, each to be taken away; `keep` takes the definition without it."""
    where, time = definition.get("where", ()), definition.get("time")
    if not where and not time:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="pivot_narrowed"):
        st.caption(t("pivot.narrowed"), width="content")
        for place, each in enumerate(where):
            rest = [other for index, other in enumerate(where) if index != place]
            _chip(condition_words(scope, each), f"pivot_where_{place}", keep, {**definition, "where": rest})
        if time:
            start, end = (scope.formats.day(time[name]) if time.get(name) else "…" for name in ("start", "end"))
            words = t("frame.range", start=start, end=end)
            _chip(words, "pivot_time", keep, {name: part for name, part in definition.items() if name != "time"})


def _chip(words: str, key: str, keep: Any, rest: Definition) -> None:
    st.button(words, icon=":material/close:", help=t("pivot.take_away"), key=key, on_click=keep, args=(rest,))


def condition_words(scope: Scope, condition: Mapping[str, Any]) -> str:
    """A condition as people say it."""
    name, op = scope.catalogue.label(str(condition["field"])), str(condition.get("op", "eq"))
    values = [*(condition.get("values") or ()), *([condition["value"]] if "value" in condition else ())]
    told = ", ".join(t("table.blank") if each is None else str(each) for each in values)
    if op in _IS:
        return f"{name}: {told}"
    words = t(f"pivot_choice.{op}")
    return f"{name}: {words} {told}".rstrip()
