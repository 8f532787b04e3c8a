"""The table laid out: headers, rows, what is shown of each figure, and its style."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from olap.evidence import described_filters
from olap.figures import with_previous
from olap.pivot.asking import PREVIOUS, Asking, measured, too_many_cells
from olap.pivot.levels import is_shown
from olap.pivot.ordering import is_collapsed
from olap.pivot.query import CELLS_MAX, SHARES, Axis, Measure, PivotQuery
from olap.pivot.result import OTHERS, Cells, Header, Key, Others, PivotResult, PivotRow, ShownMeasure
from olap.pivot.shows import Shown, shown
from olap.pivot.styles import shades, style_of
from olap.pivot.words import Words, measure_label, words_of
from olap.query import Cell, Column, Evidence, Filter

AXES: tuple[Axis, ...] = ("columns", "rows")
COMPARED = ("_previous", "_change", "_change_share")


@dataclass(frozen=True)
class Table:
    """Figures with the order of their rows and columns."""

    query: PivotQuery
    cells: Cells
    rows: Sequence[Key]
    columns: Sequence[Key]
    asking: Asking


def laid_out(
    table: Table, dimensions: tuple[Column, ...], metrics: Mapping[str, Column], notes: Sequence[str]
) -> PivotResult:
    """The answer to a cross table.  Raises: QueryInvalid where it has more cells than anybody could read."""
    query, asking = table.query, table.asking
    words = words_of(asking.session.asker.locale)
    measures = [each for measure in query.measures for each in _shown_measures(measure, query, metrics, words)]
    if len(table.rows) * len(table.columns) * len(measures) > CELLS_MAX:
        raise too_many_cells()
    figures = _figures(table)
    styled = _styles(table, figures)
    columns = [_header(table, "columns", key) for key in table.columns]
    rows = list(_lines(table, figures, styled))
    return PivotResult(
        query=query,
        dimensions=dimensions,
        measures=tuple(measures),
        columns=tuple(columns),
        rows=tuple(rows),
        where=_where(asking),
        notes=tuple(notes),
        evidence=_evidence(asking),
    )


def _shown_measures(
    measure: Measure, query: PivotQuery, metrics: Mapping[str, Column], words: Words
) -> list[ShownMeasure]:
    column = metrics[measure.metric]
    column = replace(column, name=measure.name, label=measure.label or measure_label(column.label, measure, words))
    if measure.show in SHARES:
        column = replace(column, type="share", unit="share", currency=None)
    elif measure.show == "rank":
        column = replace(column, type="number", unit="rank", currency=None)
    found = [ShownMeasure(column, measure)]
    if _is_compared(measure, query):
        found += [
            ShownMeasure(replace(metrics[f"{measure.metric}{suffix}"], name=f"{measure.name}{suffix}"), measure)
            for suffix in COMPARED
        ]
    return found


def _is_compared(measure: Measure, query: PivotQuery) -> bool:
    return query.compare is not None and measure.window is None and measure.show is None


def _figures(table: Table) -> dict[tuple[Key, Key], dict[str, Cell]]:
    """What is shown in every cell, by the names of the measures."""
    query = table.query
    found: dict[tuple[Key, Key], dict[str, Cell]] = {}
    for measure in query.measures:
        along, before = _direction(table)
        name = measured(measure.metric, measure.window)
        values: Shown = shown(measure, name, table.cells, table.rows, table.columns, along=along, before=before)
        is_level_shown = cache(partial(_is_shown, measure, query))
        for place, value in values.items():
            if not is_level_shown(len(place[0]), len(place[1])):
                value = None  # noqa: PLW2901  # a figure that this level does not show
            figures = found.setdefault(place, {})
            if _is_compared(measure, query):
                earlier = table.cells.get(place, {}).get(f"{name}{PREVIOUS}")
                figures |= with_previous([measure.name], {measure.name: value}, {measure.name: earlier})
            else:
                figures[measure.name] = value
    return found


def _is_shown(measure: Measure, query: PivotQuery, row: int, column: int) -> bool:
    return is_shown(measure.subtotals, query.rows, row) and is_shown(measure.subtotals, query.columns, column)


def _direction(table: Table) -> tuple[Axis, Mapping[Cell, Cell]]:
    """The axis along which figures run, and each period's predecessor where it is one of time."""
    query, asking = table.query, table.asking
    for axis in AXES:
        names, keys = (query.columns, table.columns) if axis == "columns" else (query.rows, table.rows)
        if names and names[-1] in asking.grains:
            seen: list[Cell] = []
            for key in keys:
                member = key[-1] if len(key) == len(names) else None
                if not isinstance(member, Others):
                    seen.append(member)
            periods = [period.key for period in asking.days.periods(names[-1], query.time, seen)]
            return axis, dict(zip(periods[1:], periods, strict=False))
    return ("columns" if query.columns else "rows"), {}


