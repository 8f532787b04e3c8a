"""A report as CSV, part by part."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from reports.renderers.about import about
from reports.renderers.cells import plain
from reports.sheet import Line, Sheet

BATCH = 5_000


def csv_parts(sheet: Sheet, lines: Iterable[Line] | None = None) -> Iterator[bytes]:
    """The file in parts: what it is about in lines that begin with #, then one heading and the rows."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    for label, text in [(sheet.title, ""), *about(sheet)]:
        buffer.write("# " + ": ".join(each for each in (one_line(label), one_line(text)) if each) + "\r\n")
    writer = csv.writer(buffer)
    writer.writerow([plain(column.heading) for column in sheet.columns])
    for count, line in enumerate(sheet.lines if lines is None else lines, start=1):
        writer.writerow([plain(value, column) for value, column in zip(line.cells, sheet.columns, strict=True)])
        if count % BATCH == 0:
            yield _taken(buffer)
    if sheet.total is not None:
        writer.writerow([plain(value, column) for value, column in zip(sheet.total, sheet.columns, strict=True)])
    yield _taken(buffer)


def one_line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _taken(buffer: io.StringIO) -> bytes:
    part = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return part
