"""A cross table as a file: CSV with exact decimals, XLSX with real numbers, formats and a sheet of evidence."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from api.rendering import decimal_text
from api.routers.metrics.door import places_of
from olap.pivot.grid import Figure, Grid, grid
from olap.pivot.query import NumberFormat, PivotQuery
from olap.pivot.result import PivotResult
from olap.query import Cell
from reports.renderers.about import about
from reports.renderers.cells import harmless
from reports.renderers.csv import one_line
from reports.sheet import sheet_of_pivot

Kind = Literal["csv", "xlsx"]

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_COLOURS = {"good": "#1b7f4b", "bad": "#b3261e", "warning": "#8a5a00", "muted": "#6b7280"}
_DAYS = {"year": "yyyy", "month": "yyyy-mm"}
_SCALES = {"ones": "", "thousands": ",", "millions": ",,"}


def file_of(result: PivotResult, kind: Kind, locale: str) -> bytes:
    """What one sees of a table, as a file."""
    sheet = grid(_with_headings(result), locale)
    return _csv(sheet, result, locale) if kind == "csv" else _xlsx(sheet, result)


def _with_headings(result: PivotResult) -> PivotResult:
    """The table with figures called by what they count and in which currency: a file is read far from its page."""
    measures = tuple(replace(each, column=replace(each.column, label=each.column.heading)) for each in result.measures)
    return replace(result, measures=measures)


def _csv(sheet: Grid, result: PivotResult, locale: str) -> bytes:
    """Exact decimals under as many header lines as the table has; what they are in lines that begin with #."""
    buffer, empty = io.StringIO(), result.query.empty.text
    for label, text in about(sheet_of_pivot(result, "", locale)):
        buffer.write(f"# {one_line(label)}: {one_line(text)}\r\n")
    writer = csv.writer(buffer)
    for place, line in enumerate(sheet.headers):
        corner = sheet.labels if place == len(sheet.headers) - 1 else ("",) * len(sheet.labels)
        writer.writerow([harmless(label or "") for label in (*corner, *line)])
    for labels, figures in sheet.lines:
        writer.writerow([*(harmless(label or "") for label in labels), *(_text(each, empty) for each in figures)])
    return BYTE_ORDER_MARK + buffer.getvalue().encode()


def _text(figure: Figure, empty: str) -> str:
    if figure.value is None:
        return harmless(empty)
    if isinstance(figure.value, int):
        return str(figure.value)
    return decimal_text(figure.value, places_min=places_of(figure.type))  # type: ignore[arg-type]  # a decimal


def _xlsx(sheet: Grid, result: PivotResult) -> bytes:
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    import xlsxwriter  # noqa: PLC0415  # heavy: a server starts without it

    book = xlsxwriter.Workbook(buffer, options)
    page = book.add_worksheet("Pivot")
    _Sheet(book, page, sheet, result.query).write()
    _write_evidence(book, result)
    book.close()
    return buffer.getvalue()


