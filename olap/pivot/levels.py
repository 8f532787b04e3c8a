"""Which levels a cross table has, and what limits each of them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from olap.levels import Level
from olap.pivot.query import TOTAL, PivotQuery
from olap.pivot.result import OTHERS, Key
from olap.query import Cell, Members, Value

GRAIN_SIZES = {"day": 0, "week": 1, "period": 2, "month": 3, "quarter": 4, "year": 5}


@dataclass(frozen=True)
class Side:
    """One level of one axis: the dimensions it names, the members it counts, and the others it may stand for."""

    axis: tuple[str, ...]
    names: tuple[str, ...]
    members: tuple[Members, ...] = ()
    others: str | None = None

    def key(self, found: Mapping[str, Cell]) -> Key:
        """The key of a row or column from the members found."""
        return (*(found[name] for name in self.names), *((OTHERS,) if self.others else ()))


@dataclass(frozen=True)
class Slice:
    """A level of rows crossed with a level of columns."""

    row: Side
    column: Side

    @property
    def names(self) -> tuple[str, ...]:
        """All dimensions it is grouped by."""
        return (*self.row.names, *self.column.names)

    @property
    def members(self) -> tuple[Members, ...]:
        """All limits on members."""
        return tuple(dict.fromkeys((*self.row.members, *self.column.members)))


def sides(
    axis: Sequence[str], depths: Iterable[int], kept: Mapping[str, tuple[Key, ...]], others: Iterable[str]
) -> list[Side]:
    """The levels of an axis, the finest first.

    `kept` has the keys that a top leaves of each dimension; levels above it count everything.
    """
    names = tuple(axis)
    found = [Side(names, names[:depth], _limits(names, depth, kept)) for depth in sorted(depths, reverse=True)]
    for name in others:
        place = names.index(name)
        left_out = Members(names[: place + 1], _values(kept[name]))
        found.append(Side(names, names[:place], (*_limits(names, place, kept), left_out), name))
    return found


def _limits(names: tuple[str, ...], depth: int, kept: Mapping[str, tuple[Key, ...]]) -> tuple[Members, ...]:
    """The deepest limit above a depth: its keys carry those of the limits above it."""
    places = [place for place, name in enumerate(names[:depth]) if name in kept]
    if not places:
        return ()
    place = places[-1]
    return (Members(names[: place + 1], _values(kept[names[place]]), are_kept=True),)


def _values(keys: Iterable[Key]) -> tuple[tuple[Value, ...], ...]:
    return tuple(tuple(None if member is None else str(member) for member in key) for key in keys)


def visible_depths(query: PivotQuery, axis: str) -> set[int]:
    """The levels of an axis that are shown."""
    names = query.rows if axis == "rows" else query.columns
    depths = {len(names)}
    if query.subtotals is True:
        depths |= set(range(1, len(names)))
    elif isinstance(query.subtotals, tuple):
        depths |= {depth for depth in range(1, len(names)) if names[depth - 1] in query.subtotals}
    if query.totals in {"both", axis}:
        depths.add(0)
    if any(sort.axis == axis and not sort.nested for sort in query.sort):
        # Lines sorted through all parents have no place for a parent's own line.
        depths = {depth for depth in depths if depth in {0, len(names)}}
    collapsed = {len(each) for each in query.collapsed if {name for name, _ in each} <= set(names)}
    return depths | collapsed


def asked_depths(query: PivotQuery, axis: str) -> set[int]:
    """The levels of an axis that are asked: those shown, and those that others are measured or sorted by."""
    names = query.rows if axis == "rows" else query.columns
    depths = visible_depths(query, axis)
    shows = {measure.show for measure in query.measures if measure.show}
    across = "row" if axis == "columns" else "column"
    if shows & {f"percent_of_{across}", "percent_of_total"}:
        depths.add(0)
    if f"percent_of_parent_{'row' if axis == 'rows' else 'column'}" in shows:
        depths |= {depth - 1 for depth in depths if depth}
    by_figure = [sort for sort in query.sort if sort.by != "label"]
    if any(sort.axis != axis and not sort.at for sort in by_figure):
        depths.add(0)
    if any(sort.axis == axis and sort.nested for sort in by_figure):
        depths |= set(range(1, len(names)))
    depths |= {len(sort.at) for sort in by_figure if sort.axis != axis and sort.at}
    return {depth for depth in depths if depth <= len(names)}


def is_shown(subtotals: tuple[str, ...] | None, names: Sequence[str], level: int) -> bool:
    """Whether a figure is shown at a level of an axis; the finest level shows all figures."""
    if subtotals is None or level == len(names):
        return True
    return (TOTAL if level == 0 else names[level - 1]) in subtotals


def level_of(names: Sequence[str], grains: Iterable[str]) -> Level:
    """What is asked for some dimensions: of several time grains only the finest, the others follow from it."""
    known = set(grains)
    times = sorted((name for name in names if name in known), key=grain_size)
    # The planner's keys are told apart by name, whatever order they are asked in.
    return Level(times[0] if times else None, tuple(dict.fromkeys(name for name in names if name not in known)))


def grain_size(name: str) -> tuple[int, str]:
    """Where a grain stands among others, the finest first."""
    return GRAIN_SIZES.get(name.rpartition("_")[2], len(GRAIN_SIZES)), name
