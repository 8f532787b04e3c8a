"""A warehouse under test: what is committed is landed and built the way the worker does it, and asked by MetricFlow."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

import duckdb
import psycopg

from olap.compiler import Compiler, Dialect, Shape
from pipelines.dbt.incremental import MartWriter, columns_of
from pipelines.dbt.plan import Plan, make_plan
from pipelines.dbt.project import DbtProject
from pipelines.dbt.runner import NodeResult, WarmDbt
from pipelines.publish.types import arrow_schema, arrow_table
from pipelines.raw.loader import Landed, land
from pipelines.raw.schema import ensure_raw_tables
from runtime.settings import Settings
from transactional.contract import promised_tables

Row = tuple[Any, ...]


@dataclass
class Warehouse:
    """The raw tables and marts of one database, and a dbt that is parsed once."""

    settings: Settings
    connection: psycopg.Connection = field(init=False)
    dbt: WarmDbt = field(init=False)

    def __post_init__(self) -> None:
        """Make the landing tables."""
        self.connection = psycopg.connect(self.settings.database_url("warehouse"), autocommit=True)
        with self.connection.transaction():
            ensure_raw_tables(self.connection, promised_tables())
        self.dbt = WarmDbt(DbtProject(self.settings))

    def close(self) -> None:
        """Let the database go."""
        self.connection.close()

    def load(self) -> Landed | None:
        """Land what was committed since the last time, as one batch."""
        with self.connection.transaction():
            self.connection.execute("set transaction isolation level repeatable read")
            return land(self.connection, promised_tables())

    @cached_property
    def plan(self) -> Plan:
        """What micro-batches run; to be asked for once all marts are built."""
        return make_plan(self.dbt, self.dbt.project.fingerprint())

    @cached_property
    def writer(self) -> MartWriter:
        """The one that runs the plan."""
        writer = MartWriter(self.connection)
        writer.prepare(self.plan.marts)
        return writer

    def grow(self) -> None:
        """Land what was committed since the last time, and bring marts up to date as the worker does."""
        self.take_in(self.load())

    def take_in(self, landed: Landed | None) -> None:
        """Bring marts up to date with what was landed: as the worker does, or by dbt where there are none yet."""
        if not self.marts():
            self.build(full=True)
            return
        with self.connection.transaction():
            for mart in self.plan.touched_by(landed.changed_tables if landed else ()):
                self.writer.compute(mart)
                self.writer.apply(mart)

    def build(self, *, full: bool = False, select: Sequence[str] = ()) -> list[NodeResult]:
        """Run the models, incrementally or from scratch."""
        return self.dbt.run("run", select=select, options=["--full-refresh"] if full else [])

    def whole_query(self, mart: str) -> str:
        """The query that a build from scratch fills a mart with."""
        results = self.dbt.run("compile", select=[mart], options=["--full-refresh"])
        [code] = [result.compiled_code for result in results if result.unique_id.endswith(f".{mart}")]
        if code is None:
            raise LookupError(mart)
        return code

    def test(self) -> list[NodeResult]:
        """Run all tests of the project."""
        return self.dbt.run("test")

    def marts(self) -> list[str]:
        """The names of all marts."""
        found = self.connection.execute(
            "select table_name from information_schema.tables where table_schema = 'marts' order by table_name"
        )
        return [name for (name,) in found]

    def rows(self, mart: str) -> list[Row]:
        """Every row and column of a mart, in a fixed order."""
        found = self.connection.execute(f"select mart::text from marts.{mart} as mart order by 1")  # a name of ours
        return found.fetchall()

    def select(self, query: str, **values: object) -> list[Row]:
        """The answer to hand-written SQL over marts and raw tables."""
        return self.connection.execute(query, values or None).fetchall()

    @cached_property
    def manifest_text(self) -> str:
        """What dbt says about metrics and dimensions."""
        _ = self.dbt.manifest
        return (self.settings.dbt_target_dir / "semantic_manifest.json").read_text(encoding="utf-8")

    def compiler(self, dialect: Dialect) -> Compiler:
        """MetricFlow for one engine."""
        return Compiler(self.manifest_text, dialect)

    def lake_of(self, tenant_id: UUID) -> duckdb.DuckDBPyConnection:
        """A DuckDB that holds one tenant's rows of every mart under the names that MetricFlow gives them."""
        lake = duckdb.connect()
        database = self.settings.database_name
        lake.execute(f"attach ':memory:' as {database}")
        lake.execute(f"create schema {database}.marts")
        for mart, columns in columns_of(self.connection, "marts").items():
            typed = ", ".join(f"{column.name} {column.pg_type}" for column in columns)
            lake.execute(f"create table {database}.marts.{mart} ({typed})")
            rows = self.select(f"select * from marts.{mart} where tenant_id = %(tenant)s", tenant=tenant_id)
            lake.register("rows", arrow_table(arrow_schema(mart, columns), rows))
            lake.execute(f"insert into {database}.marts.{mart} select * from rows")
        return lake


@dataclass
class Metrics:
    """Metrics of one tenant as MetricFlow compiles them for DuckDB."""

    compiler: Compiler
    lake: duckdb.DuckDBPyConnection

    def ask(self, metric: str, *group_by: str, where: Sequence[str] = ()) -> list[Row]:
        """The rows of one metric, in the order of its groups."""
        text = self.compiler.compile(Shape((metric,), group_by, tuple(where)))
        return sorted(self.lake.execute(text).fetchall(), key=str)

    def by(self, metric: str, dimension: str) -> dict[Any, Any]:
        """One metric by one dimension."""
        return dict(self.ask(metric, dimension))

    def value(self, metric: str, where: Sequence[str] = ()) -> Decimal | int | float | None:
        """One metric over everything, or over what a condition leaves."""
        [(found,)] = self.ask(metric, where=where)
        value: Decimal | int | float | None = found
        return value
