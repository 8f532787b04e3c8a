"""A dashboard's tiles: all from one load, all under the page's filters, each mark a door, each chart a table too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from charts.marks import Says
from dashboards.data.boards import figures
from dashboards.data.metrics import Answer
from dashboards.parts.documents import ask_documents
from dashboards.parts.drawings import nothing_here, show, table_of, table_switch
from dashboards.parts.receipt import receipt_popover
from dashboards.parts.tiles import figure_tile
from dashboards.scope import Scope
from dashboards.words import t

Json = Mapping[str, Any]
_ACROSS = {"third": 3, "half": 2, "full": 1}
_HEIGHT = 520
_KEYS = {"time", "dimension"}


def tiles_of(path: str, scope: Scope) -> None:
    """Show all tiles of a dashboard.  Raises: Problem."""
    with st.skeleton(height=_HEIGHT):
        found = figures(path, _asked(scope))
    if not found["tiles"]:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    st.caption(t("foot.loaded", version=found["data_version"], at=scope.formats.instant(found["loaded_at"])))
    for row in _rows(found["tiles"]):
        places = st.columns(_ACROSS[row[0]["width"]], gap="medium")
        for place, tile in zip(places, row, strict=False):
            with place, st.container(border=True, height="stretch", key=f"tile_{path.rpartition('/')[2]}_{tile['id']}"):
                _tile(tile, scope, key=f"{path.rpartition('/')[2]}_{tile['id']}")


def _asked(scope: Scope) -> dict[str, Any]:
    """What all tiles obey: the page's days, comparison, company and filters."""
    period = {"start": scope.period.start.isoformat(), "end": scope.period.end.isoformat()}
    return {
        "period": period,
        "compare": scope.period.compare or "none",
        "where": [dict(each) for each in scope.wanted()],
    }


def _rows(tiles: Sequence[Json]) -> list[list[Json]]:
    """Tiles in their order, beside one another as far as they are equally wide and there is room."""
    found: list[list[Json]] = []
    for tile in tiles:
        last = found[-1] if found else []
        if last and last[0]["width"] == tile["width"] and len(last) < _ACROSS[tile["width"]]:
            last.append(tile)
        else:
            found.append([tile])
    return found


def _tile(tile: Json, scope: Scope, *, key: str) -> None:
    plain = [row for row, level in zip(tile["rows"], tile["levels"], strict=True) if level == 0]
    rest = [row for row, level in zip(tile["rows"], tile["levels"], strict=True) if level]
    metrics = [str(each["name"]) for each in tile["columns"] if each["role"] == "metric"]
    asked = {
        "metrics": metrics,
        "group_by": [each["name"] for each in tile["columns"] if each["role"] == "dimension"],
        "time": {"grain": next((each["name"] for each in tile["columns"] if each["role"] == "time"), None)},
    }
    answer = Answer(tile["columns"], plain, tile["totals"] or {}, rest[0] if rest else {}, tile["evidence"], asked)
    chart = tile["chart"] or {"type": "table", "metric": metrics[0]}
    if chart["type"] == "number":
        figure_tile(chart["metric"], answer, scope, title=tile["title"], key=key)
        if not _is_known(answer.totals or answer.only, metrics):
            st.caption(t("board.empty_tile"))
    else:
        _head(tile, answer, scope, key=key, is_chart=chart["type"] != "table")
        if plain and not answer.is_empty:
            _drawn(chart, tile, answer, scope, key=key)
        else:
            nothing_here(scope)
    for reason in tile["left_out"]:
        st.caption(f":material/visibility_off: {reason}")
    if tile["unfiltered"]:
        names = ", ".join(scope.catalogue.label(name) for name in tile["unfiltered"])
        st.caption(t("tile.unfiltered", names=names))


def _is_known(row: Json, names: Sequence[str]) -> bool:
    return any(row.get(name) is not None for name in names)


def _head(tile: Json, answer: Answer, scope: Scope, *, key: str, is_chart: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(tile["title"] or answer.label(answer.metrics[0]), anchor=False)
        with st.container(horizontal=True, width="content", gap="xxsmall"):
            if is_chart:
                table_switch(key)
            receipt_popover(answer, scope, key=key)


def _drawn(chart: Json, tile: Json, answer: Answer, scope: Scope, *, key: str) -> None:
    def open_documents(says: Says) -> None:
        told = str(says.facts[0].column["name"]) if says.facts else ""
        metric = told if told in scope.catalogue.metrics else chart["metric"]
        ask_documents(metric, says.cell, scope, where=tile["where"])

    show(chart["type"], table_of(answer), chart["metric"], scope.formats, key=key, open_mark=open_documents)
