"""The published marts as Delta tables, written by one process at a time, read by anybody."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from pipelines.dbt.incremental import Span

PARTITION = "tenant_id"
# A changed row rewrites its file: small files keep that cheap, large ones keep scans cheap.
FILE_BYTES = 8 * 1024**2
_SMALL_FILES_MAX = 24
_KEYS_A_COMMIT = 500
_DAYS_NAMED_MAX = 20
# Readers that opened an older version may go on reading it for this long.
KEEP_SECONDS = 900.0
_PROPERTIES = WriterProperties(compression="ZSTD", max_row_group_size=131_072)
_TABLE_PROPERTIES = {"delta.logRetentionDuration": "interval 1 days", "delta.checkpointInterval": "50"}


@dataclass(frozen=True, slots=True)
class KeyedRows:
    """A change told row by row: everything under `keys` goes, `rows` come.

    Shapes: `keys` one tuple a key, in the order of `key_columns`. `days` limits the search for them.
    """

    key_columns: Sequence[str]
    keys: Sequence[tuple[str, ...]]
    rows: pa.Table
    day_column: str | None = None
    days: frozenset[date] = frozenset()


class Lake:
    """Delta tables of one folder, one a mart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, DeltaTable] = {}
        self._small_files: dict[str, int] = {}
        self._dropped: dict[Path, float] = {}

    def version(self, mart: str) -> int | None:
        """The newest version of a mart's table, or nothing where it was never written."""
        table = self._table(mart)
        if table is None:
            return None
        # Another process may have written since.
        table.update_incremental()
        return table.version()

    def has_schema(self, mart: str, schema: pa.Schema) -> bool:
        """Whether the stored table has exactly these columns and types."""
        table = self._table(mart)
        return table is not None and pa.schema(table.schema().to_arrow()).equals(schema)

    def overwrite(self, mart: str, rows: pa.RecordBatchReader) -> int:
        """The new version after all rows were replaced."""
        path = self.folder / mart
        path.mkdir(parents=True, exist_ok=True)
        write_deltalake(
            path,
            rows,
            mode="overwrite",
            partition_by=[PARTITION] if PARTITION in rows.schema.names else None,
            schema_mode="overwrite",
            target_file_size=FILE_BYTES,
            writer_properties=_PROPERTIES,
            configuration=_TABLE_PROPERTIES if self._table(mart) is None else None,
        )
        self._open.pop(mart, None)
        self._small_files.pop(mart, None)
        return self._version_now(mart)

    def overwrite_span(self, mart: str, rows: pa.RecordBatchReader, span: Span) -> int:
        """The new version after all rows of a span were replaced."""
        table, days = self._stored(mart), _between(span.day_column, span.first, span.last)
        write_deltalake(
            table,
            rows,
            mode="overwrite",
            predicate=f"{PARTITION} in ({_listed(span.tenants)}) and {days}",
            target_file_size=FILE_BYTES,
            writer_properties=_PROPERTIES,
        )
        return self._compacted(mart, table)

    def change(self, mart: str, change: KeyedRows) -> int:
        """The new version after keyed rows were replaced."""
        table = self._stored(mart)
        for start in range(0, len(change.keys), _KEYS_A_COMMIT):
            table.delete(_predicate(change, change.keys[start : start + _KEYS_A_COMMIT]))
        if change.rows.num_rows:
            write_deltalake(table, change.rows, mode="append", writer_properties=_PROPERTIES)
        return self._compacted(mart, table)

    def sweep(self, *, now: float | None = None) -> int:
        """The number of files removed: those that no version of the last quarter of an hour needs."""
        moment = time.monotonic() if now is None else now
        unneeded = set(self._unneeded())
        self._dropped = {path: self._dropped.get(path, moment) for path in unneeded}
        expired = [path for path, since in self._dropped.items() if moment - since >= KEEP_SECONDS]
        for path in expired:
            path.unlink(missing_ok=True)
            del self._dropped[path]
        return len(expired)

    def forget_past(self) -> int:
        """The number of files removed: all that only an older version of a mart needs, whoever may still read one."""
        gone = list(self._unneeded())
        for path in gone:
            path.unlink(missing_ok=True)
        self._dropped.clear()
        return len(gone) + sum(self._forget_log(folder) for folder in self.folder.iterdir() if folder.is_dir())

    def _forget_log(self, folder: Path) -> int:
        """The log tells the least and the greatest text of each file: what is behind the newest version goes."""
        table = self._table(folder.name)
        if table is None:
            return 0
        table.update_incremental()
        table.create_checkpoint()
        number = table.version()
        older = [path for path in (folder / "_delta_log").iterdir() if path.name[:20].isdigit()]
        older = [path for path in older if int(path.name[:20]) < number]
        for path in older:
            path.unlink()
        return len(older)

    def _unneeded(self) -> Iterable[Path]:
        for folder in self.folder.iterdir() if self.folder.exists() else ():
            table = self._table(folder.name) if folder.is_dir() else None
            if table is None:
                continue
            needed = {Path(uri.removeprefix("file://")).resolve() for uri in table.file_uris()}
            stored = (path for path in folder.rglob("*.parquet") if "_delta_log" not in path.parts)
            yield from (path for path in stored if path.resolve() not in needed)

    def _table(self, mart: str) -> DeltaTable | None:
        known = self._open.get(mart)
        if known is not None:
            return known
        if not (self.folder / mart / "_delta_log").exists():
            return None
        self._open[mart] = DeltaTable(self.folder / mart)
        return self._open[mart]

    def _stored(self, mart: str) -> DeltaTable:
        table = self._table(mart)
        if table is None:
            raise TableNotFoundError(f"{mart} was never published whole")
        return table

    def _compacted(self, mart: str, table: DeltaTable) -> int:
        """The version of a table after a change, and after its small files were joined where there are many."""
        self._small_files[mart] = self._small_files.get(mart, 0) + 1
        if self._small_files[mart] >= _SMALL_FILES_MAX:
            table.optimize.compact(target_size=FILE_BYTES, writer_properties=_PROPERTIES)
            self._small_files[mart] = 0
        return table.version()

    def _version_now(self, mart: str) -> int:
        version = self.version(mart)
        if version is None:
            raise TableNotFoundError(mart)
        return version


def _predicate(change: KeyedRows, keys: Sequence[tuple[str, ...]]) -> str:
    """A condition that names the keys exactly, and tenants and days so that few files are opened."""
    columns = list(change.key_columns)
    parts = []
    if PARTITION in columns:
        position = columns.index(PARTITION)
        parts.append(f"{PARTITION} in ({_listed(sorted({key[position] for key in keys}))})")
    if change.day_column is not None and change.days:
        days = sorted(change.days)
        if len(days) <= _DAYS_NAMED_MAX:
            listed = ", ".join(f"cast('{day}' as date)" for day in days)
            parts.append(f"{change.day_column} in ({listed})")
        else:
            parts.append(_between(change.day_column, days[0], days[-1]))
    others = [name for name in columns if name != PARTITION]
    if len(others) == 1:
        position = columns.index(others[0])
        parts.append(f"{others[0]} in ({_listed([key[position] for key in keys])})")
    elif others:
        joined = " || '|' || ".join(f"cast({name} as string)" for name in others)
        named = ["|".join(value for name, value in zip(columns, key, strict=True) if name != PARTITION) for key in keys]
        parts.append(f"({joined}) in ({_listed(named)})")
    return " and ".join(parts)


def _between(column: str, first: date, last: date) -> str:
    return f"{column} between cast('{first}' as date) and cast('{last}' as date)"


def _listed(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)
