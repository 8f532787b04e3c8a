"""Steps from a cell of a cross table: down a hierarchy, up again, or across to another dimension.

A step is another cross table, so it can be asked, stored and stepped from like the one it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from olap.asker import Asker
from olap.cells import narrowed_to
from olap.errors import invalid
from olap.hierarchies import hierarchies, level_above, next_levels
from olap.pivot.query import PivotQuery
from olap.query import Cell
from olap.service import Numbers, Session

Direction = Literal["down", "up", "across"]


def stepped(
    numbers: Numbers,
    query: PivotQuery,
    asker: Asker,
    *,
    cell: Mapping[str, Cell],
    direction: Direction,
    to: str | None = None,
) -> PivotQuery:
    """The table that a step leads to; its total is the figure that one stepped from.

    Raises: QueryInvalid for a level that no hierarchy has below or above, or a dimension the figures do not have.
    """
    vocabulary = numbers.vocabularies.current()
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(vocabulary, snapshot, asker, numbers.today(), {})
        run = numbers.runner(session)
        where, time = narrowed_to(cell, query.where, query.time, vocabulary, run)
    if direction == "up":
        return _up(query, to, session)
    target = _down(query, cell, to, session) if direction == "down" else _across(query, to, session)
    kept = tuple(name for name in query.columns if name not in cell and name != target)
    # Orders, tops and folds speak of levels that the next table may not have.
    return replace(query, rows=(target,), columns=kept, where=where, time=time, sort=(), top=(), collapsed=())


def _down(query: PivotQuery, cell: Mapping[str, Cell], to: str | None, session: Session) -> str:
    manifest = session.vocabulary.manifest
    below = [level for name in cell for level in next_levels(manifest, name) if level not in cell]
    below = [level for level in dict.fromkeys(below) if _has(query, level, session)]
    if to is None and below:
        return below[0]
    if to is None or to not in _all_below(cell, session):
        raise invalid("to", _no_level(to, "below", ", ".join(cell), below), "unknown_level")
    return to


def _no_level(to: str | None, side: str, of: str, known: Sequence[str]) -> str:
    """What is said where there is no such step; without a level asked for there is none at all."""
    of = of or "the total"
    if to is None:
        return f"{of} has no level {side} it"
    return f"{to} is no level {side} {of}; there is {', '.join(known) or 'none'}"


def _all_below(cell: Mapping[str, Cell], session: Session) -> set[str]:
    """Every level below the members of a cell; below the total lies everything."""
    ways = hierarchies(session.vocabulary.manifest).values()
    if not cell:
        return {level for levels in ways for level in levels}
    return {level for levels in ways for name in cell if name in levels for level in levels[levels.index(name) + 1 :]}


def _up(query: PivotQuery, to: str | None, session: Session) -> PivotQuery:
    last = query.rows[-1] if query.rows else ""
    above = level_above(session.vocabulary.manifest, last)
    if above is None or (to is not None and to != above):
        raise invalid("to", _no_level(to, "above", last, [above] if above else []), "unknown_level")
    where = tuple(each for each in query.where if each.field not in {last, above})
    return replace(query, rows=(*query.rows[:-1], above), where=where, sort=(), top=(), collapsed=())


def _across(query: PivotQuery, to: str | None, session: Session) -> str:
    if to is None or not _has(query, to, session):
        names = session.vocabulary.names
        known = ", ".join([*names.dimensions_of(query.metrics), *names.manifest.grains])
        raise invalid(
            "to", f"{to!r} is no dimension of {', '.join(query.metrics)}; known are {known}", "unknown_dimension"
        )
    return to


def _has(query: PivotQuery, name: str, session: Session) -> bool:
    names = session.vocabulary.names
    if names.grain_of(name):
        return all(name in names.grains_of(metric) for metric in query.metrics)
    return all(names.item(metric, name) is not None for metric in query.metrics)
