"""The controls of a cross table: what stands where, what is shown of figures, and how it is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboards.parts.pivot_members import members_told
from dashboards.scope import Scope
from dashboards.words import t

METRICS_MAX = 8
DIMENSIONS_MAX = 6
WINDOWS: Mapping[str, Mapping[str, Any]] = {
    "year_to_date": {"to_date": "year"},
    "fiscal_year_to_date": {"to_date": "fiscal_year"},
    "quarter_to_date": {"to_date": "quarter"},
    "rolling_3": {"rolling": 3, "grain": "month"},
    "rolling_12": {"rolling": 12, "grain": "month"},
}
_OPERATORS = ("gte", "gt", "lte", "lt")
_SCALES = ("ones", "thousands", "millions")

Definition = dict[str, Any]


def controls(scope: Scope, before: Mapping[str, Any]) -> Definition:
    """The definition that the reader has put together, without filters and period: those are the page's."""
    with st.container(border=True):
        metrics = _metrics(scope, before)
        rows, columns = _axes(scope, before, metrics)
        with st.container(horizontal=True, vertical_alignment="bottom"):
            with st.popover(t("pivot.figures"), icon=":material/percent:"):
                measures = [_measure(name, scope, _measure_before(name, before)) for name in metrics]
            with st.popover(t("pivot.order"), icon=":material/sort:"):
                order = _order(scope, before, measures, [*rows, *columns])
            with st.popover(t("pivot.condition"), icon=":material/filter_alt:"):
                condition = _condition(scope, before, metrics)
            with st.popover(t("pivot.members"), icon=":material/category:"):
                members = members_told(scope, before, [*rows, *columns])
            with st.popover(t("pivot.layout"), icon=":material/table:"):
                layout = _layout(before)
            st.button(t("pivot.swap"), icon=":material/swap_horiz:", on_click=_swap, type="tertiary", key="pivot_swap")
    found = {"metrics": measures, "rows": rows, "columns": columns, **order, **condition, **members, **layout}
    found["collapsed"] = [each for each in before.get("collapsed", ()) if set(each) <= {*rows, *columns}]
    return {name: value for name, value in found.items() if value not in ([], None)}


def metric_of(measure: Any) -> str:
    """The metric of a measure, written as a name or as an object."""
    return str(measure if isinstance(measure, str) else measure["metric"])


