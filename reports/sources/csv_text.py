"""A CSV file outside as a table: what is a number or a day in every row is one, all else is text."""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import polars as pl
from sqlglot import exp

from olap.errors import Problem, QueryInvalid
from reports.sources.places import BYTES_MAX, SECONDS_MAX, Found, Kind, cell, kind_of, size_of
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.report.errors import SourceUnavailable

TABLE = "data"
_SEPARATORS = (",", ";", "\t", "|")
_NUMBER = r"^-?(0|[1-9]\d{0,17})(\.\d{1,9})?$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MEMORY = "512MB"


class CsvPlace:
    """The one table that a CSV file is."""

    def __init__(self, name: str, content: bytes) -> None:
        """The file, read.  Raises: Invalid for what is no table."""
        self.name = name
        frame = _read(content)
        self._types = {column: _type(frame[column]) for column in frame.columns}
        self._frame = frame

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """The columns."""
        return {TABLE: {name: kind for name, (kind, _) in self._types.items()}}

    def relation(self, table: str) -> exp.Table:
        """The table as a node."""
        return exp.table_(exp.to_identifier(table, quoted=True))

    def read(self, query: exp.Query, limit: int) -> Found:
        """The first rows of a query.  Raises: SourceUnavailable, QueryInvalid."""
        statement = query.sql(dialect="duckdb", comments=False)
        database = self._database()
        timer = threading.Timer(SECONDS_MAX, database.interrupt)
        timer.start()
        try:
            answer = database.execute(statement)
            columns = [(each[0], kind_of(str(each[1]))) for each in answer.description or ()]
            rows = [tuple(cell(value) for value in row) for row in answer.fetchmany(limit + 1)]
        except duckdb.InterruptException as error:
            raise SourceUnavailable(source=self.name, reason=f"it took longer than {SECONDS_MAX} seconds") from error
        except duckdb.Error as error:
            raise QueryInvalid([Problem("statement", str(error).splitlines()[0], "statement_unreadable")]) from error
        finally:
            timer.cancel()
            database.close()
        is_cut = len(rows) > limit or sum(map(size_of, rows)) > BYTES_MAX
        return Found(tuple(columns), rows[:limit], is_cut, statement)

    def _database(self) -> duckdb.DuckDBPyConnection:
        """The file in a database of its own, which sees nothing else of this machine."""
        database = duckdb.connect(":memory:")
        database.execute("set memory_limit = ?", [_MEMORY])
        database.execute("set threads = 1")
        database.register("file", self._frame.to_arrow())
        columns = ", ".join(
            f"cast({_quoted(name)} as {kind}) as {_quoted(name)}" for name, (_, kind) in self._types.items()
        )
        # Names are quoted, types are our own words.
        database.execute(f"create table {TABLE} as select {columns} from file")  # noqa: S608
        database.unregister("file")
        for setting in (
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
            "set python_enable_replacements = false",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            database.execute(setting)
        return database


def _read(content: bytes) -> pl.DataFrame:
    if len(content) > BYTES_MAX:
        raise _unreadable(f"has more than {BYTES_MAX // 1_000_000} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unreadable("is not written in UTF-8") from error
    head = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=head.count)
    try:
        frame = pl.read_csv(io.BytesIO(text.encode()), separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, ValueError) as error:
        reason = str(error).splitlines()[0] if str(error) else "it cannot be read"
        raise _unreadable(f"is no table: {reason}") from error
    if not frame.width or any(not name.strip() for name in frame.columns):
        raise _unreadable("needs a first line with the name of every column")
    return frame.with_columns(pl.all().str.strip_chars().replace("", None))


def _type(column: pl.Series) -> tuple[Kind, str]:
    """What a column holds, and the type that holds it exactly."""
    known = column.drop_nulls()
    if known.is_empty():
        return "text", "varchar"
    if known.str.contains(_NUMBER).all():
        places = int(known.str.extract(r"\.(\d+)$", 1).str.len_chars().fill_null(0).max() or 0)  # type: ignore[arg-type]  # a length
        return "number", f"decimal({18 + places}, {places})"
    if known.str.contains(_DAY).all() and all(_is_day(each) for each in known.unique()):
        return "date", "date"
    if known.str.to_lowercase().is_in(["true", "false"]).all():
        return "boolean", "boolean"
    return "text", "varchar"


def _is_day(text: Any) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _unreadable(reason: str) -> Invalid:
    return Invalid([FieldProblem("content", reason, "unreadable_file")])
