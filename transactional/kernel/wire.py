"""Statements on their way to the database: many in one round trip, each planned once a connection.

The driver's own cursor takes three times as long for a statement that is known already, and waits for each. Here a
statement is a constant text; its values go as text, which PostgreSQL reads by the types of the columns they meet; and
what was asked one after the other goes out together, in that order, when the first answer is looked at.
"""

import re
import select
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
from psycopg import abc, pq
from psycopg.adapt import Transformer

from runtime import tracing

PREPARED_MAX = 1_000
"""Statements a connection keeps planned; further ones are planned each time."""
_BOUNDARIES = frozenset({"begin", "commit"})
_SQL_SHOWN_MAX = 2_000
"""Of a trace; statements carry names for values, never values."""
_CANCEL_SECONDS_MAX = 5.0
_PARAMETER = re.compile(r"%\((\w+)\)s|%%")
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class Statement:
    """A text with its values, and what the database answered once it was sent."""

    __slots__ = ("answer", "sql", "values")

    def __init__(self, sql: str, values: Mapping[str, Any] | None = None) -> None:
        """Say what is asked; values are named `%(name)s` in the text."""
        self.sql = sql
        self.values: Mapping[str, Any] = values or {}
        self.answer: Answer | None = None


class Answer:
    """Rows found, and how many there were or were changed."""

    __slots__ = ("_transformer", "result")

    def __init__(self, result: Any, transformer: abc.Transformer) -> None:
        """Keep what the driver has received; it is read as values when asked for."""
        self.result = result
        self._transformer = transformer

    def rows(self) -> list[tuple[Any, ...]]:
        """The rows as values."""
        self._transformer.set_pgresult(self.result)
        return self._transformer.load_rows(0, self.result.ntuples, tuple)

    def names(self) -> list[str]:
        """What the columns are called."""
        result = self.result
        return [result.fname(position).decode() for position in range(result.nfields)]

    @property
    def count(self) -> int:
        """Rows found or changed."""
        return self.result.command_tuples or 0


class StatementFailed(Exception):
    """A statement that the database refused, with the driver's error."""

    def __init__(self, statement: Statement, error: psycopg.Error) -> None:
        """Keep both."""
        super().__init__(str(error))
        self.statement, self.error = statement, error