def _styles(
    table: Table, figures: Mapping[tuple[Key, Key], Mapping[str, Cell]]
) -> dict[tuple[Key, Key], dict[str, str]]:
    found: dict[tuple[Key, Key], dict[str, str]] = {}
    for measure in table.query.measures:
        if not (measure.conditions or measure.heat):
            continue
        values = {place: each.get(measure.name) for place, each in figures.items()}
        heat = shades(values, table.rows, table.columns) if measure.heat else {}
        for place, value in values.items():
            style = style_of(value, measure) or heat.get(place)
            if style is not None:
                found.setdefault(place, {})[measure.name] = style
    return found


def _lines(
    table: Table,
    figures: Mapping[tuple[Key, Key], Mapping[str, Cell]],
    styled: Mapping[tuple[Key, Key], Mapping[str, str]],
) -> Iterable[PivotRow]:
    """The rows; where measures stand on rows, one for each of them."""
    query = table.query
    for key in table.rows:
        header = _header(table, "rows", key)
        shown_here = [each for each in query.measures if is_shown(each.subtotals, query.rows, len(key))]
        groups = [[each] for each in shown_here] if query.measures_on == "rows" else [shown_here]
        for group in groups:
            if not group:
                continue
            names = {name for each in group for name in (each.name, *(f"{each.name}{suffix}" for suffix in COMPARED))}
            cells = [figures.get((key, column)) for column in table.columns]
            if query.measures_on == "rows":
                cells = [cell and {name: value for name, value in cell.items() if name in names} for cell in cells]
            yield PivotRow(
                **{**vars(header), "measure": group[0].name if query.measures_on == "rows" else None},
                cells=tuple(cell or None for cell in cells),
                styles=tuple(
                    {name: style for name, style in styled.get((key, column), {}).items() if name in names}
                    for column in table.columns
                ),
            )


def _header(table: Table, axis: Axis, key: Key) -> Header:
    query, asking = table.query, table.asking
    names = query.rows if axis == "rows" else query.columns
    others = names[len(key) - 1] if OTHERS in key else None
    return Header(
        keys={name: None if member is OTHERS else member for name, member in zip(names, key, strict=False)},
        level=len(key),
        others=others,
        is_collapsed=is_collapsed(query, names, key),
        where=(_left_out(others, key, asking),) if others else (),
    )


def _left_out(name: str, key: Key, asking: Asking) -> Filter:
    """Which members the others under one parent are not."""
    kept = [each for each in asking.kept[name] if each[:-1] == key[:-1]]
    return Filter(name, "not_in", tuple(None if each[-1] is None else str(each[-1]) for each in kept))


def _where(asking: Asking) -> tuple[Filter, ...]:
    limits = [Filter(limit.by[0], "in", tuple(value for (value,) in limit.rows)) for limit in asking.limits]
    return (*asking.query.where, *limits)


def _evidence(asking: Asking) -> Evidence:
    query = asking.query
    said = [f"{each.metric} of {each.dimension} {each.op} {' and '.join(each.values)}" for each in query.having]
    said += [
        f"{'lowest' if each.bottom else 'highest'} {each.count} of {each.dimension} by {each.by}" for each in query.top
    ]
    found = asking.numbers.evidence(asking.checked, asking.session)
    return replace(found, filters=(*described_filters(asking.checked), *said))
