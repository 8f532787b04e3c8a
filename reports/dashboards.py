"""Dashboards that people make of questions: one filter for all tiles, all tiles from one load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from olap.asker import Asker
from olap.errors import Forbidden, MetricsError, NumbersUnavailable, Problem, QueryInvalid
from olap.query import Filter, MetricQuery
from olap.resolve import neighbours
from olap.service import Numbers
from reports.definition import Definition
from reports.run import Request, check_definition, run
from reports.sheet import Sheet

TILES_MAX = 24
WIDTHS = ("third", "half", "full")
FOLDER = Path(__file__).parent / "boards"
NO_COMPARISON = "none"
_TRIES_MAX = 3
_TILES_MIN = 2
"""One figure alone is no dashboard."""


@dataclass(frozen=True)
class Tile:
    """One question of a dashboard."""

    id: str
    title: str
    definition: Definition
    width: str = "half"


@dataclass(frozen=True)
class Scope:
    """What all tiles of a page obey: filters, days, and what figures stand beside."""

    where: tuple[Filter, ...] = ()
    period: Any = None
    compare: str | None = None


@dataclass(frozen=True)
class Board:
    """A ready dashboard of a role: it comes with the program and stays as it is."""

    key: str
    title: Mapping[str, str]
    tiles: tuple[Tile, ...]
    raw: Mapping[str, Any]

    def titled(self, locale: str) -> str:
        """The title in a language."""
        return self.title.get(locale.partition("-")[0]) or self.title["en"]


@dataclass(frozen=True)
class Shown:
    """A tile's figures; `unfiltered` names the filters that its figures do not know."""

    tile: Tile
    sheet: Sheet
    unfiltered: tuple[str, ...] = ()


def read_dashboard(data: Mapping[str, Any]) -> tuple[Tile, ...]:
    """The tiles in a JSON object.  Raises: QueryInvalid naming every wrong part."""
    listed = data.get("tiles")
    if not isinstance(listed, list) or not 1 <= len(listed) <= TILES_MAX:
        raise QueryInvalid([Problem("tiles", f"a list of 1 to {TILES_MAX} tiles is expected")])
    problems: list[Problem] = []
    tiles = [tile for index, each in enumerate(listed) if (tile := _tile(index, each, problems)) is not None]
    twice = {tile.id for tile in tiles if [each.id for each in tiles].count(tile.id) > 1}
    problems += [Problem("tiles", f"the id {name} is used twice", "duplicate") for name in sorted(twice)]
    if problems:
        raise QueryInvalid(problems)
    return tuple(tiles)


def _tile(index: int, given: Any, problems: list[Problem]) -> Tile | None:
    path = f"tiles/{index}"
    if not isinstance(given, Mapping) or not isinstance(given.get("definition"), Mapping):
        problems.append(Problem(path, "an object with title and definition is expected"))
        return None
    try:
        definition = Definition.from_data(given["definition"])
    except QueryInvalid as error:
        problems += [Problem(f"{path}/definition/{each.path}", each.reason, each.code) for each in error.problems]
        return None
    if definition.rows is not None:
        problems.append(Problem(f"{path}/definition/kind", "a tile shows figures of the marts", "unknown_choice"))
    width = given.get("width", "half")
    if width not in WIDTHS:
        problems.append(Problem(f"{path}/width", f"one of {', '.join(WIDTHS)} is expected", "unknown_choice"))
    return Tile(str(given.get("id") or index + 1), str(given.get("title") or ""), definition, width)


@cache
def boards() -> Mapping[str, Board]:
    """Every ready dashboard by key.  Raises: QueryInvalid for a file that means nothing."""
    found = {}
    for file in sorted(FOLDER.glob("*.yaml")):
        raw = yaml.safe_load(file.read_text(encoding="utf-8"))
        found[raw["key"]] = Board(raw["key"], raw["title"], read_dashboard(raw), raw)
    return dict(sorted(found.items(), key=lambda each: int(each[1].raw["place"])))


def boards_for(numbers: Numbers, asker: Asker) -> list[Board]:
    """The ready dashboards of which an asker may see more than a tile."""
    return [each for each in boards().values() if len(visible_tiles(numbers, each, asker)) >= _TILES_MIN]


def visible_tiles(numbers: Numbers, board: Board, asker: Asker) -> list[dict[str, Any]]:
    """The tiles of a ready dashboard that an asker may see, as they are kept in a dashboard of one's own."""
    return [
        {"id": each.id, "title": "", "width": each.width, "definition": dict(each.definition.raw)}
        for each in board.tiles
        if _may_see(numbers, each, asker)
    ]


def _may_see(numbers: Numbers, tile: Tile, asker: Asker) -> bool:
    try:
        check_definition(numbers, tile.definition, asker)
    except MetricsError:
        return False
    return True


