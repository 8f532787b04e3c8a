"""Rows and columns in which nothing happened, where they are asked for."""

from __future__ import annotations

from olap.errors import invalid
from olap.members import member_query
from olap.pivot.asking import Asking, too_many_cells
from olap.pivot.levels import grain_size
from olap.pivot.query import CELLS_MAX, Axis
from olap.pivot.result import OTHERS, Cells, Key
from olap.query import Cell


def fill(cells: Cells, asking: Asking) -> None:
    """Put the keys of missing periods and members among the cells, without figures."""
    query = asking.query
    if not (query.empty.dates or query.empty.members):
        return
    for axis in ("rows", "columns"):
        place = 0 if axis == "rows" else 1
        keys = {pair[place] for pair in cells}
        wanted = set(_with_members(axis, keys, asking)) if query.empty.members else set(keys)
        if query.empty.dates:
            wanted |= _with_periods(axis, wanted, asking)
        for key in wanted - keys:
            cells.setdefault((key, ()) if axis == "rows" else ((), key), {})
        if len(wanted) > CELLS_MAX:
            raise too_many_cells()


def _names(axis: Axis, asking: Asking) -> tuple[str, ...]:
    return asking.query.rows if axis == "rows" else asking.query.columns


def _with_members(axis: Axis, keys: set[Key], asking: Asking) -> set[Key]:
    """The keys of an axis with those of members that have no figure; those of one dimension an axis.

    Raises: QueryInvalid where several dimensions would have to be multiplied.
    """
    names = _names(axis, asking)
    dimensions = [name for name in names if name not in asking.grains and name not in asking.kept]
    if not dimensions:
        return keys
    if len([name for name in names if name not in asking.grains]) > 1:
        reason = f"members without figures can be shown for one dimension in {axis}, not for {', '.join(dimensions)}"
        raise invalid("empty/members", reason, "incompatible")
    place = names.index(dimensions[0])
    vocabulary = asking.session.vocabulary
    dimension = vocabulary.names.dimension(asking.query.metrics[0], dimensions[0])
    if dimension is None:
        return keys
    limits = [limit for limit in asking.limits if limit.by == (dimensions[0],)]
    tree = member_query(dimension, vocabulary.names).limit(CELLS_MAX)
    members = [str(row[0]) for row in asking.run(tree, "members").rows]
    allowed = [each for each in members if all((each,) in limit.rows for limit in limits)]
    if place == 0:
        return keys | {(each,) for each in allowed}
    return keys | {(*key[:place], each) for key in keys if len(key) >= place for each in allowed}


def _with_periods(axis: Axis, keys: set[Key], asking: Asking) -> set[Key]:
    """The keys of an axis with those of all periods of the range, for every other member that there is."""
    names = _names(axis, asking)
    grains = [name for name in names if name in asking.grains]
    if not grains:
        return keys
    finest = min(grains, key=grain_size)
    whole = [key for key in keys if len(key) == len(names) and OTHERS not in key]
    seen: list[Cell] = [member for key in whole if (member := key[names.index(finest)]) is not OTHERS]
    periods = [period.key for period in asking.days.periods(finest, asking.query.time, seen)]
    told = [
        {name: period if name == finest else asking.parent(period, finest, name) for name in grains}
        for period in periods
    ]
    patterns = {tuple(None if name in grains else key[place] for place, name in enumerate(names)) for key in whole}
    found = set(keys)
    for pattern in patterns or ({(None,) * len(names)} if len(grains) == len(names) else set()):
        for period in told:
            full = tuple(period[name] if name in grains else pattern[place] for place, name in enumerate(names))
            found |= {full[:depth] for depth in range(1, len(names) + 1) if full[:depth] not in found}
    return found