class Wire:
    """A driver's connection and the statements it has planned."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Use a connection that is open."""
        self._connection = connection
        self._pgconn: Any = connection.pgconn
        self._transformer: abc.Transformer = Transformer.from_context(connection)
        self._prepared: dict[str, bytes] = {}
        self._under_way: list[tuple[Statement, bool]] = []
        """What was sent and is not answered yet, and whether that is only its plan."""
        self._fresh: dict[str, bytes] = {}
        """What statements under way are planned as."""
        self._poll = select.poll()
        self._poll.register(self._pgconn.socket, select.POLLIN)

    def exchange(self, statements: Sequence[Statement]) -> None:
        """Send statements in their order and give each its answer, after those that are under way.

        Raises: StatementFailed for the first that is refused, none after it was carried out; psycopg.Error when the
        connection is lost.
        """
        trace = tracing.current.get()
        if trace is None:
            self._exchange(statements)
            return
        began, failed = time.perf_counter_ns(), True
        try:
            self._exchange(statements)
            failed = False
        finally:
            asked = [statement.sql for statement in statements if statement.sql not in _BOUNDARIES]
            trace.note(
                "sql",
                began,
                time.perf_counter_ns(),
                is_error=failed,
                statements=len(statements),
                sql=" ; ".join(asked)[:_SQL_SHOWN_MAX],
            )

    def _exchange(self, statements: Sequence[Statement]) -> None:
        told = [(statement, *_said(statement)) for statement in statements]
        with self._lost_on_failure():
            self._send(told)
            self._pgconn.pipeline_sync()
            results = self._received()
        self._pgconn.exit_pipeline_mode()
        self._note(results)

    def launch(self, statements: Sequence[Statement]) -> None:
        """Send statements and leave the database to them: the next exchange answers or refuses them.

        Raises: psycopg.Error when the connection is lost.
        """
        told = [(statement, *_said(statement)) for statement in statements]
        with self._lost_on_failure():
            self._send(told)
            self._flush()

    def abandon(self) -> None:
        """Nothing is under way any more, whatever the database says to it: it is about to be undone."""
        if self._under_way:
            with suppress(StatementFailed):
                self._exchange(())

    @contextmanager
    def _lost_on_failure(self) -> Iterator[None]:
        """End the connection where nobody knows how far it came: the database undoes it."""
        try:
            yield
        except BaseException:
            self._under_way = []
            with suppress(psycopg.Error):
                self._connection.cancel_safe(timeout=_CANCEL_SECONDS_MAX)
            self._connection.close()
            raise

    def _send(self, told: Sequence[tuple[Statement, bytes, list[bytes | None]]]) -> None:
        """Hand everything to the driver."""
        pgconn, under_way, fresh = self._pgconn, self._under_way, self._fresh
        if not under_way:
            pgconn.enter_pipeline_mode()
        for statement, query, given in told:
            sql = statement.sql
            name = self._prepared.get(sql) or fresh.get(sql)
            if name is None:
                name = _name_after(len(self._prepared) + len(fresh))
                if name:
                    fresh[sql] = name
                pgconn.send_prepare(name, query)
                under_way.append((statement, True))
            pgconn.send_query_prepared(name, given)
            under_way.append((statement, False))

    def _flush(self) -> None:
        while self._pgconn.flush():
            self._wait_to_send()

    def _received(self) -> list[tuple[Statement, bool, Any]]:
        """What came back, in order, up to the point where the database is ready for more."""
        pgconn, poll, expected = self._pgconn, self._poll, self._under_way
        self._flush()
        results: list[Any] = []
        while len(results) <= len(expected):
            while pgconn.is_busy():
                poll.poll()
                pgconn.consume_input()
            result = pgconn.get_result()
            if result is not None:
                results.append(result)
            elif pgconn.status == pq.ConnStatus.BAD:
                raise psycopg.OperationalError("the connection was lost")
        self._under_way, self._fresh = [], {}
        return [(statement, is_plan, result) for (statement, is_plan), result in zip(expected, results, strict=False)]

    def _wait_to_send(self) -> None:
        """Wait until the database takes more, and take what it has to say: it may wait for that."""
        both = select.poll()
        both.register(self._pgconn.socket, select.POLLIN | select.POLLOUT)
        if any(event & ~select.POLLOUT for _, event in both.poll()):
            self._pgconn.consume_input()

    def _note(self, results: Sequence[tuple[Statement, bool, Any]]) -> None:
        """Give statements their answers and remember what is planned.  Raises: StatementFailed."""
        for statement, is_plan, result in results:
            if result.status not in _DONE:
                raise StatementFailed(statement, psycopg.errors.error_from_result(result))
            if not is_plan:
                statement.answer = Answer(result, self._transformer)
            elif name := _name_after(len(self._prepared)):
                self._prepared[statement.sql] = name


def _name_after(count: int) -> bytes:
    """What the next plan of a connection is called; the one without a name is not kept."""
    return b"wire_%d" % count if count < PREPARED_MAX else b""


def _said(statement: Statement) -> tuple[bytes, list[bytes | None]]:
    query, names = _numbered(statement.sql)
    values = statement.values
    return query, [_told(values[name]) for name in names]


@lru_cache(maxsize=5_000)
def _numbered(sql: str) -> tuple[bytes, tuple[str, ...]]:
    """A text with its values by number, as the database wants it, and their names in that order."""
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        name = found[1]
        return "%" if name is None else f"${names.setdefault(name, len(names) + 1)}"

    return _PARAMETER.sub(number, sql).encode(), tuple(names)


def _told(value: Any) -> bytes | None:
    tell = _TELLERS.get(type(value))
    return tell(value) if tell is not None else _told_by_kind(value)


def _told_by_kind(value: Any) -> bytes | None:
    for kind, tell in _TELLERS.items():
        if isinstance(value, kind):
            return tell(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent")


def _text(value: str) -> bytes:
    told = value.encode()
    if b"\x00" in told:
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return told


def _array(values: Sequence[Any]) -> bytes:
    return b"{" + b",".join([_element(value) for value in values]) + b"}"


def _element(value: Any) -> bytes:
    told = _told(value)
    if told is None:
        return b"NULL"
    return b'"' + told.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"' if isinstance(value, str) else told


_TELLERS: dict[type[Any], Callable[[Any], bytes | None]] = {
    str: _text,
    UUID: lambda value: value.hex.encode(),
    type(None): lambda _: None,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    Decimal: lambda value: str(value).encode(),
    datetime: lambda value: value.isoformat().encode(),
    date: lambda value: value.isoformat().encode(),
    bytes: lambda value: b"\\x" + value.hex().encode(),
    list: _array,
}
"""How values are said; a truth value before a number and an instant before a day, for each is also the other."""
