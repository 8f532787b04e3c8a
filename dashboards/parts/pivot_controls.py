"""The controls of a cross table: what stands where, what is shown of figures, and how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.parts.pivot_filters import parameters_chosen
from dashboards.parts.pivot_measures import measures_of
from dashboards.parts.pivot_members import members_told
from dashboards.parts.pivot_words import Definition, choice, is_number, metric_of, name_of, number_typed
from dashboards.scope import Scope
from dashboards.words import t

METRICS_MAX = 8
DIMENSIONS_MAX = 6
_OPERATORS = ("gte", "gt", "lte", "lt")


def controls(scope: Scope, before: Mapping[str, Any]) -> Definition:
    """The definition that the reader has put together, without what the page and the chosen cells add to it."""
    with st.container(border=True):
        metrics = _metrics(scope, before)
        rows, columns = _axes(scope, before, metrics)
        levels = [*rows[:-1], *columns[:-1]]
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.popover(t("pivot.figures"), icon=":material/percent:"):
                measures = measures_of(metrics, scope, before, levels)
            with st.popover(t("pivot.order"), icon=":material/sort:"):
                order = _order(scope, before, measures, rows, columns)
            with st.popover(t("pivot.condition"), icon=":material/filter_alt:"):
                condition = _condition(scope, before, metrics)
            with st.popover(t("pivot.parameters"), icon=":material/tune:"):
                parameters = parameters_chosen(scope, before, metrics)
            with st.popover(t("pivot.members"), icon=":material/category:"):
                members = members_told(scope, before, [*rows, *columns])
            with st.popover(t("pivot.layout"), icon=":material/table:"):
                layout = _layout(scope, before, levels)
            st.button(t("pivot.swap"), icon=":material/swap_horiz:", on_click=_swap, type="tertiary", key="pivot_swap")
    found = {"metrics": measures, "rows": rows, "columns": columns, **order, **condition, **members, **layout}
    found |= {"parameters": parameters, "where": before.get("where") or [], "time": before.get("time")}
    found["collapsed"] = [each for each in before.get("collapsed", ()) if set(each) <= {*rows, *columns}]
    return {name: value for name, value in found.items() if value not in ([], None)}


def _metrics(scope: Scope, before: Mapping[str, Any]) -> list[str]:
    known = scope.catalogue
    given = known.known(dict.fromkeys(metric_of(each) for each in before.get("metrics", ())))
    return st.multiselect(
        t("explore.metrics"),
        sorted(known.metrics, key=known.label),
        default=list(given or known.begins_with())[:METRICS_MAX],
        format_func=known.label,
        max_selections=METRICS_MAX,
        placeholder=t("explore.choose_metrics"),
        key="pivot_metrics",
    )


def _axes(scope: Scope, before: Mapping[str, Any], metrics: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands in rows and columns; nothing stands in both."""
    offered = [*scope.catalogue.shared(metrics), *scope.catalogue.grains]
    left, right = st.columns(2, gap="medium")
    mark = "_".join(sorted(metrics))
    found: list[list[str]] = []
    for column, axis in ((left, "rows"), (right, "columns")):
        taken = found[0] if found else []
        options = [name for name in offered if name not in taken]
        with column:
            found.append(
                st.multiselect(
                    t(f"pivot.{axis}"),
                    options,
                    default=[name for name in before.get(axis, ()) if name in options],
                    format_func=scope.catalogue.label,
                    max_selections=DIMENSIONS_MAX - len(taken),
                    placeholder=t("explore.choose_by"),
                    key=f"pivot_{axis}_{mark}",
                )
            )
    return found[0], found[1]


def _of_a_line(sort: Mapping[str, Any], across: Sequence[str]) -> Mapping[str, Any]:
    """An order by the figures of a line of the other axis; by its total where the table has no such lines any more."""
    at = sort.get("at") or {}
    if set(at) == set(across[: len(at)]):
        return sort
    return {name: value for name, value in sort.items() if name != "at"}


