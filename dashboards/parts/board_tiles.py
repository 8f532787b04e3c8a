"""A dashboard's tiles: all from one load, all under the page's filters, each mark a door, each chart a table too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from charts.marks import Says
from dashboards.data import boards
from dashboards.data.metrics import Answer
from dashboards.parts.documents import ask_documents
from dashboards.parts.drawings import height_of, nothing_here, show, table_of, table_switch
from dashboards.parts.receipt import receipt_popover
from dashboards.parts.tiles import figure_tile
from dashboards.scope import Scope
from dashboards.words import t

Json = Mapping[str, Any]
_ACROSS = {"third": 3, "half": 2, "full": 1}
_HEIGHT = 520
_LINE = 40
"""The pixels of a line of words under a chart."""
_KEYS = {"time", "dimension"}


def tiles_of(path: str, scope: Scope) -> None:
    """Show all tiles of a dashboard.  Raises: Problem."""
    with st.skeleton(height=_HEIGHT):
        found = boards.figures(path, _asked(scope))
    if not found["tiles"]:
        st.info(t("board.nothing_allowed"), icon=":material/lock:")
        return
    st.caption(t("foot.loaded", version=found["data_version"], at=scope.formats.instant(found["loaded_at"])))
    for row in _rows(found["tiles"]):
        places = st.columns(_ACROSS[row[0]["width"]], gap="medium")
        for place, tile, height in zip(places, row, _heights(row), strict=False):
            with place, st.container(border=True, height="stretch", key=f"tile_{path.rpartition('/')[2]}_{tile['id']}"):
                _tile(tile, scope, key=f"{path.rpartition('/')[2]}_{tile['id']}", height=height)


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


def _heights(row: Sequence[Json]) -> list[int | None]:
    """The heights of charts that stand beside one another: all end at one line, so that none leaves a hole."""
    if len(row) == 1:
        return [None]
    drawn = [_drawn_of(tile) for tile in row]
    whole = max((height + lines * _LINE for height, lines in filter(None, drawn)), default=0)
    return [None if each is None else whole - each[1] * _LINE for each in drawn]


def _drawn_of(tile: Json) -> tuple[int, int] | None:
    """How high a tile's chart wants to be, and how many lines of words stand under it."""
    if not tile["rows"]:
        return None
    chart = _chart(tile)
    found = height_of(chart["type"], table_of(_answer(tile)), chart["metric"])
    return found and (found[0], found[1] + len(tile["left_out"]) + bool(tile["unfiltered"]))


def _answer(tile: Json) -> Answer:
    """A tile's figures as the answer to one question."""
    plain = [row for row, level in zip(tile["rows"], tile["levels"], strict=True) if level == 0]
    rest = [row for row, level in zip(tile["rows"], tile["levels"], strict=True) if level]
    asked = {
        "metrics": _metrics(tile),
        "group_by": [each["name"] for each in tile["columns"] if each["role"] == "dimension"],
        "time": {"grain": next((each["name"] for each in tile["columns"] if each["role"] == "time"), None)},
    }
    return Answer(tile["columns"], plain, tile["totals"] or {}, rest[0] if rest else {}, tile["evidence"], asked)


def _metrics(tile: Json) -> list[str]:
    return [str(each["name"]) for each in tile["columns"] if each["role"] == "metric"]


def _chart(tile: Json) -> Json:
    return tile["chart"] or {"type": "table", "metric": _metrics(tile)[0]}


def _tile(tile: Json, scope: Scope, *, key: str, height: int | None) -> None:
    answer, chart = _answer(tile), _chart(tile)
    if chart["type"] == "number":
        figure_tile(chart["metric"], answer, scope, title=tile["title"], key=key)
    else:
        _head(tile, answer, scope, key=key, is_chart=chart["type"] != "table")
        if answer.rows and not answer.is_empty:
            _drawn(chart, tile, answer, scope, key=key, height=height)
        else:
            nothing_here(scope)
    for reason in tile["left_out"]:
        st.caption(f":material/visibility_off: {reason}")
    if tile["unfiltered"]:
        names = ", ".join(scope.catalogue.label(name) for name in tile["unfiltered"])
        st.caption(t("tile.unfiltered", names=names))


def _head(tile: Json, answer: Answer, scope: Scope, *, key: str, is_chart: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        words = tile["title"] or answer.label(answer.metrics[0])
        st.subheader(words, anchor=False)
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xxsmall"):
            if is_chart:
                table_switch(key, words)
            receipt_popover(answer, scope, name=words, key=key)


def _drawn(chart: Json, tile: Json, answer: Answer, scope: Scope, *, key: str, height: int | None) -> None:
    def open_documents(says: Says) -> None:
        told = str(says.facts[0].column["name"]) if says.facts else ""
        metric = told if told in scope.catalogue.metrics else chart["metric"]
        ask_documents(metric, says.cell, scope, where=tile["where"])

    figures = table_of(answer)
    show(chart["type"], figures, chart["metric"], scope.formats, key=key, open_mark=open_documents, height=height)
