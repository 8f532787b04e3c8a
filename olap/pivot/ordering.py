"""The order of rows and columns: members by label or figure, others after them, totals after what they total; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from olap.pivot.query import Axis, PivotQuery, Sort
from olap.pivot.result import OTHERS, Cells, Key, Member
from olap.query import Cell


def ordered(
    query: PivotQuery,
    axis: Axis,
    keys: Collection[Key],
    depths: Collection[int],
    cells: Cells,
    named: Mapping[str, str],
) -> list[Key]:
    """The keys of an axis as they are shown, members of a collapsed parent left out.

    `named` says under which name a measure's figures stand in the cells.
    """
    names = query.rows if axis == "rows" else query.columns
    order = _Order(query, axis, names, frozenset(depths), cells, named)
    flat = next((sort for sort in order.sorts if not sort.nested), None)
    if flat is None:
        return list(order.tree((), keys))
    finest = [key for key in keys if len(key) == len(names) or OTHERS in key]
    return [*order.sorted(finest, flat), *([()] if 0 in depths and () in keys else [])]


@dataclass(frozen=True)
class _Order:
    """One axis being put in order."""

    query: PivotQuery
    axis: Axis
    names: tuple[str, ...]
    depths: frozenset[int]
    cells: Cells
    named: Mapping[str, str]

    @property
    def sorts(self) -> list[Sort]:
        """The orders asked for on this axis."""
        return [sort for sort in self.query.sort if sort.axis == self.axis]

    def tree(self, prefix: Key, keys: Collection[Key]) -> Iterable[Key]:
        """Each parent's members, then the parent's own line."""
        depth = len(prefix)
        folded = is_collapsed(self.query, self.names, prefix)
        if depth < len(self.names) and not folded and OTHERS not in prefix:
            by_child = _grouped(keys, depth + 1)
            sort = next((each for each in self.sorts if each.level in {None, self.names[depth]}), None)
            for child in self.sorted(by_child, sort or Sort(self.axis, "label")):
                yield from self.tree(child, by_child[child])
        if OTHERS in prefix or (prefix in keys and depth in self.depths and (folded or self._has_own_line(depth))):
            yield prefix

    def _has_own_line(self, depth: int) -> bool:
        """Whether members of a level have a line of their own, and not only where they are folded."""
        asked = self.query.subtotals
        if depth in {0, len(self.names)} or isinstance(asked, bool):
            return asked is not False or depth in {0, len(self.names)}
        return self.names[depth - 1] in asked

    def sorted(self, keys: Iterable[Key], sort: Sort) -> list[Key]:
        """Keys in one order: others last, before them those without a figure, and blanks."""
        given = sorted(keys, key=_label)
        filled = [key for key in given if OTHERS not in key]
        others = [key for key in given if OTHERS in key]
        if sort.by == "label":
            blank = [key for key in filled if key and key[-1] is None]
            told = [key for key in filled if not key or key[-1] is not None]
            return [*(reversed(told) if sort.descending else told), *blank, *others]
        across = self._across(sort)
        figures = {key: value for key in filled if (value := self._figure(key, across, sort.by)) is not None}
        told = sorted(figures, key=lambda key: figures[key], reverse=sort.descending)
        return [*told, *(key for key in filled if key not in figures), *others]

    def _across(self, sort: Sort) -> Key | None:
        """The line of the other axis that a sort looks at: the total without one, none that is not there."""
        members = dict(sort.at)
        wanted = [members[name] for name in self.query.across(self.axis)[: len(members)]]
        place = 1 if self.axis == "rows" else 0
        lines = (pair[place] for pair in self.cells)
        return next((line for line in lines if [_text(member) for member in line] == wanted), None if wanted else ())

    def _figure(self, key: Key, across: Key | None, measure: str) -> Decimal | None:
        if across is None:
            return None
        place = (key, across) if self.axis == "rows" else (across, key)
        found = self.cells.get(place, {}).get(self.named[measure])
        return Decimal(found) if isinstance(found, Decimal | int) else None


def is_collapsed(query: PivotQuery, names: Sequence[str], key: Key) -> bool:
    """Whether a parent's members are folded away."""
    shown = {name: _text(member) for name, member in zip(names, key, strict=False)}
    return bool(key) and any(dict(each) == shown for each in query.collapsed)


def _grouped(keys: Iterable[Key], depth: int) -> dict[Key, set[Key]]:
    found: dict[Key, set[Key]] = {}
    for key in keys:
        if len(key) >= depth:
            found.setdefault(key[:depth], set()).add(key)
    return found


def _text(member: Member) -> Cell:
    return None if member is None or member is OTHERS else str(member)


def _label(key: Key) -> tuple[tuple[int, str], ...]:
    """Where a key stands by name: blanks after all names, others after them."""
    return tuple((2, "") if member is OTHERS else (1, "") if member is None else (0, _named(member)) for member in key)


def _named(member: Member) -> str:
    """A member as a text that sorts as it does itself."""
    return f"{member:020d}" if isinstance(member, int) else str(member)
