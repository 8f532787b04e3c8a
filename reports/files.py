"""A sheet as a file of the kind asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from olap.errors import invalid
from reports.definition import Chart
from reports.paper import Paper
from reports.renderers.csv import csv_parts
from reports.renderers.parquet import parquet_bytes
from reports.sheet import Sheet

FileFormat = Literal["csv", "xlsx", "pdf", "parquet"]
MEDIA: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "parquet": "application/vnd.apache.parquet",
}
_NOT_IN_NAMES = re.compile(r"[/\\:*?\"<>|\x00-\x1f\x7f-\x9f\u2028\u2029]+|\.{2,}|^[.\s]+")


def file_name(title: str, kind: str) -> str:
    """What a file is called after its title: one name on every system, and no path."""
    return f"{_NOT_IN_NAMES.sub('_', title)}.{kind}"


def parts_of(sheet: Sheet, kind: FileFormat, chart: Chart | None = None) -> Iterator[bytes]:
    """The file in parts.  Raises: QueryInvalid, before the first part, where the kind cannot hold the sheet."""
    if kind == "csv":
        return csv_parts(sheet)
    return iter((file_bytes(sheet, kind, chart),))


def file_bytes(sheet: Sheet, kind: FileFormat, chart: Chart | None = None) -> bytes:
    """The whole file.  Raises: QueryInvalid where the kind cannot hold the sheet."""
    if kind == "csv":
        return b"".join(csv_parts(sheet))
    if kind == "parquet":
        return parquet_bytes(sheet)
    if kind == "xlsx":
        return _xlsx(sheet)
    return _pdf(sheet, chart)


def printed(paper: Paper) -> bytes:
    """A document to print, as PDF."""
    from reports.renderers import paper as papers  # noqa: PLC0415  # not every process writes documents

    return papers.paper_bytes(paper)


def _xlsx(sheet: Sheet) -> bytes:
    from reports.renderers import xlsx  # noqa: PLC0415  # not every process writes workbooks

    if len(sheet.lines) > xlsx.ROWS_MAX:
        raise invalid("format", f"holds at most {xlsx.ROWS_MAX} rows: choose csv or parquet", "too_many_rows")
    return xlsx.xlsx_bytes(sheet)


def _pdf(sheet: Sheet, chart: Chart | None) -> bytes:
    from reports.renderers import pdf  # noqa: PLC0415  # not every process writes documents

    if len(sheet.lines) > pdf.ROWS_MAX:
        raise invalid("format", f"holds at most {pdf.ROWS_MAX} rows: choose csv, xlsx or parquet", "too_many_rows")
    try:
        return pdf.pdf_bytes(sheet, chart)
    except pdf.TooWide as error:
        raise invalid("format", str(error), "too_many_columns") from error
