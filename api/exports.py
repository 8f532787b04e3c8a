"""Every row a user may read as a file, streamed so that a million rows cost no more memory than a thousand."""

import csv
import io
import itertools
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, Protocol, cast
from uuid import UUID

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
from fastapi import Query
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.calls import Call, Calling
from api.database_errors import refusal_of
from api.lists import list_parameters, query_of
from api.rendering import decimal_text
from api.routing import Router, needs
from reports.renderers.cells import harmless
from transactional.kernel.audit import note
from transactional.kernel.errors import invalid
from transactional.kernel.ids import new_id
from transactional.kernel.importing_documents import DOCUMENT
from transactional.kernel.listing import (
    ListQuery,
    conditions_of,
    select_all,
    select_with_lines,
    shown_columns,
    shown_line_fields,
)
from transactional.kernel.resource import Field, Lines, Resource
from transactional.kernel.session import Session

Format = Literal["csv", "xlsx", "parquet"]
BATCH = 5_000
XLSX_ROWS_MAX = 1_048_575
_SHEET_FIRST_DAY = date(1900, 3, 1)
"""Sheets count a 29 February 1900 that never was: what lies before it comes back as another day, so it is text."""
_CELL_LENGTH_MAX = 32_767
_CUT = " ... (cut: a cell holds no more; choose csv or parquet)"
_OF_FILES = frozenset({"format", "lines"})
_CHUNK = 1 << 20
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
Rows = Iterator[Sequence[Any]]


def add_export(router: Router, resource: Resource) -> None:
    """Give a resource its export."""

    @router.get(
        "/export",
        name=f"export_{resource.module}_{resource.plural}".replace("-", "_"),
        summary=f"Export: {resource.label.lower()}",
        responses={200: {"content": {media: {"schema": _BINARY} for media in _MEDIA.values()}}},
        response_class=StreamingResponse,
        openapi_extra=needs(f"{resource.thing}.export")
        | {"parameters": [*list_parameters(resource, paged=False), *_lines_parameter(resource)]},
    )
    def export(
        request: Request,
        call: Calling,
        format: Annotated[Format, Query(description="The kind of file.")] = "csv",  # noqa: A002  # the name in addresses
    ) -> Response:
        query, lines = query_of(request, besides=_OF_FILES, paged=False), _lines_asked(request, resource)
        call.read(lambda session: _announce(session, resource, query, call, format, lines))
        headers = {"Content-Disposition": f'attachment; filename="{resource.plural}.{format}"'}
        parts = stream(call, resource, query, format, lines)
        # The first part before the answer begins: what the database refuses is still told as such.
        return StreamingResponse(itertools.chain([next(parts)], parts), 200, headers, _MEDIA[format])


_BINARY = {"type": "string", "format": "binary"}


def _lines_parameter(resource: Resource) -> list[dict[str, Any]]:
    if not resource.lines:
        return []
    schema = {"type": "string", "enum": [lines.name for lines in resource.lines]}
    told = "A row for each of these, with the record it is of: an import takes the file as it is."
    return [{"name": "lines", "in": "query", "required": False, "schema": schema, "description": told}]


def _lines_asked(request: Request, resource: Resource) -> Lines | None:
    """The lines to tell beside the records, if any.  Raises: Invalid."""
    name = request.query_params.get("lines")
    found = next((lines for lines in resource.lines if lines.name == name), None)
    if name is not None and found is None:
        known = ", ".join(lines.name for lines in resource.lines) or "nothing: these records have no lines"
        raise invalid("lines", f"is none of {known}", "unknown_choice")
    return found


def _announce(
    session: Session, resource: Resource, query: ListQuery, call: Call, kind: Format, lines: Lines | None
) -> None:
    """Refuse what cannot be exported before the first byte, and leave a trace of who took what."""
    conditions = conditions_of(resource, query, by=call.principal)
    select_all(resource, query, by=call.principal)
    if kind == "xlsx":
        statement = select(func.count()).select_from(resource.table).where(*conditions)
        if lines is not None:
            found = select_with_lines(resource, lines, query, by=call.principal).order_by(None).subquery()
            statement = select(func.count()).select_from(found)
        count = session.execute(statement).scalar_one()
        if count > XLSX_ROWS_MAX:
            raise invalid("format", f"holds at most {XLSX_ROWS_MAX} rows: choose csv or parquet", "too_many_rows")
    facts = {"format": kind, "filters": [list(pair) for pair in query.filters], "q": query.q}
    facts |= {"lines": lines.name} if lines else {}
    note(session, "export", resource.table.fullname, new_id(), facts)


