"""A PostgreSQL server outside, read in read-only transactions by a login that may not write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from sqlglot import exp

from reports.addresses import AddressRefused, reachable
from reports.sources.places import BYTES_MAX, SECONDS_MAX, Found, Kind, Tested, cell, size_of
from reports.sources.statements import DIALECT
from transactional.kernel.errors import FieldProblem, Invalid
from transactional.report.errors import SourceUnavailable, StatementForbidden

_CONNECT_SECONDS = 5
_BATCH = 500
_KINDS: dict[int, Kind] = {
    **dict.fromkeys((20, 21, 23, 700, 701, 1700), "number"),
    16: "boolean",
    1082: "date",
    1114: "instant",
    1184: "instant",
    **dict.fromkeys((18, 19, 25, 1042, 1043), "text"),
}
_REFUSED = {
    "28P01": ("password", "the server refuses this user name and password", "wrong_password"),
    "28000": ("username", "the server refuses this user", "wrong_password"),
    "3D000": ("database", "the server has no such database", "unknown_database"),
}
_OF_THE_STATEMENT = frozenset({"22", "42"})
"""Classes of the server's codes: values that do not fit, and names, syntax and rights of what was asked."""
_TABLES = """
    select namespace.nspname || '.' || class.relname, attribute.attname, attribute.atttypid::int
    from pg_catalog.pg_class as class
    join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
    join pg_catalog.pg_attribute as attribute on attribute.attrelid = class.oid
    where
        class.relkind in ('r', 'p', 'v', 'm', 'f')
        and namespace.nspname not in ('pg_catalog', 'information_schema')
        and attribute.attnum > 0
        and not attribute.attisdropped
        and pg_catalog.has_schema_privilege(namespace.oid, 'usage')
        and pg_catalog.has_column_privilege(class.oid, attribute.attnum, 'select')
    order by 1, attribute.attnum
"""
# Whether a login is a superuser, and one thing that it may write; none where it can only read.
_WRITABLE = """
    select (select rolsuper from pg_catalog.pg_roles where rolname = current_user), case
        when pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create') then 'new schemas'
        else coalesce(
            (
                select namespace.nspname || '.' || class.relname
                from pg_catalog.pg_class as class
                join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
                where
                    class.relkind in ('r', 'p', 'v', 'm', 'f')
                    and namespace.nspname not in ('pg_catalog', 'information_schema')
                    and namespace.nspname !~ '^pg_(toast|temp)'
                    and (
                        pg_catalog.has_table_privilege(class.oid, 'insert, update, delete, truncate')
                        or pg_catalog.has_any_column_privilege(class.oid, 'insert, update')
                    )
                order by 1
                limit 1
            ),
            (
                select 'new tables in ' || nspname
                from pg_catalog.pg_namespace
                where nspname !~ '^pg_(toast|temp)' and pg_catalog.has_schema_privilege(oid, 'create')
                order by 1
                limit 1
            )
        )
    end
"""


@dataclass(frozen=True)
class Login:
    """Where the server is, and as whom it is read."""

    host: str
    port: int
    database: str
    username: str
    ssl: str