def _metrics(scope: Scope, before: Mapping[str, Any]) -> list[str]:
    known = scope.catalogue
    given = known.known(dict.fromkeys(metric_of(each) for each in before.get("metrics", ())))
    return st.multiselect(
        t("explore.metrics"),
        sorted(known.metrics, key=known.label),
        default=list(given or known.known(("net_revenue",)) or tuple(known.metrics)[:1])[:METRICS_MAX],
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


def _measure_before(name: str, before: Mapping[str, Any]) -> Mapping[str, Any]:
    found = next((each for each in before.get("metrics", ()) if metric_of(each) == name), name)
    return {"metric": name} if isinstance(found, str) else found


def _measure(name: str, scope: Scope, before: Mapping[str, Any]) -> Any:
    """A metric as a measure: plain by its name, or with what is shown of it."""
    st.markdown(f"**{scope.catalogue.label(name)}**")
    windows = {key: dict(value) for key, value in WINDOWS.items()}
    known = next((key for key, value in windows.items() if value == before.get("window")), "")
    with st.container(horizontal=True):
        window = _choice("pivot.window", ["", *windows], known, f"pivot_window_{name}")
        show = _choice("pivot.show", ["", *scope.catalogue.shows], str(before.get("show") or ""), f"pivot_show_{name}")
    form = before.get("format") or {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        scale = _choice("pivot.scale", list(_SCALES), str(form.get("scale", "ones")), f"pivot_scale_{name}")
        heat = st.toggle(t("pivot.heat"), value=bool(before.get("heat")), key=f"pivot_heat_{name}")
        bad = st.text_input(t("pivot.bad_below"), value=_limit_of(before), key=f"pivot_bad_{name}", width=140)
    measure: Definition = {"metric": name}
    if window:
        measure["window"] = windows[window]
    if show:
        measure["show"] = show
    if scale != "ones":
        measure["format"] = {"scale": scale}
    if heat:
        measure["heat"] = True
    if _is_number(bad):
        measure["conditions"] = [{"op": "lt", "values": [bad.strip()], "style": "bad"}]
    return name if measure == {"metric": name} else {**measure, "name": name}


def _limit_of(before: Mapping[str, Any]) -> str:
    conditions = before.get("conditions") or []
    return str(conditions[0]["values"][0]) if conditions else ""


def _order(scope: Scope, before: Mapping[str, Any], measures: Sequence[Any], dimensions: Sequence[str]) -> Definition:
    sort: Mapping[str, Any] = next(iter(before.get("sort", ())), {})
    top: Mapping[str, Any] = next(iter(before.get("top", ())), {})
    names = [metric_of(each) for each in measures]
    by = _choice("pivot.sort_by", ["label", *names], str(sort.get("by", "label")), "pivot_sort", scope)
    with st.container(horizontal=True):
        down = st.toggle(t("pivot.descending"), value=bool(sort.get("descending", True)), key="pivot_descending")
        nested = st.toggle(t("pivot.nested"), value=bool(sort.get("nested", True)), key="pivot_nested")
    found: Definition = {}
    if by != "label":
        found["sort"] = [{"by": by, "descending": down, "nested": nested}]
    if not dimensions or not names:
        return found
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = st.number_input(t("pivot.top"), 0, 200, int(top.get("count", 0)), key="pivot_top", width=150)
        of = _choice("pivot.top_of", list(dimensions), str(top.get("dimension", "")), "pivot_top_of", scope)
    with st.container(horizontal=True):
        bottom = st.toggle(t("pivot.bottom"), value=bool(top.get("bottom")), key="pivot_bottom")
        others = st.toggle(t("pivot.others"), value=bool(top.get("others", True)), key="pivot_others")
    if count:
        found["top"] = [{"dimension": of, "count": count, "by": names[0], "bottom": bottom, "others": others}]
    return found


def _condition(scope: Scope, before: Mapping[str, Any], metrics: Sequence[str]) -> Definition:
    """A condition on a figure of a dimension's members; none while its number is left empty."""
    given: Mapping[str, Any] = next(iter(before.get("having", ())), {})
    dimensions = scope.catalogue.shared(metrics) if metrics else []
    if not dimensions:
        return {}
    of = _choice("pivot.members_of", dimensions, str(given.get("dimension", "")), "pivot_having_of", scope)
    metric = _choice("pivot.figure", list(metrics), str(given.get("metric", "")), "pivot_having_metric", scope)
    with st.container(horizontal=True):
        op = _choice("pivot.operator", list(_OPERATORS), str(given.get("op", "gte")), "pivot_having_op")
        value = st.text_input(
            t("pivot.value"), value=str(next(iter(given.get("values", ())), "")), key="pivot_having_value"
        )
    if not _is_number(value):
        return {}
    return {"having": [{"dimension": of, "metric": metric, "op": op, "values": [value.strip()]}]}


def _layout(before: Mapping[str, Any]) -> Definition:
    totals = _choice(
        "pivot.totals", ["both", "rows", "columns", "none"], str(before.get("totals", "both")), "pivot_totals"
    )
    subtotals = st.toggle(t("pivot.subtotals"), value=bool(before.get("subtotals", True)), key="pivot_subtotals")
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


def _choice(label: str, options: Sequence[str], value: str, key: str, scope: Scope | None = None) -> str:
    """One of some words; names of the catalogue are written as it calls them."""

    def written(name: str) -> str:
        known = scope is not None and (name in scope.catalogue.metrics or name in scope.catalogue.dimensions)
        known = known or (scope is not None and name in scope.catalogue.grains)
        return scope.catalogue.label(name) if known and scope else t(f"pivot_choice.{name or 'plain'}")

    index = options.index(value) if value in options else 0
    return st.selectbox(t(label), options, index=index, format_func=written, key=key, width=220) or options[0]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _swap() -> None:
    """Rows and columns change places."""
    st.session_state.pivot_swapped = True
    for name in [name for name in st.session_state if str(name).startswith(("pivot_rows_", "pivot_columns_"))]:
        del st.session_state[name]
