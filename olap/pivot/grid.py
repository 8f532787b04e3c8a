"""A cross table as a sheet: lines of labels and figures, as one sees them; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from olap.pivot.query import Measure
from olap.pivot.result import Header, PivotResult, ShownMeasure
from olap.query import Cell

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"total": "Total", "others": "Others", "blank": "(none)", "figure": "Figure"},
    "zh": {"total": "合计", "others": "其他", "blank": "未填", "figure": "指标"},
}


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


def grid(result: PivotResult, locale: str = "en") -> Grid:
    """The table as a sheet in a language, labels repeated or merged as its definition says."""
    words = WORDS.get(locale.partition("-")[0], WORDS["en"])
    query, by_name = result.query, {column.name: column for column in result.dimensions}
    on_rows = query.measures_on == "rows"
    shown = [each for each in result.measures if not on_rows or each.column.name == each.measure.name]
    asked: list[ShownMeasure | None] = [None] if on_rows else [*shown]
    columns = [(header, each) for header in result.columns for each in asked]
    headers = [
        [_label(header, query.columns, depth, words) for header, _ in columns] for depth in range(len(query.columns))
    ]
    if not on_rows:
        headers.append([each.column.label if each else "" for _, each in columns])
    labels = [by_name[name].label for name in query.rows] + ([words["figure"]] if on_rows else [])
    lines = [(_labels(row, result, words, shown), tuple(_figures(row, columns, shown))) for row in result.rows]
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
    )


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


def _figures(
    row: Header, columns: Sequence[tuple[Header, ShownMeasure | None]], shown: Sequence[ShownMeasure]
) -> list[Figure]:
    cells, styles = getattr(row, "cells"), getattr(row, "styles")  # noqa: B009  # of a row, which is a header with cells
    own = next((each for each in shown if each.measure.name == row.measure), None)
    per_header = 1 if row.measure is not None else max(1, len(shown))
    found = []
    for place, (_, each) in enumerate(columns):
        measure = each or own or shown[0]
        cell, style = cells[place // per_header], styles[place // per_header]
        name = measure.column.name
        found.append(Figure((cell or {}).get(name), measure.column.type, measure.measure, style.get(name)))
    return found


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