class PostgresPlace:
    """The tables of one database outside that a login may read."""

    def __init__(self, name: str, login: Login, password: str, *, networks: str) -> None:
        """Nothing is connected yet."""
        self.name = name
        self.login = login
        self._password = password
        self._networks = networks

    def test(self) -> Tested:
        """How many tables can be read, and what the login could write although no report does.

        Raises: Invalid naming the field in which the way in is wrong, or that nothing would hold the login back.
        """
        try:
            with self._reading() as connection:
                row = connection.execute(_WRITABLE).fetchone()
                is_superuser, writable = row or (False, None)
                count = len(self._tables(connection))
        except AddressRefused as refusal:
            raise _invalid("host", str(refusal), "source_address") from refusal
        except psycopg.Error as error:
            raise _invalid(*_REFUSED.get(_state_of(error), ("host", _reason(error), "no_answer"))) from error
        if is_superuser:
            # Its functions reach files and programs of the server, whatever the transaction may do.
            reason = "is a superuser, whom nothing holds back: give a login that can only read"
            raise _invalid("username", reason, "login_may_everything")
        return Tested(count, writable)

    def tables(self) -> Mapping[str, Mapping[str, Kind]]:
        """Every table that the login may read.  Raises: SourceUnavailable."""
        with self._answering() as connection:
            return self._tables(connection)

    def relation(self, table: str) -> exp.Table:
        """A table as a node."""
        schema, _, name = table.partition(".")
        return exp.table_(exp.to_identifier(name, quoted=True), db=exp.to_identifier(schema, quoted=True))

    def read(self, query: exp.Query, limit: int) -> Found:
        """The first rows of a query.  Raises: SourceUnavailable, StatementForbidden, Invalid."""
        statement = query.sql(dialect=DIALECT, comments=False)
        # A cursor of the server's takes nothing but one query, and only as many rows as are fetched.
        with self._answering() as connection, connection.cursor(name="rows") as cursor:
            cursor.execute(sql.SQL(statement))
            columns = [(each.name, _KINDS.get(each.type_code, "other")) for each in cursor.description or ()]
            rows: list[tuple[Any, ...]] = []
            size = 0
            while len(rows) <= limit and size < BYTES_MAX and (batch := cursor.fetchmany(_BATCH)):
                found = [tuple(cell(value) for value in row) for row in batch]
                rows += found
                size += sum(map(size_of, found))
        return Found(tuple(columns), rows[:limit], len(rows) > limit or size >= BYTES_MAX, statement)

    @contextmanager
    def _answering(self) -> Iterator[psycopg.Connection[Any]]:
        try:
            with self._reading() as connection:
                yield connection
        except AddressRefused as refusal:
            raise SourceUnavailable(source=self.name, reason=str(refusal)) from refusal
        except psycopg.errors.ReadOnlySqlTransaction as error:
            raise StatementForbidden(what=_reason(error)) from error
        except psycopg.Error as error:
            if (error.sqlstate or "")[:2] in _OF_THE_STATEMENT:
                raise _invalid("statement", _reason(error), "statement_unreadable") from error
            raise SourceUnavailable(source=self.name, reason=_reason(error)) from error

    @contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection in a read-only transaction, at the very address that was checked."""
        login = self.login
        address = reachable(login.host, login.port, self._networks)
        with psycopg.connect(
            host=login.host,
            hostaddr=address,
            port=login.port,
            dbname=login.database,
            user=login.username,
            password=self._password,
            sslmode=login.ssl,
            gssencmode="disable",
            connect_timeout=_CONNECT_SECONDS,
            application_name="qooerp reports",
        ) as connection:
            connection.read_only = True
            connection.prepare_threshold = None
            connection.execute(
                "select pg_catalog.set_config('statement_timeout', %s, true),"
                " pg_catalog.set_config('lock_timeout', %s, true),"
                " pg_catalog.set_config('idle_in_transaction_session_timeout', %s, true)",
                [f"{SECONDS_MAX}s", f"{SECONDS_MAX}s", f"{SECONDS_MAX}s"],
            )
            yield connection
            connection.rollback()

    @staticmethod
    def _tables(connection: psycopg.Connection[Any]) -> dict[str, dict[str, Kind]]:
        found: dict[str, dict[str, Kind]] = {}
        for table, column, type_code in connection.execute(_TABLES):
            found.setdefault(table, {})[column] = _KINDS.get(type_code, "other")
        return found


def _state_of(error: psycopg.Error) -> str:
    """The server's code; while connecting there is only its message."""
    if error.sqlstate:
        return error.sqlstate
    text = str(error)
    if "password authentication failed" in text or "no password supplied" in text:
        return "28P01"
    return "3D000" if "database" in text and "does not exist" in text else ""


def _reason(error: psycopg.Error) -> str:
    """What the server says, one line, without where it is."""
    if isinstance(error, psycopg.errors.QueryCanceled):
        return f"it took longer than {SECONDS_MAX} seconds"
    primary = error.diag.message_primary
    return (primary or "no connection")[:300]


def _invalid(path: str, reason: str, code: str) -> Invalid:
    return Invalid([FieldProblem(path, reason, code)])
