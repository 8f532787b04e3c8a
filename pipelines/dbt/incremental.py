"""Bringing marts up to date inside the batch's own transaction, and saying exactly which rows changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from pipelines.dbt.plan import MartPlan
from pipelines.raw.loader import count_anew

_FLOOR = re.compile(r"-?\d+\s*/\* batch floor \*/")
_DELETION = re.compile(r"^\s*delete\s+from\s+\S+\s+as\s+(?P<alias>\w+)\b", re.IGNORECASE)
TOLD_ROWS_MAX = 20_000
_TENANT = "tenant_id"


@dataclass(frozen=True, slots=True)
class MartColumn:
    """A column of a mart with its PostgreSQL type as `format_type` spells it."""

    name: str
    pg_type: str


@dataclass(frozen=True, slots=True)
class Span:
    """Where all rows lie that a change removed or wrote: some tenants, and days of a column, both ends included."""

    tenants: tuple[str, ...]
    day_column: str
    first: date
    last: date


@dataclass(slots=True)
class MartChange:
    """What a batch did to one mart.

    Shapes: `keys` holds the values of `plan.key` for every key that was replaced or removed; `days` the values that
    the mart's first calendar column had or has in those rows. `rows` is what these keys hold now, or None where the
    change is too large or too vague to be told row by row. Of one too large, `span` says what part of the mart is to be
    published anew; without it all of the mart is.
    """

    plan: MartPlan
    columns: Sequence[MartColumn]
    rows_written: int = 0
    keys: list[tuple[Any, ...]] = field(default_factory=list)
    days: set[Any] = field(default_factory=set)
    rows: list[tuple[Any, ...]] | None = None
    span: Span | None = None
    is_vague: bool = False


def columns_of(connection: psycopg.Connection, schema: str) -> dict[str, list[MartColumn]]:
    """The columns of every stored table of a schema, in their order."""
    found: dict[str, list[MartColumn]] = {}
    rows = connection.execute(
        """
        select tables.relname, columns.attname, format_type(columns.atttypid, columns.atttypmod)
        from pg_attribute as columns
        inner join pg_class as tables on tables.oid = columns.attrelid
        where tables.relnamespace = to_regnamespace(%s) and tables.relkind in ('r', 'p') and columns.attnum > 0
            and not columns.attisdropped
        order by tables.relname, columns.attnum
        """,
        [schema],
    )
    for table, column, kind in rows:
        found.setdefault(table, []).append(MartColumn(column, kind))
    return found


class MartWriter:
    """Runs plans over one connection. New rows pass through a temporary table, where they can be checked."""

    def __init__(self, connection: psycopg.Connection, told_rows_max: int = TOLD_ROWS_MAX) -> None:
        self._connection, self._told_rows_max = connection, told_rows_max
        self._columns: Mapping[str, Mapping[str, list[MartColumn]]] = {}

    def prepare(self, marts: Sequence[MartPlan]) -> None:
        """Make the temporary tables, one a mart, emptied by every commit; again after marts were rebuilt."""
        self._columns = {schema: columns_of(self._connection, schema) for schema in {mart.schema for mart in marts}}
        for mart in marts:
            self._connection.execute(
                sql.SQL("drop table if exists {0}; create temporary table {0} (like {1}) on commit delete rows").format(
                    fresh_rows(mart), sql.Identifier(mart.schema, mart.name)
                )
            )

    def compute(self, mart: MartPlan) -> int:
        """The number of rows that dbt's SQL returns for this batch, now in the temporary table."""
        floor = self._floor(mart)
        columns = self._listed(mart)
        computed = sql.SQL("insert into {} ({}) select {} from (").format(fresh_rows(mart), columns, columns)
        rows = self._run(computed + _text(_with_floor(mart.code, floor)) + sql.SQL("\n) as computed")).rowcount
        count_anew(self._connection, fresh_rows(mart), rows)
        return rows

    def apply(self, mart: MartPlan) -> MartChange | None:
        """What the computed rows changed in the mart; None where nothing.  To be called after `compute`."""
        change = MartChange(mart, self._columns[mart.schema][mart.name])
        if not mart.is_incremental:
            return self._replace_table(change)
        forgotten = self._forget(change)
        replaced = self._delete_replaced(change) if mart.key else 0
        change.rows_written = self._insert(mart)
        if not (forgotten or replaced or change.rows_written):
            return None
        count_anew(self._connection, sql.Identifier(mart.schema, mart.name), change.rows_written)
        self._tell_rows(change)
        return change

    def _floor(self, mart: MartPlan) -> int:
        if not _FLOOR.search(mart.code) and not any(_FLOOR.search(text) for text in mart.before):
            return -1
        row = self._run(
            sql.SQL("select coalesce(max(_batch_id), -1) from {}").format(sql.Identifier(mart.schema, mart.name))
        ).fetchone()
        return int(row[0]) if row else -1

    def _forget(self, change: MartChange) -> int:
        """Rows deleted by the model's pre-hooks."""
        mart, count = change.plan, 0
        floor = self._floor(mart) if mart.before else -1
        for text in mart.before:
            statement = _with_floor(text, floor).rstrip().rstrip(";")
            deletion = _DELETION.match(statement)
            if deletion is None or not mart.key:
                count += max(self._run(_text(statement)).rowcount, 0)
                change.is_vague = True
                continue
            result = self._run(_text(statement) + self._returning(change, deletion["alias"]))
            count += self._note(change, result.fetchall())
        return count

    def _delete_replaced(self, change: MartChange) -> int:
        mart = change.plan
        matched = sql.SQL(" and ").join(
            sql.SQL("kept.{0} = fresh.{0}").format(sql.Identifier(name)) for name in mart.key
        )
        keys = sql.SQL(", ").join(map(sql.Identifier, mart.key))
        statement = sql.SQL("delete from {} as kept using (select distinct {} from {}) as fresh where {}").format(
            sql.Identifier(mart.schema, mart.name), keys, fresh_rows(mart), matched
        )
        return self._note(change, self._run(statement + self._returning(change, "kept")).fetchall())

    def _returning(self, change: MartChange, alias: str) -> sql.Composed:
        names = [*change.plan.key, *([day] if (day := day_column(change.columns)) else [])]
        return sql.SQL(" returning ") + sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)

    def _note(self, change: MartChange, removed: Sequence[tuple[Any, ...]]) -> int:
        width = len(change.plan.key)
        change.keys = list(dict.fromkeys([*change.keys, *(row[:width] for row in removed)]))
        change.days.update(row[width] for row in removed if len(row) > width)
        return len(removed)

    def _insert(self, mart: MartPlan) -> int:
        columns = self._listed(mart)
        return self._run(
            sql.SQL("insert into {} ({}) select {} from {}").format(
                sql.Identifier(mart.schema, mart.name), columns, columns, fresh_rows(mart)
            )
        ).rowcount

    def _tell_rows(self, change: MartChange) -> None:
        """Read what the touched keys hold now, for publishing."""
        if change.is_vague:
            return
        if max(change.rows_written, len(change.keys)) > self._told_rows_max:
            change.span = self._span(change)
            return
        mart, columns = change.plan, self._listed(change.plan)
        change.rows = self._run(sql.SQL("select {} from {}").format(columns, fresh_rows(mart))).fetchall()
        fresh_keys = {tuple(row[position] for position in self._key_positions(change)) for row in change.rows}
        # A key that only lost rows may still hold others: they are published again with it.
        orphaned = [key for key in change.keys if key not in fresh_keys]
        if orphaned and mart.key:
            names = sql.SQL(", ").join(map(sql.Identifier, mart.key))
            wanted = sql.SQL(", ").join(
                sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, k))) for k in orphaned
            )
            remaining = self._run(
                sql.SQL("select {} from {} where ({}) in ({})").format(
                    columns, sql.Identifier(mart.schema, mart.name), names, wanted
                )
            ).fetchall()
            change.rows += remaining
            if (day := day_column(change.columns)) is not None:
                position = [column.name for column in change.columns].index(day)
                change.days.update(row[position] for row in remaining)

    def _span(self, change: MartChange) -> Span | None:
        """Nothing for a mart without a day or a tenant, and for rows without a day."""
        mart, day = change.plan, day_column(change.columns)
        if day is None or _TENANT not in mart.key:
            return None
        found = self._run(
            sql.SQL(
                "select array_agg(distinct {tenant}::text), min({day}), max({day}), bool_or({day} is null) from {rows}"
            ).format(tenant=sql.Identifier(_TENANT), day=sql.Identifier(day), rows=fresh_rows(mart))
        ).fetchone()
        tenants, first, last, is_open = found or (None, None, None, None)
        if is_open or None in change.days:
            return None
        position = mart.key.index(_TENANT)
        days = change.days | ({first, last} - {None})
        everyone = {str(key[position]) for key in change.keys} | set(tenants or ())
        return Span(tuple(sorted(everyone)), day, min(days), max(days))

    def _key_positions(self, change: MartChange) -> list[int]:
        names = [column.name for column in change.columns]
        return [names.index(name) for name in change.plan.key]

    def _replace_table(self, change: MartChange) -> MartChange | None:
        mart = change.plan
        table, columns = sql.Identifier(mart.schema, mart.name), self._listed(mart)
        both_ways = sql.SQL(
            "select exists (select {0} from {1} except all select {0} from {2})"
            " or exists (select {0} from {2} except all select {0} from {1})"
        ).format(columns, table, fresh_rows(mart))
        if self._run(both_ways).fetchone() == (False,):
            return None
        self._run(sql.SQL("delete from {}").format(table))
        change.rows_written = self._insert(mart)
        count_anew(self._connection, table, change.rows_written)
        return change

    def _listed(self, mart: MartPlan) -> sql.Composed:
        return sql.SQL(", ").join(sql.Identifier(column.name) for column in self._columns[mart.schema][mart.name])

    def _run(self, statement: sql.SQL | sql.Composed) -> psycopg.Cursor[tuple[Any, ...]]:
        return self._connection.execute(statement)


def fresh_rows(mart: MartPlan) -> sql.Identifier:
    """The temporary table that holds a mart's computed rows."""
    return sql.Identifier("pg_temp", f"fresh_{mart.name}")


def day_column(columns: Sequence[MartColumn]) -> str | None:
    """The first calendar column of a mart: rows are stored and found by it."""
    return next((column.name for column in columns if column.pg_type == "date"), None)


def _with_floor(text: str, floor: int) -> str:
    return _FLOOR.sub(str(floor), text)


def _text(code: str) -> sql.SQL:
    # Compiled by dbt from our own project. There are no parameters, so a percent sign is only itself.
    return sql.SQL(code)