def check_dashboard(numbers: Numbers, tiles: Sequence[Tile], asker: Asker) -> None:
    """Nothing where its maker may ask for every tile.  Raises: QueryInvalid naming the tile's part, Forbidden."""
    for index, tile in enumerate(tiles):
        try:
            check_definition(numbers, tile.definition, asker)
        except QueryInvalid as error:
            paths = [
                Problem(f"tiles/{index}/definition/{each.path}", each.reason, each.code) for each in error.problems
            ]
            raise QueryInvalid(paths) from error


def show(numbers: Numbers, tiles: Sequence[Tile], asker: Asker, *, scope: Scope) -> list[Shown]:
    """The tiles that a reader may see, all from one load; a tile with a figure that the reader may not see is absent.

    Raises: QueryInvalid, NumbersUnavailable where loads follow each other faster than the tiles can be asked.
    """
    _check_filters(numbers, tiles, scope.where, asker)
    _check_members(numbers, tiles, scope.where, asker)
    for _ in range(_TRIES_MAX):
        found = [one for tile in tiles if (one := _shown(numbers, tile, asker, scope)) is not None]
        if len({each.sheet.evidence.data_version for each in found}) <= 1:
            return found
    raise NumbersUnavailable(reason="new figures are being published: try again in a moment")


def _check_filters(numbers: Numbers, tiles: Sequence[Tile], where: Sequence[Filter], asker: Asker) -> None:
    """Nothing where every filter is about a dimension of some tile that the asker may see.  Raises: QueryInvalid."""
    names = numbers.vocabularies.current().names
    known = sorted({*names.manifest.dimension_names, *names.manifest.grains})
    problems = []
    for at, each in enumerate(where):
        path = f"where/{at}/field"
        if each.field not in known:
            reason = f"unknown dimension {each.field!r}; {neighbours(each.field, known)}"
            problems.append(Problem(path, reason, "unknown_dimension"))
        elif not any(_may_see(numbers, tile, asker) and _known(numbers, tile, [each]) for tile in tiles):
            reason = f"no tile of this dashboard has the dimension {each.field!r}: it would change nothing"
            problems.append(Problem(path, reason, "incompatible"))
    if problems:
        raise QueryInvalid(problems)


def _check_members(numbers: Numbers, tiles: Sequence[Tile], where: Sequence[Filter], asker: Asker) -> None:
    """Nothing where each member exists that a filter names, of filters that a tile knows.  Raises: QueryInvalid."""
    problems = [
        replace(problem, path=f"where/{at}/values")
        for at, each in enumerate(where)
        for problem in _unknown_members(numbers, tiles, each, asker)
    ]
    if problems:
        raise QueryInvalid(problems)


def _unknown_members(numbers: Numbers, tiles: Sequence[Tile], given: Filter, asker: Asker) -> list[Problem]:
    for tile in tiles:
        if not _known(numbers, tile, [given]):
            continue
        try:
            numbers.look(MetricQuery(tile.definition.question.metrics[:1], where=(given,)), asker)
        except Forbidden:
            # A tile that the reader may not see is absent: another one may know the filter.
            continue
        except QueryInvalid as error:
            return error.problems
        return []
    return []


def _shown(numbers: Numbers, tile: Tile, asker: Asker, scope: Scope) -> Shown | None:
    known = _known(numbers, tile, scope.where)
    asked = Request(_compared(tile.definition, scope.compare), tile.title, period=scope.period, extra=tuple(known))
    try:
        sheet = run(numbers, asked, asker)
    except Forbidden:
        return None
    return Shown(tile, sheet, tuple(each.field for each in scope.where if each not in known))


def _compared(definition: Definition, compare: str | None) -> Definition:
    """A definition beside the comparison of the page, where it is told beside one at all."""
    if compare is None or definition.question.compare is None:
        return definition
    asked = {"metrics": [], **({} if compare == NO_COMPARISON else {"compare": compare})}
    chosen = MetricQuery.from_data(asked).compare
    return replace(definition, question=replace(definition.question, compare=chosen))


def _known(numbers: Numbers, tile: Tile, where: Sequence[Filter]) -> list[Filter]:
    """The filters that every figure of a tile knows."""
    names = numbers.vocabularies.current().names
    metrics = tile.definition.question.metrics
    return [each for each in where if all(names.item(metric, each.field) is not None for metric in metrics)]


def read_filters(where: Sequence[Mapping[str, Any]]) -> tuple[Filter, ...]:
    """The filters in a list of JSON objects.  Raises: QueryInvalid."""
    return MetricQuery.from_data({"metrics": [], "where": [dict(each) for each in where]}).where