def stream(
    call: Call, resource: Resource, query: ListQuery, kind: Format, lines: Lines | None = None
) -> Iterator[bytes]:
    """The file, part by part, in a transaction of its own."""
    writers: dict[str, Callable[[Sequence[Field], Rows], Iterator[bytes]]] = {
        "csv": _csv,
        "xlsx": _xlsx,
        "parquet": _parquet,
    }
    names = shown_columns(resource, call.principal)
    fields = [resource.fields[name] for name in names]
    statement = select_all(resource, query, by=call.principal)
    if lines is not None:
        statement = select_with_lines(resource, lines, query, by=call.principal)
        of_lines = shown_line_fields(lines, call.principal).values()
        # What people put together again is known by its id; a line's fields are told from the record's by their names.
        fields = [replace(each, name=DOCUMENT if each.name == resource.identity.name else each.name) for each in fields]
        fields += [replace(each, name=f"{lines.name}.{each.name}") for each in of_lines]
    statement = statement.execution_options(yield_per=BATCH)
    try:
        with call.services.database.transaction(call.principal) as session:
            yield from writers[kind](fields, iter(session.execute(statement)))
    except DBAPIError as error:
        raise refusal_of(error) or error from error


def _csv(fields: Sequence[Field], rows: Rows) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([field.name for field in fields])
    for count, row in enumerate(rows, start=1):
        writer.writerow([_text(value) for value in row])
        if count % BATCH == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _text(value: Any) -> str:  # noqa: PLR0911  # one line a type
    """A value as a cell of text that no spreadsheet runs."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return harmless(orjson.dumps(value, default=str).decode())
    return str(value)


def _xlsx(fields: Sequence[Field], rows: Rows) -> Iterator[bytes]:
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "remove_timezone": True,
        }
        import xlsxwriter  # noqa: PLC0415  # heavy: a server starts without it

        book = xlsxwriter.Workbook(file.name, options)
        sheet = book.add_worksheet()
        days, instants = (
            book.add_format({"num_format": "yyyy-mm-dd"}),
            book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        sheet.write_row(0, 0, [field.name for field in fields])
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                _write_cell(sheet, number, column, value, days, instants)
        book.close()
        yield from _chunks(cast("Readable", file))


def _write_cell(sheet: Any, row: int, column: int, value: Any, days: Any, instants: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), instants)
    elif isinstance(value, date) and value >= _SHEET_FIRST_DAY:
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), days)  # noqa: DTZ001  # a day
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        # A decimal stays text: a cell's number is a binary fraction.
        sheet.write_string(row, column, _fitting(_text(value)))


def _fitting(text: str) -> str:
    """The text, or as much of it as a cell holds with the words that say so."""
    if len(text) <= _CELL_LENGTH_MAX:
        return text
    return text[: _CELL_LENGTH_MAX - len(_CUT)] + _CUT


def _parquet(fields: Sequence[Field], rows: Rows) -> Iterator[bytes]:
    schema = pa.schema([(field.name, _arrow_type(field)) for field in fields])
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        with pq.ParquetWriter(file.name, schema, compression="zstd") as writer:
            for batch in _batches(rows):
                columns = [
                    pa.array([_arrow_value(value) for value in column], type=schema.field(position).type)
                    for position, column in enumerate(zip(*batch, strict=True))
                ]
                writer.write_table(pa.table(columns, schema=schema))
                # Else they would stay while the next ones are read.
                del batch, columns
        yield from _chunks(cast("Readable", file))


def _batches(rows: Rows) -> Iterator[list[Sequence[Any]]]:
    batch: list[Sequence[Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _arrow_type(field: Field) -> Any:
    if field.kind == "decimal":
        return pa.decimal128(38, field.places or 0)
    kinds = {
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "instant": pa.timestamp("us", tz="UTC"),
    }
    return kinds.get(field.kind, pa.int64() if str(field.column.type) == "BIGINT" else pa.string())


def _arrow_value(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return orjson.dumps(value, default=str).decode() if isinstance(value, dict | list) else value


class Readable(Protocol):
    """A file to be sent."""

    def seek(self, position: int) -> int:
        """Go to a position."""
        ...

    def read(self, size: int) -> bytes:
        """So many bytes from there."""
        ...


def _chunks(file: Readable) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk
