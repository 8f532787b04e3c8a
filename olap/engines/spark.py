"""Apache Spark over the files of the published version: the same metrics past one machine.

What DuckDB would be asked is written in Spark's SQL; nothing of a metric is defined a second time. `pyspark` comes with
the extra `spark` and is imported when a session is opened, so that nobody else needs it or Java.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pyarrow as pa
from sqlglot import exp

from olap.compiler import Dialect
from olap.engines.base import Answer, Version
from olap.errors import NumbersUnavailable
from olap.lake import Lake, Mart

BATCH_ROWS = 65_536


@dataclass
class SparkSnapshot:
    """One tenant's marts at one version, each a view over its files."""

    version: Version
    columns: Mapping[str, Mapping[str, str]]
    session: Any
    prefix: str

    def relation(self, mart: str) -> exp.Table:
        """The view of a mart."""
        return exp.table_(f"{self.prefix}_{mart}", quoted=True)

    def state(self, marts: Iterable[str]) -> Hashable:
        """The version: what changed from one to the next is not known here."""
        del marts
        return self.version.id

    def fetch(self, sql: str) -> Answer:
        """The rows of a statement, decimals kept."""
        frame = self._frame(sql)
        rows = [tuple(row) for row in frame.collect()]
        return Answer(tuple(frame.columns), tuple(kind for _, kind in frame.dtypes), rows)

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a statement in batches, after all of them have come."""
        table = self._frame(sql).toArrow()
        yield pa.RecordBatch.from_pylist([], schema=table.schema)
        yield from table.to_batches(BATCH_ROWS)

    def _frame(self, sql: str) -> Any:
        from pyspark.errors import PySparkException  # noqa: PLC0415  # comes with the extra

        try:
            return self.session.sql(sql)
        except PySparkException as error:
            raise NumbersUnavailable(reason=str(error).splitlines()[0]) from error


@dataclass
class SparkEngine:
    """A Spark session, of this machine or of a cluster, that reads one lake."""

    lake: Lake
    session: Any
    dialect: Dialect = field(default="duckdb", init=False)
    """In which metrics are compiled; what is run is written in Spark's own."""

    def __post_init__(self) -> None:
        """No view is made before somebody asks."""
        self._known: dict[tuple[str, str], str] = {}

    def version(self) -> Version:
        """The version that the pointer names now."""
        return self.lake.current().version

    def confirmed_at(self) -> datetime | None:
        """When the worker last found nothing that is not published."""
        return self.lake.confirmed_at()

    def written(self, tree: exp.Query) -> str:
        """A statement in Spark's SQL."""
        return in_spark(tree).sql(dialect="spark", comments=False)

    @contextmanager
    def snapshot(self, tenant_id: str) -> Iterator[SparkSnapshot]:
        """A tenant's marts at the version current now: exactly its files, whatever is published meanwhile."""
        publication = self.lake.current()
        key = (publication.version.id, tenant_id)
        if key not in self._known:
            prefix = f"v{len(self._known)}"
            for mart in publication.marts.values():
                self._make_view(prefix, mart, tenant_id)
            self._known[key] = prefix
        columns = {name: mart.columns for name, mart in publication.marts.items()}
        yield SparkSnapshot(publication.version, columns, self.session, self._known[key])

    def _make_view(self, prefix: str, mart: Mart, tenant_id: str) -> None:
        files = mart.files.get(tenant_id, ())
        if not files:
            nothing = ", ".join(
                f"cast(null as {exp.DataType.build(kind, dialect='duckdb').sql('spark')}) as `{name}`"
                for name, kind in mart.columns.items()
            )
            frame = self.session.sql(f"select {nothing} where false")  # names of the published version
        else:
            base = str((self.lake.folder / mart.name).resolve())
            read = self.session.read.option("basePath", base)
            frame = read.parquet(*files).select(*[f"`{name}`" for name in mart.columns])
        frame.createOrReplaceTempView(f"{prefix}_{mart.name}")


def in_spark(tree: exp.Query) -> exp.Query:
    """The statement with what means something else in Spark said in its words; the tree given stays as it is.

    Days between two days are an interval there and a number here. A quotient of decimals is a decimal of few places
    there and a floating point number here.
    """

    def changed(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Sub) and (_is_day(node.left) or _is_day(node.right)):
            return exp.Anonymous(this="datediff", expressions=[node.left, node.right])
        if isinstance(node, exp.Div):
            node.set("this", exp.cast(node.left, exp.DataType.Type.DOUBLE))
        return node

    found = tree.copy().transform(changed, copy=False)
    if not isinstance(found, exp.Query):
        raise TypeError("a query stays one")
    return found


def _is_day(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.to.is_type(exp.DataType.Type.DATE)


def local_session(*, cores: int = 2) -> Any:
    """A Spark session inside this process, for tests and small machines.  Raises: ImportError without the extra."""
    from pyspark.sql import SparkSession  # noqa: PLC0415  # comes with the extra

    settings = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(cores),
        "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    builder = SparkSession.builder.master(f"local[{cores}]").appName("qooerp")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
