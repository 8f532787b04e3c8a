"""A report's figures as one flat table, whatever question they answer, with what stands behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from olap.pivot import PivotResult
from olap.pivot.grid import Grid, grid
from olap.query import Cell, Column, Evidence, QueryResult

TOTAL = {"en": "Total", "zh": "合计"}


@dataclass(frozen=True)
class Line:
    """One row; `level` counts the totals it stands for: 0 is a plain row."""

    cells: tuple[Cell, ...]
    level: int = 0


@dataclass(frozen=True)
class Sheet:
    """Columns, rows and total of a report, and what a reader has to know about them."""

    title: str
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    total: tuple[Cell, ...] | None
    evidence: Evidence
    left_out: tuple[str, ...] = ()
    """What is not in it, and why, in the reader's words."""
    definition_version: int | None = None
    is_preview: bool = False
    link: str | None = None
    """Where the report is found in the program."""
    locale: str = "en"
    notes: Mapping[str, Any] = field(default_factory=dict)

    def head(self, count: int) -> Sheet:
        """The first rows only."""
        return replace(self, lines=self.lines[:count])

    def records(self) -> list[dict[str, Cell]]:
        """The rows keyed by column name."""
        names = [column.name for column in self.columns]
        return [dict(zip(names, line.cells, strict=True)) for line in self.lines]


def sheet_of_query(result: QueryResult, title: str, locale: str) -> Sheet:
    """An answer as a sheet; what a limit left out stands as a row of its own where it was asked for."""
    names = [column.name for column in result.columns]
    lines = [Line(tuple(row[name] for name in names)) for row in result.rows]
    if result.others is not None:
        lines.append(Line(_labelled(result.columns, result.others, {"en": "Others", "zh": "其他"}[_known(locale)]), 1))
    total = None if result.totals is None else _labelled(result.columns, result.totals, TOTAL[_known(locale)])
    return Sheet(title, result.columns, tuple(lines), total, result.evidence, locale=locale)


def sheet_of_pivot(result: PivotResult, title: str, locale: str) -> Sheet:
    """A cross table as a sheet: a column for each header and figure, totals after what they total.

    Every row says all it is of, for rows of a sheet are sorted and filtered; days are days.
    """
    shown = grid(replace(result, query=replace(result.query, labels="repeat")), locale)
    headers = _header_columns(result, shown)
    count = len(shown.headers[-1]) if shown.headers else 1
    figures = _told_apart([_figure_column(result, shown, place) for place in range(count)], headers)
    lines, total = [], None
    for place, (labels, found) in enumerate(shown.lines):
        level = shown.levels[place]
        cells = (*_header_cells(headers, labels, shown.members[place]), *(figure.value for figure in found))
        # With measures on rows there is a total of each of them.
        if level == 0 and result.query.rows and result.query.measures_on == "columns":
            total = cells
        else:
            lines.append(Line(cells, len(result.query.rows) - level))
    return Sheet(title, (*headers, *figures), tuple(lines), total, result.evidence, locale=locale)


def _header_columns(result: PivotResult, shown: Grid) -> tuple[Column, ...]:
    """A column for each dimension of the rows, under its own name, and one that says which figure a row tells."""
    known = {column.name: column for column in result.dimensions}
    named = [
        replace(known[name], type="date" if _are_days(shown, place) else "text")
        for place, name in enumerate(result.query.rows)
    ]
    more = shown.labels[len(named) :]
    return (*named, *[Column("figure", label, "text", None, "dimension") for label in more])


def _are_days(shown: Grid, place: int) -> bool:
    """Whether all that rows say at a place are days; that something else is meant by one has to be told in words."""
    told = [members[place] for level, members in zip(shown.levels, shown.members, strict=True) if level > place]
    return bool(told) and all(isinstance(each, date) for each in told)


def _header_cells(headers: Sequence[Column], labels: Sequence[str | None], members: Sequence[Cell]) -> tuple[Cell, ...]:
    days = (
        members[place] if column.type == "date" and place < len(members) else None
        for place, column in enumerate(headers)
    )
    return tuple(label if day is None else day for day, label in zip(days, labels, strict=True))


def _told_apart(columns: Sequence[Column], headers: Sequence[Column]) -> list[Column]:
    """The columns with names of their own: two of them may tell one figure of members that read alike."""
    taken, found = {column.name for column in headers}, []
    for column in columns:
        name, number = column.name, 1
        while name in taken:
            number += 1
            name = f"{column.name}_{number}"
        taken.add(name)
        found.append(replace(column, name=name))
    return found


def _figure_column(result: PivotResult, shown: Grid, place: int) -> Column:
    """A column of figures, called by what stands above it."""
    words = [label for line in shown.headers if (label := _above(line, place))]
    of = ["total" if member is None else str(member) for member in (line[place] for line in shown.headed)]
    if result.query.measures_on == "rows":
        types = {figures[place].type for _, figures in shown.lines}
        # Figures of several kinds stand in one column: they are plain numbers to it.
        alike = next(iter(types)) if len(types) == 1 else "number"
        unit = result.metrics[0].unit if len(types) == 1 else None
        currencies = {each.currency for each in result.metrics}
        currency = next(iter(currencies)) if len(currencies) == 1 else None
        name = "_".join([*of, *([] if of else ["value"])])
        return Column(name, " · ".join(words) or shown.labels[-1], alike, unit, "metric", currency)  # type: ignore[arg-type]  # a type
    measure = result.metrics[place % len(result.metrics)]
    if result.query.columns and len(result.metrics) == 1 and len(words) > 1:
        words = words[:-1]
    return replace(measure, name="_".join([measure.name, *of]), label=" · ".join(words) or measure.label)


def _above(line: Sequence[str | None], place: int) -> str | None:
    """The label over a column; a merged one stands at the first of those it covers."""
    return next((label for label in reversed(line[: place + 1]) if label is not None), None)


def _labelled(columns: Sequence[Column], row: Mapping[str, Cell], label: str) -> tuple[Cell, ...]:
    keys = [column.role in {"dimension", "time"} for column in columns]
    first = keys.index(True) if any(keys) else -1
    return tuple(
        label if position == first else None if keys[position] else row.get(column.name)
        for position, column in enumerate(columns)
    )


def _known(locale: str) -> str:
    return "zh" if locale.startswith("zh") else "en"
