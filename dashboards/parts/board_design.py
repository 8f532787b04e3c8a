"""Putting a dashboard together: saved and ready reports as tiles, their order, width and chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import streamlit as st

from charts.kinds import Shape, fitting
from dashboards.client import Problem
from dashboards.data.boards import OWN
from dashboards.data.reports import library, report, saved
from dashboards.failure import show_problem
from dashboards.pages import go
from dashboards.parts.chart_kinds import kind_words
from dashboards.session import api
from dashboards.words import t

Json = Mapping[str, Any]
TILES_MAX = 24
WIDTHS = ("third", "half", "full")
_GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_period", "fiscal_year")


def design(found: Json | None) -> None:
    """The form of a new dashboard, or of one that is changed.  Raises: Problem."""
    tiles = _tiles(found)
    name = st.text_input(t("boards.name"), (found or {}).get("name", ""), key="board_name", max_chars=200)
    _choose(tiles)
    for place, tile in enumerate(tiles):
        with st.container(border=True, key=f"board_row_{tile['key']}"):
            _row(tiles, place, tile)
    if not tiles:
        st.info(t("boards.no_tiles"), icon=":material/dashboard_customize:")
    if st.button(t("reports.save"), type="primary", icon=":material/save:", disabled=not (tiles and name.strip())):
        _save(found, name.strip(), tiles)


def _tiles(found: Json | None) -> list[dict[str, Any]]:
    """The tiles as they are put together in this session; begun anew for each dashboard and version."""
    mark = f"{found['id']}_{found['version']}" if found else "new"
    if st.session_state.get("board_mark") != mark:
        st.session_state.board_mark = mark
        st.session_state.board_tiles = [{**tile, "key": uuid4().hex} for tile in (found or {}).get("tiles", [])]
    tiles: list[dict[str, Any]] = st.session_state.board_tiles
    return tiles


def _choose(tiles: list[dict[str, Any]]) -> None:
    ready = {f"library:{each['key']}": each for each in library()}
    own = {f"saved:{each['id']}": each for each in saved()}
    offered = {**own, **ready}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("boards.add_what"),
            list(offered),
            index=None,
            format_func=lambda key: str(offered[key]["name"]),
            placeholder=t("boards.add_hint"),
            key="board_add",
        )
        is_full = len(tiles) >= TILES_MAX
        if st.button(t("boards.add"), icon=":material/add:", disabled=chosen is None or is_full) and chosen:
            each = offered[chosen]
            definition = each["definition"] if chosen in ready else report(str(each["id"]))["definition"]
            tiles.append(
                {"key": uuid4().hex, "title": str(each["name"]), "width": "half", "definition": dict(definition)}
            )
            st.rerun()


def _row(tiles: list[dict[str, Any]], place: int, tile: dict[str, Any]) -> None:
    key = tile["key"]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tile["title"] = st.text_input(t("boards.tile"), title_of(tile), key=f"board_title_{key}")
        kinds = _kinds(tile["definition"])
        now = (tile["definition"].get("chart") or {}).get("type", "table")
        kind = st.selectbox(
            t("reports.chart"),
            kinds,
            index=kinds.index(now) if now in kinds else 0,
            format_func=kind_words,
            key=f"board_kind_{key}",
            width=170,
        )
        tile["definition"] = _charted(tile["definition"], kind)
        tile["width"] = st.segmented_control(
            t("boards.width"),
            WIDTHS,
            default=tile["width"],
            format_func=lambda width: t(f"boards.{width}"),
            key=f"board_width_{key}",
            required=True,
        )
        _moves(tiles, place, key)


def title_of(tile: Json) -> str:
    """What a tile is called: by whoever put it there, or by its definition in the reader's language."""
    titles = tile["definition"].get("title") or {}
    return str(tile["title"] or titles.get(api().locale) or titles.get("en", ""))


def _moves(tiles: list[dict[str, Any]], place: int, key: str) -> None:
    name = title_of(tiles[place])

    def step(by: int) -> None:
        tiles[place], tiles[place + by] = tiles[place + by], tiles[place]

    st.button(
        t("boards.of", what=t("boards.up"), name=name),
        icon=":material/arrow_upward:",
        help=t("boards.up"),
        key=f"board_up_{key}",
        disabled=place == 0,
        on_click=step,
        args=(-1,),
    )
    st.button(
        t("boards.of", what=t("boards.down"), name=name),
        icon=":material/arrow_downward:",
        help=t("boards.down"),
        key=f"board_down_{key}",
        disabled=place == len(tiles) - 1,
        on_click=step,
        args=(1,),
    )
    st.button(
        t("boards.of", what=t("boards.remove_tile"), name=name),
        icon=":material/delete:",
        help=t("boards.remove_tile"),
        key=f"board_out_{key}",
        on_click=lambda: tiles.__delitem__(place),
    )


def _kinds(definition: Json) -> list[str]:
    """The kinds of chart that fit a definition's question."""
    question = definition["question"]
    if definition.get("kind") == "pivot":
        return ["table"]
    by = question.get("group_by") or []
    grains = [name for name in by if name in _GRAINS]
    has_time = bool((question.get("time") or {}).get("grain") or grains)
    return fitting(Shape(has_time, len(by) - len(grains), len(question["metrics"]), bool(question.get("compare"))))


def _charted(definition: Json, kind: str) -> dict[str, Any]:
    """A definition drawn by a kind of chart."""
    rest = {name: value for name, value in definition.items() if name != "chart"}
    if definition.get("kind") == "pivot":
        return rest
    metric = (definition.get("chart") or {}).get("metric") or definition["question"]["metrics"][0]
    return {**rest, "chart": {"type": kind, "metric": metric}}


def _save(found: Json | None, name: str, tiles: list[dict[str, Any]]) -> None:
    kept = [{part: value for part, value in tile.items() if part != "key"} for tile in tiles]
    body = {"name": name, "tiles": [{**tile, "id": str(place)} for place, tile in enumerate(kept, start=1)]}
    try:
        if found is None:
            made = api().post(OWN, body, key=uuid4().hex)
        else:
            made = api().patch(f"{OWN}/{found['id']}", body, version=int(found["version"]))
    except Problem as problem:
        show_problem(problem, what=name)
        return
    st.session_state.pop("board_mark", None)
    st.session_state.boards_told = t("reports.saved", number=made["version"])
    go("dashboards", id=str(made["id"]))
