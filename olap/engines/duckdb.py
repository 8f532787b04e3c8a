"""DuckDB in memory over the published version: views over Delta's files, one for each state of a tenant's mart."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from sqlglot import exp

from olap.compiler import Dialect
from olap.engines.base import TIMEOUT_SECONDS, Answer, Version
from olap.errors import NumbersUnavailable, QueryTimedOut, invalid
from olap.lake import Lake, Mart, Publication
from olap.watch import Watch
from runtime.tracing import span

MEMORY_LIMIT = "2GB"
BATCH_ROWS = 65_536
SETS_KEPT = 64


@dataclass
class _View:
    """A view over the files of one mart, in a schema of its own, and in how many sets it stands.

    It is made when it is first read: to make one is to look into a file, and few of the marts that a publication
    changes are asked for before the next.
    """

    key: Hashable
    schema: str
    mart: Mart
    tenant_id: str
    uses: int = 0
    is_made: bool = False


@dataclass
class _Views:
    """One tenant's marts at one version, and how many questions are looking at them."""

    version: Version
    columns: Mapping[str, Mapping[str, str]]
    views: Mapping[str, _View]
    pins: int = 0
    is_stale: bool = False


@dataclass
class DuckDBSnapshot:
    """One tenant's marts at one version."""

    version: Version
    columns: Mapping[str, Mapping[str, str]]
    engine: DuckDBEngine
    views: Mapping[str, _View]

    def relation(self, mart: str) -> exp.Table:
        """The view of a mart."""
        view = self.views[mart]
        if not view.is_made:
            self.engine.make(view)
        return exp.table_(mart, db=view.schema, quoted=True)

    def state(self, marts: Iterable[str]) -> Hashable:
        """What these marts are read from: it changes only when the tenant's files of one of them do."""
        return tuple((mart, self.views[mart].schema) for mart in sorted(marts) if mart in self.views)

    def fetch(self, sql: str) -> Answer:
        """The rows of a statement, decimals kept."""
        with span("duckdb", sql=sql[:2_000]), self.engine.cursor() as cursor:
            found = cursor.execute(sql)
            described = found.description or []
            names, types = zip(*((each[0], str(each[1])) for each in described), strict=True) if described else ((), ())
            return Answer(tuple(names), tuple(types), found.fetchall())

    def stream(self, sql: str) -> Iterator[pa.RecordBatch]:
        """The rows of a statement in batches, read while they are sent."""
        with self.engine.cursor(timeout=None) as cursor:
            reader = cursor.execute(sql).to_arrow_reader(BATCH_ROWS)
            yield pa.RecordBatch.from_pylist([], schema=reader.schema)
            yield from reader


