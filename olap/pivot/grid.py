"""A cross table as a sheet: lines of labels and figures, as one sees them; pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from olap.pivot.laying import COMPARED
from olap.pivot.query import Measure
from olap.pivot.result import Header, PivotResult, PivotRow, ShownMeasure
from olap.pivot.words import words_of
from olap.query import Cell


@dataclass(frozen=True)
class Figure:
    """One figure with what it takes to write it."""

    value: Cell
    type: str
    measure: Measure
    style: str | None


@dataclass(frozen=True)
class Grid:
    """Header lines above, label columns at the left, figures in between; a label of None repeats the one before."""

    labels: tuple[str, ...]
    headers: tuple[tuple[str | None, ...], ...]
    lines: tuple[tuple[tuple[str | None, ...], tuple[Figure, ...]], ...]
    levels: tuple[int, ...]
    """How many dimensions each line names."""
    members: tuple[tuple[Cell, ...], ...]
    """What the labels of each line are of: their members as they are kept; none of totals and of what is left out."""
    headed: tuple[tuple[Cell, ...], ...]
    """The same of the header lines that name dimensions."""


def grid(result: PivotResult, locale: str = "en") -> Grid:
    """The table as a sheet in a language, labels repeated or merged as its definition says."""
    words = words_of(locale)
    query, by_name = result.query, {column.name: column for column in result.dimensions}
    on_rows = query.measures_on == "rows"
    shown = [each for each in result.measures if not on_rows or each.column.name == each.measure.name]
    # Where measures stand on rows, what they are compared with stands beside them.
    told = ("", *COMPARED) if query.compare is not None else ("",)
    asked = [*told] if on_rows else [each.column.name for each in shown]
    columns = [(place, name) for place in range(len(result.columns)) for name in asked]
    headers = [
        [_label(result.columns[place], query.columns, depth, words) for place, _ in columns]
        for depth in range(len(query.columns))
    ]
    if not on_rows or len(told) > 1:
        named = {each.column.name: each.column.label for each in shown} | {
            each: words[each.removeprefix("_") or "figure"] for each in told
        }
        headers.append([named[name] for _, name in columns])
    labels = [by_name[name].label for name in query.rows] + ([words["figure"]] if on_rows else [])
    by_figure = {each.column.name: each for each in result.measures}
    lines = [(_labels(row, result, words, shown), tuple(_figures(row, columns, by_figure))) for row in result.rows]
    is_merged = query.labels == "merge"
    return Grid(
        tuple(labels),
        tuple(tuple(_merged(line) if is_merged else line) for line in headers),
        tuple(
            zip(
                _merged_down([each for each, _ in lines]) if is_merged else [each for each, _ in lines],
                [each for _, each in lines],
                strict=True,
            )
        ),
        tuple(row.level for row in result.rows),
        tuple(tuple(_member(row, query.rows, depth) for depth in range(len(query.rows))) for row in result.rows),
        tuple(
            tuple(_member(result.columns[place], query.columns, depth) for place, _ in columns)
            for depth in range(len(query.columns))
        ),
    )


def _member(header: Header, names: Sequence[str], depth: int) -> Cell:
    if depth >= header.level or header.others == names[depth]:
        return None
    return header.keys[names[depth]]


def _labels(
    row: Header, result: PivotResult, words: Mapping[str, str], shown: Sequence[ShownMeasure]
) -> tuple[str, ...]:
    found = [_label(row, result.query.rows, depth, words) for depth in range(len(result.query.rows))]
    if row.measure is not None:
        found.append(next(each.column.label for each in shown if each.measure.name == row.measure))
    return tuple(found)


def period_label(member: str, grain: str) -> str:
    """What a member is called: a period by its year, quarter or month, everything else as it is."""
    if grain == "year":
        return member[:4]
    if grain == "quarter":
        return f"{member[:4]} Q{(int(member[5:7]) + 2) // 3}"
    return member[:7] if grain == "month" else member


def _label(header: Header, names: Sequence[str], depth: int, words: Mapping[str, str]) -> str:
    """What a header says at one depth: its member, that it is a total, or nothing below one."""
    if depth < header.level:
        name = names[depth]
        if header.others == name:
            return words["others"]
        member = header.keys[name]
        return words["blank"] if member is None else period_label(str(member), name)
    return words["total"] if depth == header.level and not header.is_collapsed else ""


def _figures(row: PivotRow, columns: Sequence[tuple[int, str]], shown: Mapping[str, ShownMeasure]) -> Iterator[Figure]:
    """The figures of a row by the place of their header and their name, of its own measure where it has one."""
    for place, name in columns:
        figure = f"{row.measure}{name}" if row.measure is not None else name
        measure = shown.get(figure) or shown[str(row.measure)]
        value, style = (row.cells[place] or {}).get(figure), row.styles[place].get(figure)
        yield Figure(value, measure.column.type, measure.measure, style)


def _merged(line: Sequence[str]) -> list[str | None]:
    """A line of labels in which a repeated one is left out."""
    return [None if place and label == line[place - 1] else label for place, label in enumerate(line)]


def _merged_down(lines: Sequence[Sequence[str]]) -> list[tuple[str | None, ...]]:
    """Lines in which a label is left out that the line before has too, with the same parents."""
    found: list[tuple[str | None, ...]] = []
    for place, line in enumerate(lines):
        before = lines[place - 1] if place else ()
        found.append(
            tuple(None if line[: depth + 1] == before[: depth + 1] else label for depth, label in enumerate(line))
        )
    return found
