"""How much goes from whom to whom: the sankey."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

from charts.basic import check_positive
from charts.marks import Area, Column, Extent, Fact, Key, Mark, Picture, Rect, Says, Words
from charts.table import Row, Table, Unfit, exact

NODES_MAX = 14
_NODE_WIDTH = 0.035
_GAP = 0.02
_CURVE_STEPS = 16
_LABELLED_FROM = 0.03


def sankey(table: Table, metric: Column) -> Picture:
    """Bands from members of one dimension to those of the next, as wide as their figures."""
    levels = table.dimensions
    rows = [row for row in table.rows if row.get(metric["name"]) is not None]
    check_positive(rows, metric)
    for level in levels:
        count = len({row[level["name"]] for row in rows})
        if count > NODES_MAX:
            raise Unfit("too_many_members", dimension=level["label"], count=count, most=NODES_MAX)
    weighted = [(row, exact(row[metric["name"]]) or Decimal(0)) for row in rows]
    whole = sum((value for _, value in weighted), Decimal(0))
    marks: list[Mark] = []
    tones = {member: place for place, member in enumerate(_members(weighted, levels[0]))}
    tops = [_tops(weighted, level, whole) for level in levels]
    for at, (left, right) in enumerate(pairwise(levels)):
        marks += _bands(
            weighted, (left, right), (at, at + 1), (tops[at], tops[at + 1]), whole, metric, tones if at == 0 else {}
        )
    for at, level in enumerate(levels):
        marks += _nodes(weighted, level, at, tops[at], whole, metric, is_last=at == len(levels) - 1)
    reach = len(levels) - 1
    return Picture(
        metric,
        Extent(-0.02 * reach, reach * 1.02 + _NODE_WIDTH),
        Extent(-1.0 - NODES_MAX * _GAP, 0.03),
        tuple(marks),
        lines=max(len(each) for each in tops) + 2,
    )


_Weighted = list[tuple[Row, Decimal]]


def _members(weighted: _Weighted, level: Column) -> list[object]:
    """The members of a level, the largest first."""
    sums: dict[object, Decimal] = {}
    for row, value in weighted:
        sums[row[level["name"]]] = sums.get(row[level["name"]], Decimal(0)) + value
    return sorted(sums, key=lambda member: (-sums[member], str(member)))


def _sum(weighted: _Weighted, level: Column, member: object) -> Decimal:
    return sum((value for row, value in weighted if row[level["name"]] == member), Decimal(0))


def _tops(weighted: _Weighted, level: Column, whole: Decimal) -> dict[object, float]:
    """Where each member begins, from the top down."""
    found: dict[object, float] = {}
    top = 0.0
    for member in _members(weighted, level):
        found[member] = top
        top += float(_sum(weighted, level, member) / whole) + _GAP
    return found


def _nodes(
    weighted: _Weighted,
    level: Column,
    at: int,
    tops: dict[object, float],
    whole: Decimal,
    metric: Column,
    *,
    is_last: bool,
) -> list[Mark]:
    marks: list[Mark] = []
    for member, top in tops.items():
        value = _sum(weighted, level, member)
        key: Key = (level, member)
        left, height, fact = float(at), float(value / whole), Fact(value, metric)
        marks.append(Rect(left, -top - height, left + _NODE_WIDTH, -top, "total", Says((key,), (fact,))))
        if height >= _LABELLED_FROM or is_last:
            # The last names stand before their nodes: beyond them a narrow tile has no room, whatever the words.
            beside, anchor = (left, "left") if is_last else (left + _NODE_WIDTH, "right")
            marks.append(Words(beside, -top - height / 2, key=key, fact=fact, anchor=anchor))
    return marks


def _bands(
    weighted: _Weighted,
    levels: tuple[Column, Column],
    at: tuple[int, int],
    tops: tuple[dict[object, float], dict[object, float]],
    whole: Decimal,
    metric: Column,
    tones: dict[object, int],
) -> list[Mark]:
    left, right = levels
    used_left, used_right = dict(tops[0]), dict(tops[1])
    marks: list[Mark] = []
    for source in tops[0]:
        for target in tops[1]:
            value = sum(
                (each for row, each in weighted if (row[left["name"]], row[right["name"]]) == (source, target)),
                Decimal(0),
            )
            if not value:
                continue
            height = float(value / whole)
            outline = _curve((at[0] + _NODE_WIDTH, -used_left[source]), (float(at[1]), -used_right[target]), height)
            says = Says(((left, source), (right, target)), (Fact(value, metric),))
            marks.append(Area(outline, tones.get(source, 6), says, is_faint=True))
            used_left[source] += height
            used_right[target] += height
    return marks


def _curve(begun: tuple[float, float], ends: tuple[float, float], height: float) -> tuple[tuple[float, float], ...]:
    upper = []
    for step in range(_CURVE_STEPS + 1):
        way = step / _CURVE_STEPS
        bend = way * way * (3 - 2 * way)
        upper.append((begun[0] + (ends[0] - begun[0]) * way, begun[1] + (ends[1] - begun[1]) * bend))
    return (*upper, *((x, y - height) for x, y in reversed(upper)))
