"""A cross table whose subtotals are right for shares and distinct counts: each level is asked at its own grain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from olap.asker import Asker
from olap.errors import Problem, QueryInvalid
from olap.query import Cell, Column, Evidence, Filter, MetricQuery, Order, QueryResult, TimeRange
from olap.service import Numbers

DIMENSIONS_MAX = 6

Key = tuple[Cell, ...]


@dataclass(frozen=True)
class PivotQuery:
    """What stands in rows and columns, and which figures fill the cells.

    `limit` keeps the first row dimension's members with the highest figures, by `order_by` or else by the first metric.
    """

    metrics: tuple[str, ...]
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    time: TimeRange = field(default_factory=TimeRange)
    order_by: tuple[Order, ...] = ()
    limit: int | None = None
    subtotals: bool = True

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> PivotQuery:
        """The pivot in a JSON object.  Raises: QueryInvalid."""
        inner = {name: value for name, value in data.items() if name not in {"rows", "columns", "subtotals"}}
        flat = MetricQuery.from_data({**inner, "group_by": [*data.get("rows", []), *data.get("columns", [])]})
        return cls(
            metrics=flat.metrics,
            rows=tuple(data.get("rows", [])),
            columns=tuple(data.get("columns", [])),
            where=flat.where,
            time=flat.time,
            order_by=flat.order_by,
            limit=flat.limit,
            subtotals=bool(data.get("subtotals", True)),
        )


@dataclass(frozen=True)
class Header:
    """One row or column of the table; `level` counts the dimensions it names, so level 0 is the total."""

    keys: Mapping[str, Cell]
    level: int


@dataclass(frozen=True)
class PivotRow:
    """One row with a cell a column header; None where nothing happened."""

    keys: Mapping[str, Cell]
    level: int
    cells: tuple[Mapping[str, Cell] | None, ...]


@dataclass(frozen=True)
class PivotResult:
    """The table, totals after what they total."""

    dimensions: tuple[Column, ...]
    metrics: tuple[Column, ...]
    columns: tuple[Header, ...]
    rows: tuple[PivotRow, ...]
    evidence: Evidence


def pivot(numbers: Numbers, query: PivotQuery, asker: Asker) -> PivotResult:
    """The cross table asked for.

    Raises: QueryInvalid for more than six dimensions or one asked twice, and whatever a metric query raises.
    """
    _check(query)
    where = (*query.where, *_top_members(numbers, query, asker))
    cells: dict[tuple[Key, Key], Mapping[str, Cell]] = {}
    detail: QueryResult | None = None
    for row_level in _levels(len(query.rows), keep_all=query.subtotals):
        for column_level in _levels(len(query.columns), keep_all=query.subtotals):
            rows, columns = query.rows[:row_level], query.columns[:column_level]
            found = numbers.query(_level_query(query, rows, columns, where if rows else query.where), asker)
            detail = detail or found
            for line in found.rows:
                row_key, column_key = (tuple(line[_column(name)] for name in names) for names in (rows, columns))
                cells[row_key, column_key] = {name: line[name] for name in query.metrics}
    if detail is None:
        raise QueryInvalid([Problem("metrics", "at least one metric is expected", "missing")])
    return _laid_out(query, cells, detail)


def _check(query: PivotQuery) -> None:
    names, problems = [*query.rows, *query.columns], []
    if len(names) > DIMENSIONS_MAX:
        problems.append(Problem("rows", f"at most {DIMENSIONS_MAX} dimensions in rows and columns", "too_many"))
    twice = sorted({name for name in names if names.count(name) > 1})
    problems += [Problem("columns", f"{name} is asked for twice", "duplicate") for name in twice]
    if problems:
        raise QueryInvalid(problems)


def _levels(count: int, *, keep_all: bool) -> list[int]:
    """How many dimensions each level names, the finest first."""
    return list(range(count, -1, -1)) if keep_all else sorted({count, 0}, reverse=True)


def _top_members(numbers: Numbers, query: PivotQuery, asker: Asker) -> tuple[Filter, ...]:
    if query.limit is None or not query.rows:
        return ()
    order = query.order_by or (Order(query.metrics[0], descending=True),)
    first = query.rows[0]
    asked = MetricQuery(
        query.metrics, (first,), query.where, replace(query.time, grain=None), order_by=order, limit=query.limit
    )
    members = [line[_column(first)] for line in numbers.query(asked, asker).rows]
    return (Filter(first, "in", tuple(None if each is None else str(each) for each in members)),)


def _level_query(
    query: PivotQuery, rows: Sequence[str], columns: Sequence[str], where: tuple[Filter, ...]
) -> MetricQuery:
    return MetricQuery(query.metrics, (*rows, *columns), where, replace(query.time, grain=None))


def _column(name: str) -> str:
    """The column of an answer that a dimension's members stand in."""
    plain = name.removeprefix("metric_time__")
    return "day" if plain in {"metric_time", "date"} else plain


def _laid_out(
    query: PivotQuery, cells: Mapping[tuple[Key, Key], Mapping[str, Cell]], detail: QueryResult
) -> PivotResult:
    row_keys = sorted({row for row, _ in cells}, key=lambda key: _place(key, len(query.rows)))
    column_keys = sorted({column for _, column in cells}, key=lambda key: _place(key, len(query.columns)))
    rows = tuple(
        PivotRow(
            dict(zip(query.rows, row, strict=False)),
            len(row),
            tuple(cells.get((row, column)) for column in column_keys),
        )
        for row in row_keys
    )
    return PivotResult(
        dimensions=tuple(column for column in detail.columns if column.role in {"dimension", "time"}),
        metrics=tuple(column for column in detail.columns if column.role == "metric"),
        columns=tuple(Header(dict(zip(query.columns, key, strict=False)), len(key)) for key in column_keys),
        rows=rows,
        evidence=detail.evidence,
    )


def _place(key: Key, depth: int) -> tuple[tuple[int, str], ...]:
    """Where a key sorts: members by name, blanks after them, a total after everything it totals."""
    shown = tuple((1, "") if cell is None else (0, str(cell)) for cell in key)
    return (*shown, *(((2, ""),) * (depth - len(key))))
