"""What is shown of figures that were asked at their own grain: shares, running totals, ranks, differences; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext

from olap.figures import DECIMAL_DIGITS, SHARE_PLACES, change, change_share
from olap.pivot.query import Axis, Measure
from olap.pivot.result import OTHERS, Cells, Key
from olap.query import Cell

Shown = dict[tuple[Key, Key], Cell]


def share(value: Cell, whole: Cell) -> Decimal | None:
    """A figure as a share of another; None where either is missing or there is nothing to divide by."""
    if not isinstance(value, Decimal | int) or not isinstance(whole, Decimal | int) or whole == 0:
        return None
    with localcontext(prec=DECIMAL_DIGITS):
        return (Decimal(value) / Decimal(whole)).quantize(SHARE_PLACES)


def shown(
    measure: Measure,
    name: str,
    cells: Cells,
    rows: Sequence[Key],
    columns: Sequence[Key],
    *,
    along: Axis,
    before: Mapping[Cell, Cell],
) -> Shown:
    """A measure's figures as they are shown.

    `along` is the axis of running totals and differences, `before` tells each period's predecessor.
    """
    raw = {place: figures.get(name) for place, figures in cells.items()}
    show = measure.show
    if show is None:
        return raw
    if show.startswith("percent"):
        return {place: share(value, raw.get(_whole(show, *place))) for place, value in raw.items()}
    if show == "rank":
        return _ranks(raw, rows, columns)
    if show in {"running_total", "running_share"}:
        totals = _running(raw, rows, columns, along)
        if show == "running_total":
            return totals
        return {place: share(value, raw.get(_above(place, along))) for place, value in totals.items()}
    tell = change if show == "difference" else change_share
    return {place: tell(value, raw.get(_previous(place, along, before))) for place, value in raw.items()}


def _whole(show: str, row: Key, column: Key) -> tuple[Key, Key]:
    """Where the figure stands that a share is taken of."""
    return {
        "percent_of_row": (row, ()),
        "percent_of_column": ((), column),
        "percent_of_total": ((), ()),
        "percent_of_parent_row": (row[:-1], column),
        "percent_of_parent_column": (row, column[:-1]),
    }[show]


def _above(place: tuple[Key, Key], along: Axis) -> tuple[Key, Key]:
    row, column = place
    return (row[:-1], column) if along == "rows" else (row, column[:-1])


def _previous(place: tuple[Key, Key], along: Axis, before: Mapping[Cell, Cell]) -> tuple[Key, Key]:
    """The cell one period earlier; no cell at all where there is none."""
    row, column = place
    key = row if along == "rows" else column
    last = key[-1] if key else None
    earlier = before.get(last) if last is not OTHERS else None
    if earlier is None:
        return (OTHERS, OTHERS, OTHERS), ()
    moved = (*key[:-1], earlier)
    return (moved, column) if along == "rows" else (row, moved)


def _siblings(keys: Sequence[Key]) -> dict[tuple[Key, int], list[Key]]:
    """Keys of the same parent, in the order in which they are shown; a grand total has none."""
    found: dict[tuple[Key, int], list[Key]] = {}
    for key in keys:
        if key:
            found.setdefault((key[:-1], len(key)), []).append(key)
    return found


def _ranks(raw: Shown, rows: Sequence[Key], columns: Sequence[Key]) -> Shown:
    """Places from the highest down; equals share a place, and the next one is left out."""
    found: Shown = {}
    for together in _siblings([key for key in rows if OTHERS not in key]).values():
        for column in columns:
            values = sorted(
                (value for key in together if (value := _number(raw.get((key, column)))) is not None), reverse=True
            )
            for key in together:
                value = _number(raw.get((key, column)))
                found[key, column] = None if value is None else values.index(value) + 1
    return found


def _running(raw: Shown, rows: Sequence[Key], columns: Sequence[Key], along: Axis) -> Shown:
    """Sums of siblings so far, told also where nothing was added; a total stays as it is."""
    found = dict(raw)
    lines, across = (rows, columns) if along == "rows" else (columns, rows)
    for together in _siblings(lines).values():
        for other in across:
            sum_so_far: Decimal | None = None
            for key in together:
                place = (key, other) if along == "rows" else (other, key)
                value = _number(raw.get(place))
                if value is not None:
                    sum_so_far = value if sum_so_far is None else sum_so_far + value
                found[place] = sum_so_far
    return found


def _number(value: Cell) -> Decimal | None:
    return Decimal(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else None