@dataclass
class DuckDBEngine:
    """A private in-memory database that can read the lake's folder and nothing else."""

    lake: Lake
    timeout: float = TIMEOUT_SECONDS
    memory_limit: str = MEMORY_LIMIT
    threads: int | None = None
    dialect: Dialect = field(default="duckdb", init=False)

    def __post_init__(self) -> None:
        """Open the database and lock it."""
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._sets: OrderedDict[str, _Views] = OrderedDict()
        self._views: dict[Hashable, _View] = {}
        self._count = 0
        self._watch = Watch("duckdb time limits")
        self._database = _locked_database(self.lake.folder, self.memory_limit, self.threads)

    @classmethod
    def over(cls, folder: Path, **settings: object) -> DuckDBEngine:
        """An engine over a lake folder."""
        return cls(Lake(folder), **settings)  # type: ignore[arg-type]  # the fields above, by name

    def close(self) -> None:
        """Give the memory back."""
        self._watch.close()
        self._database.close()

    def version(self) -> Version:
        """The version that the pointer names now."""
        return self.lake.current().version

    def confirmed_at(self) -> datetime | None:
        """When the worker last found nothing that is not published."""
        return self.lake.confirmed_at()

    def written(self, tree: exp.Query) -> str:
        """A statement in the dialect in which it was compiled."""
        # Written as it is: the copy that a writer makes for itself costs as much as the writing.
        return tree.sql(dialect=self.dialect, comments=False, copy=False)

    @contextmanager
    def snapshot(self, tenant_id: str) -> Iterator[DuckDBSnapshot]:
        """A tenant's marts at the version current now; older ones live as long as somebody looks at them."""
        views = self._pin(tenant_id)
        try:
            yield DuckDBSnapshot(views.version, views.columns, self, views.views)
        finally:
            self._unpin(views)

    @contextmanager
    def cursor(self, timeout: float | None = 0.0) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection of the calling thread's own, interrupted after the time limit.

        Raises: QueryTimedOut, QueryInvalid for a value that does not fit its column, NumbersUnavailable.
        """
        seconds = self.timeout if timeout == 0.0 else timeout
        cursor = self._database.cursor()
        try:
            with self._watch.over(cursor.interrupt, seconds):
                yield cursor
        except duckdb.InterruptException as error:
            raise QueryTimedOut(seconds=f"{seconds:g}") from error
        except duckdb.ConversionException as error:
            raise invalid("where", "a value does not fit the type of its dimension", "wrong_type") from error
        except duckdb.Error as error:
            raise NumbersUnavailable(reason=_first_line(error)) from error
        finally:
            cursor.close()

    def make(self, view: _View) -> None:
        """Have a view be there, once.  Raises: NumbersUnavailable."""
        with self._making, self.cursor() as cursor:
            if not view.is_made:
                cursor.execute(f'create schema if not exists "{view.schema}"')
                cursor.execute(_view(view.schema, view.mart, view.tenant_id))
                view.is_made = True

    def _pin(self, tenant_id: str) -> _Views:
        with self._lock:
            # Looked at under the lock, so that nobody goes back to a version that another has left.
            publication = self.lake.current()
            known = self._sets.get(tenant_id)
            if known is None or known.version.id != publication.version.id:
                self._sets[tenant_id] = self._prepare(publication, tenant_id)
                self._retire(known)
            views = self._sets[tenant_id]
            self._sets.move_to_end(tenant_id)
            views.pins += 1
            return views

    def _unpin(self, views: _Views) -> None:
        with self._lock:
            views.pins -= 1
            if views.is_stale and views.pins == 0:
                self._drop(views)

    def _prepare(self, publication: Publication, tenant_id: str) -> _Views:
        """The tenant's views at a version; what has not changed since the last one is the same view."""
        columns = {name: mart.columns for name, mart in publication.marts.items()}
        views = {name: self._view(mart, tenant_id) for name, mart in publication.marts.items()}
        for view in views.values():
            view.uses += 1
        return _Views(publication.version, columns, views)

    def _view(self, mart: Mart, tenant_id: str) -> _View:
        key = (mart.name, tenant_id, mart.files.get(tenant_id, ()), tuple(mart.columns.items()))
        view = self._views.get(key)
        if view is None:
            self._count += 1
            view = self._views[key] = _View(key, f"v{self._count}", mart, tenant_id)
        return view

    def _retire(self, replaced: _Views | None) -> None:
        """Let go of the tenant's last version, and of the tenants who have not asked for longest."""
        left = [] if replaced is None else [replaced]
        while len(self._sets) > SETS_KEPT:
            left.append(self._sets.popitem(last=False)[1])
        for views in left:
            views.is_stale = True
            if views.pins == 0:
                self._drop(views)

    def _drop(self, views: _Views) -> None:
        for view in views.views.values():
            view.uses -= 1
            if view.uses == 0:
                del self._views[view.key]
                if view.is_made:
                    self._database.execute(f'drop schema if exists "{view.schema}" cascade')


def _locked_database(folder: Path, memory_limit: str, threads: int | None) -> duckdb.DuckDBPyConnection:
    database = duckdb.connect(":memory:")
    database.execute("set autoinstall_known_extensions = false")
    database.execute("set autoload_known_extensions = false")
    database.execute("set memory_limit = ?", [memory_limit])
    database.execute("set timezone = 'UTC'")
    # Footers are read once a file: published files never change, only new ones are added.
    database.execute("set parquet_metadata_cache = true")
    if threads is not None:
        database.execute("set threads = ?", [threads])
    database.execute("set allowed_directories = ?", [[f"{folder.resolve()}/"]])
    database.execute("set enable_external_access = false")
    database.execute("set lock_configuration = true")
    return database


def _view(schema: str, mart: Mart, tenant_id: str) -> str:
    """A view over a tenant's files of one mart, or over nothing where there are none.

    The tenant is read back from each file's folder, so that the filter on it is a check and not a formality.
    """
    name = f'"{schema}"."{mart.name}"'
    files = mart.files.get(tenant_id, ())
    if not files:
        nothing = ", ".join(f'cast(null as {kind}) as "{column}"' for column, kind in mart.columns.items())
        return f"create view {name} as select {nothing} where false"
    listed = ", ".join(exp.Literal.string(_path(uri)).sql(dialect="duckdb") for uri in files)
    columns = ", ".join(f'"{column}"' for column in mart.columns)
    options = "hive_partitioning = true, hive_types = {'tenant_id': VARCHAR}"
    # Names come from the published version, paths are written as literals.
    return f"create view {name} as select {columns} from read_parquet([{listed}], {options})"  # noqa: S608


def _path(uri: str) -> str:
    return uri.removeprefix("file://")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
