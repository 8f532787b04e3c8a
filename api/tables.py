"""Tables of cells out of uploaded files, with quotas: a small file must not become a large memory."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from api.errors import UnsupportedFile
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.kernel.importing import ROWS_MAX

UNPACKED_BYTES_MAX = 1_000_000_000
COLUMNS_MAX = 200
CELL_LENGTH_MAX = 100_000
_HEAD = 512
# What the readers of workbooks and Parquet raise over damaged files; none of them has an error of its own for that.
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    pa.ArrowException,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
_OTHER_KINDS = (".xlsx", ".xls", ".parquet", ".ods", ".zip", ".gz", ".pdf", ".json", ".png", ".jpg")
_DELIMITERS = ",;\t|"


@dataclass(frozen=True, slots=True)
class CellTable:
    """The names of the columns and the rows below them."""

    columns: list[str]
    rows: list[Sequence[Any]]


def read_table(file: BinaryIO, name: str) -> CellTable:
    """The table in a CSV, XLSX or Parquet file; the kind is told by its first bytes, not by its name.

    Raises: UnsupportedFile, Invalid.
    """
    head = file.read(_HEAD)
    file.seek(0)
    try:
        if head[:4] == b"PK\x03\x04":
            return _read_xlsx(file)
        if head[:4] == b"PAR1":
            return _read_parquet(file)
        if name.lower().endswith(_OTHER_KINDS) or b"\x00" in head:
            raise UnsupportedFile
        return _read_csv(file)
    except _DAMAGED:
        raise UnsupportedFile from None


def _read_csv(file: BinaryIO) -> CellTable:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        first = text.readline()
        text.seek(0)
        delimiter = max(_DELIMITERS, key=first.count)
        csv.field_size_limit(CELL_LENGTH_MAX)
        return _table(csv.reader(text, delimiter=delimiter, strict=True))
    except UnicodeDecodeError:
        raise Invalid([FieldProblem("file", "is not written in UTF-8", "not_utf8")]) from None
    except csv.Error as error:
        raise Invalid([FieldProblem("file", f"is no CSV: {error}", "not_csv")]) from None
    finally:
        text.detach()


def _read_xlsx(file: BinaryIO) -> CellTable:
    with zipfile.ZipFile(file) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise UnsupportedFile
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_BYTES_MAX:
            raise Invalid([FieldProblem("file", "unpacks to more than we take", "too_large_file")])
    file.seek(0)
    from openpyxl import load_workbook  # noqa: PLC0415  # heavy: a server starts without it

    book = load_workbook(file, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        return _table(sheet.iter_rows(values_only=True))
    finally:
        book.close()


def _read_parquet(file: BinaryIO) -> CellTable:
    parquet = pq.ParquetFile(file)
    unpacked = sum(
        parquet.metadata.row_group(index).total_byte_size for index in range(parquet.metadata.num_row_groups)
    )
    if unpacked > UNPACKED_BYTES_MAX or parquet.metadata.num_rows > ROWS_MAX:
        raise Invalid([FieldProblem("file", f"has more than {ROWS_MAX} rows", "too_large_file")])
    columns = [str(name) for name in parquet.schema_arrow.names]
    rows: list[Sequence[Any]] = []
    for batch in parquet.iter_batches(batch_size=10_000):
        rows += zip(*[column.to_pylist() for column in batch.columns], strict=True)
    return CellTable(columns, rows)


def _table(lines: Iterable[Sequence[Any]]) -> CellTable:
    iterator = iter(lines)
    header = [str(cell).strip() if cell is not None else "" for cell in next(iterator, ())]
    while header and not header[-1]:
        header.pop()
    if not header or len(header) > COLUMNS_MAX:
        raise Invalid([FieldProblem("file", "has no first line with names of columns", "no_header")])
    rows: list[Sequence[Any]] = []
    for cells in iterator:
        line = list(cells)
        while len(line) > len(header) and line[-1] in (None, ""):
            line.pop()
        if any(cell not in (None, "") for cell in line):
            rows.append(line)
        elif rows or line:
            rows.append([None] * len(header))
        if len(rows) > ROWS_MAX:
            raise Invalid([FieldProblem("file", f"has more than {ROWS_MAX} rows", "too_large_file")])
    while rows and all(cell in (None, "") for cell in rows[-1]):
        rows.pop()
    return CellTable(header, rows)