def _order(
    scope: Scope, before: Mapping[str, Any], measures: Sequence[Any], rows: Sequence[str], columns: Sequence[str]
) -> Definition:
    """The order of rows and the highest members; further orders and tops of the definition stay as they are."""
    dimensions = [*rows, *columns]
    of_columns = [_of_a_line(each, rows) for each in before.get("sort", ()) if each.get("axis") == "columns"]
    sorts = [_of_a_line(each, columns) for each in before.get("sort", ()) if each.get("axis", "rows") == "rows"]
    sort: Mapping[str, Any] = next(iter(sorts), {})
    top: Mapping[str, Any] = next(iter(before.get("top", ())), {})
    names = [name_of(each) for each in measures]
    by = choice("pivot.sort_by", ["label", *names], str(sort.get("by", "label")), "pivot_sort", scope)
    at = sort.get("at") if by == sort.get("by") else None
    if at:
        st.caption(t("pivot.sorted_at", members=", ".join(str(each or t("table.blank")) for each in at.values())))
    with st.container(horizontal=True):
        # By name a table runs from A to Z, and down and nested mean nothing: figures alone are sorted otherwise.
        down = st.toggle(
            t("pivot.descending"),
            value=by != "label" and bool(sort.get("descending", True)),
            key=f"pivot_descending_{by}",
            disabled=by == "label",
        )
        nested = st.toggle(
            t("pivot.nested"), value=bool(sort.get("nested", True)), key="pivot_nested", disabled=by == "label"
        )
    found: Definition = {"sort": of_columns}
    if by != "label":
        mine = {"by": by, "descending": down, "nested": nested, **({"at": at} if at else {})}
        found["sort"] = [mine, *(each for each in sorts[1:] if each["by"] in names), *found["sort"]]
    if not dimensions or not names:
        return found
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input(t("pivot.top"), 0, 200, int(top.get("count", 0)), key="pivot_top", width=150)
        of = choice("pivot.top_of", list(dimensions), str(top.get("dimension", "")), "pivot_top_of", scope)
    with st.container(horizontal=True):
        bottom = st.toggle(t("pivot.bottom"), value=bool(top.get("bottom")), key="pivot_bottom")
        others = st.toggle(t("pivot.others"), value=bool(top.get("others", True)), key="pivot_others")
    if count:
        further = [each for each in before.get("top", ())[1:] if each["dimension"] in set(dimensions) - {of}]
        mine = {"dimension": of, "count": count, "by": names[0], "bottom": bottom, "others": others}
        found["top"] = [mine, *further]
    return found


def _condition(scope: Scope, before: Mapping[str, Any], metrics: Sequence[str]) -> Definition:
    """A condition on a figure of a dimension's members; none while its number is left empty."""
    given: Mapping[str, Any] = next(iter(before.get("having", ())), {})
    dimensions = scope.catalogue.shared(metrics) if metrics else []
    if not dimensions:
        return {}
    of = choice("pivot.members_of", dimensions, str(given.get("dimension", "")), "pivot_having_of", scope)
    metric = choice("pivot.figure", list(metrics), str(given.get("metric", "")), "pivot_having_metric", scope)
    with st.container(horizontal=True):
        op = choice("pivot.operator", list(_OPERATORS), str(given.get("op", "gte")), "pivot_having_op")
        value = number_typed("pivot.value", str(next(iter(given.get("values", ())), "")), "pivot_having_value")
    if not is_number(value):
        return {}
    further = [each for each in before.get("having", ())[1:] if each["dimension"] in dimensions]
    return {"having": [{"dimension": of, "metric": metric, "op": op, "values": [value]}, *further]}


def _layout(scope: Scope, before: Mapping[str, Any], levels: Sequence[str]) -> Definition:
    totals = choice(
        "pivot.totals", ["both", "rows", "columns", "none"], str(before.get("totals", "both")), "pivot_totals"
    )
    subtotals = _subtotals(scope, before, levels)
    on_rows = st.toggle(t("pivot.on_rows"), value=before.get("measures_on") == "rows", key="pivot_on_rows")
    merged = st.toggle(t("pivot.merged"), value=before.get("labels") == "merge", key="pivot_merged")
    empty = before.get("empty") or {}
    compared = st.toggle(t("pivot.compared"), value=bool(before.get("compared")), key="pivot_compared")
    dates = st.toggle(t("pivot.dates"), value=bool(empty.get("dates")), key="pivot_dates")
    return {
        "totals": totals,
        "subtotals": subtotals,
        "measures_on": "rows" if on_rows else "columns",
        "labels": "merge" if merged else "repeat",
        "empty": {"dates": True} if dates else None,
        "compared": True if compared else None,
    }


def _subtotals(scope: Scope, before: Mapping[str, Any], levels: Sequence[str]) -> bool | list[str]:
    """The levels that have subtotals: all of them, none, or those that are named."""
    said = before.get("subtotals", True)
    if not levels:
        return bool(said)
    now = list(levels) if said is True else [each for each in said or () if each in levels]
    chosen = st.multiselect(
        t("pivot.subtotals"),
        levels,
        default=now,
        format_func=scope.catalogue.label,
        placeholder=t("pivot_choice.none"),
        key=f"pivot_subtotals_{'_'.join(levels)}",
        width=320,
    )
    return True if set(chosen) == set(levels) else list(chosen) or False


def _swap() -> None:
    """Rows and columns change places."""
    st.session_state.pivot_swapped = True
    for name in [name for name in st.session_state if str(name).startswith(("pivot_rows_", "pivot_columns_"))]:
        del st.session_state[name]
