"""Dashboards that people make of questions: one filter for all tiles, all tiles from one load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from olap.asker import Asker
from olap.errors import Forbidden, NumbersUnavailable, Problem, QueryInvalid
from olap.query import Filter, MetricQuery
from olap.service import Numbers
from reports.definition import Definition
from reports.run import Request, check_definition, run
from reports.sheet import Sheet

TILES_MAX = 24
_TRIES_MAX = 3


@dataclass(frozen=True)
class Tile:
    """One question of a dashboard."""

    id: str
    title: str
    definition: Definition


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
    return Tile(str(given.get("id") or index + 1), str(given.get("title") or ""), definition)


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


def show(
    numbers: Numbers, tiles: Sequence[Tile], asker: Asker, *, where: Sequence[Filter] = (), period: Any = None
) -> list[Shown]:
    """The tiles that a reader may see, all from one load; a tile with a figure that the reader may not see is absent.

    Raises: QueryInvalid, NumbersUnavailable where loads follow each other faster than the tiles can be asked.
    """
    for _ in range(_TRIES_MAX):
        found = [one for tile in tiles if (one := _shown(numbers, tile, asker, where, period)) is not None]
        if len({each.sheet.evidence.data_version for each in found}) <= 1:
            return found
    raise NumbersUnavailable(reason="new figures are being published: try again in a moment")


def _shown(numbers: Numbers, tile: Tile, asker: Asker, where: Sequence[Filter], period: Any) -> Shown | None:
    known = _known(numbers, tile, where)
    asked = Request(tile.definition, tile.title, period=period, extra=tuple(known))
    try:
        sheet = run(numbers, asked, asker)
    except Forbidden:
        return None
    return Shown(tile, sheet, tuple(each.field for each in where if each not in known))


def _known(numbers: Numbers, tile: Tile, where: Sequence[Filter]) -> list[Filter]:
    """The filters that every figure of a tile knows."""
    names = numbers.vocabularies.current().names
    metrics = tile.definition.question.metrics
    return [each for each in where if all(names.item(metric, each.field) is not None for metric in metrics)]


def read_filters(where: Sequence[Mapping[str, Any]]) -> tuple[Filter, ...]:
    """The filters in a list of JSON objects.  Raises: QueryInvalid."""
    return MetricQuery.from_data({"metrics": [], "where": [dict(each) for each in where]}).where