class _Sheet:
    """One sheet being written; formats are made once each, as a book holds few thousands."""

    def __init__(self, book: Any, page: Any, sheet: Grid, query: PivotQuery) -> None:
        self.book, self.page, self.sheet, self.empty = book, page, sheet, query.empty.text
        self.rows, self.columns = query.rows, query.columns
        self._formats: dict[tuple[object, ...], Any] = {}

    def write(self) -> None:
        """Headers, lines and frozen panes."""
        labels, headers = self.sheet.labels, self.sheet.headers
        for place, line in enumerate(headers):
            grain = self.columns[place] if place < len(self.columns) else ""
            for (first, last), label in _runs(line):
                value = self._label(self.sheet.headed[place][first] if grain else None, grain, label)
                self._write_label(place, len(labels) + first, len(labels) + last, value)
        for column, label in enumerate(labels):
            self.page.write_string(max(len(headers) - 1, 0), column, label, self._format(bold=True))
        for place, (row_labels, figures) in enumerate(self.sheet.lines, start=len(headers)):
            is_total = self.sheet.levels[place - len(headers)] < len(labels)
            members = self.sheet.members[place - len(headers)]
            for column, text in enumerate(row_labels):
                if text is not None:
                    grain = self.rows[column] if column < len(self.rows) else ""
                    value = self._label(members[column] if grain else None, grain, text)
                    self._write_label(place, column, column, value, bold=is_total)
            for column, figure in enumerate(figures, start=len(labels)):
                self._write_figure(place, column, figure, is_total=is_total)
        self.page.freeze_panes(len(headers), len(labels))
        self.page.set_column(0, max(len(labels) - 1, 0), 24)
        self.page.set_column(len(labels), len(labels) + 200, 16)

    def _label(self, member: Cell, grain: str, text: str) -> tuple[str | datetime, str | None]:
        """What a label is written as, and how: a day as a day, a year or month too; a quarter has no form in sheets."""
        if not isinstance(member, date) or grain == "quarter":
            return text, None
        return datetime(member.year, member.month, member.day), _DAYS.get(grain, "yyyy-mm-dd")  # noqa: DTZ001  # a day

    def _write_label(
        self, row: int, first: int, last: int, label: tuple[str | datetime, str | None], *, bold: bool = True
    ) -> None:
        value, form = label
        look: dict[str, object] = {"bold": bold, "align": "center" if last > first else "left"}
        if form is not None:
            look["num_format"] = form
        if last > first:
            self.page.merge_range(row, first, row, last, value, self._format(**look))
        elif isinstance(value, str):
            self.page.write_string(row, first, value, self._format(**look))
        else:
            self.page.write_datetime(row, first, value, self._format(**look))

    def _write_figure(self, row: int, column: int, figure: Figure, *, is_total: bool) -> None:
        is_whole = figure.value is not None and figure.value == int(figure.value)  # type: ignore[arg-type]  # a figure
        text = number_format(figure.measure.format, figure.type, is_whole=is_whole)
        look: dict[str, object] = {"num_format": text, "bold": is_total}
        if figure.style in _COLOURS:
            look["font_color"] = _COLOURS[figure.style]
        elif figure.style is not None:
            look["bg_color"] = _shade(int(figure.style.removeprefix("heat")))
        if figure.value is None:
            if self.empty:
                self.page.write_string(row, column, self.empty, self._format(align="right"))
            return
        self.page.write_number(row, column, float(figure.value), self._format(**look))  # type: ignore[arg-type]  # a figure

    def _format(self, **look: object) -> Any:
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(look)
        return self._formats[key]


def number_format(given: NumberFormat, kind: str, *, is_whole: bool = False) -> str:
    """How a spreadsheet writes a figure; a whole one of no set places without a point."""
    default = {"money": 2, "share": 1}.get(kind, 0)
    places = default if given.places is None else given.places
    digits = f"0{'.' if places else ''}{'0' * places}"
    text = f"{digits}%" if kind == "share" else f"#,##{digits}{_SCALES[given.scale]}"
    if kind == "number" and given.places is None and given.scale == "ones":
        text = "#,##0" if is_whole else "#,##0.####"
    return f"{text};({text})" if given.negative == "parentheses" else text


def _shade(step: int) -> str:
    """A blue between white and the palette's, by tenths."""
    share = step / 9
    red, green, blue = (round(255 - (255 - full) * share) for full in (147, 197, 253))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _runs(line: tuple[str | None, ...]) -> list[tuple[tuple[int, int], str]]:
    """Labels with the columns each of them spans: a label of None belongs to the one before."""
    found: list[tuple[tuple[int, int], str]] = []
    for place, label in enumerate(line):
        if label is None and found:
            (first, _), text = found[-1]
            found[-1] = ((first, place), text)
        else:
            found.append(((place, place), label or ""))
    return found


def _write_evidence(book: Any, result: PivotResult) -> None:
    """A second sheet: what the figures mean, under which filters, from which version, by which SQL."""
    page, evidence = book.add_worksheet("Evidence"), result.evidence
    lines = [("Data version", evidence.data_version), ("Loaded at", evidence.loaded_at or "")]
    lines += [("Changes until", evidence.watermark or "")]
    lines += [("Filter", each) for each in evidence.filters]
    lines += [("Note", each) for each in result.notes]
    lines += [
        (str(each["label"]), f"{each['description']} {each['expression'] or ''}") for each in evidence.definitions
    ]
    lines += [(f"SQL: {name}", text[:32_000]) for name, text in evidence.statements.items() if name.startswith("rows")]
    for row, (name, text) in enumerate(lines):
        page.write_string(row, 0, name)
        page.write_string(row, 1, text)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 100)
