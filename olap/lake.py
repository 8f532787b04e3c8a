"""The published lake: one pointer file names one consistent set of Delta versions."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError

from olap.engines.base import Version
from olap.errors import NumbersUnavailable

POINTER = "version.json"
CONFIRMED = "confirmed"
TABLES_KEPT = 256
COMMITS_FOLLOWED_MAX = 20
"""A table further ahead is opened anew: it has a checkpoint by then."""


@dataclass(frozen=True)
class Mart:
    """One mart at one Delta version: its columns with DuckDB types, and each tenant's files."""

    name: str
    version: int
    columns: Mapping[str, str]
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Publication:
    """Everything the pointer names, read once."""

    version: Version
    marts: Mapping[str, Mart]
    raw: Mapping[str, Any] = field(default_factory=dict)


class Lake:
    """The folder that pipelines publish to; noticing a new version costs one look at a file's time."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read before it is asked for."""
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp: tuple[int, int, int] | None = None
        self._current: Publication | None = None
        self._marts: OrderedDict[tuple[str, int], Mart] = OrderedDict()
        self._held: Publication | None = None

    @contextmanager
    def held(self) -> Iterator[Publication]:
        """The publication current now, which this object keeps to meanwhile, whatever is published.

        For somebody alone with it who asks much: its files stay for a quarter of an hour after they were replaced.
        """
        self._held = self.current()
        try:
            yield self._held
        finally:
            self._held = None

    def current(self) -> Publication:
        """The publication that the pointer names now, or the one held.  Raises: NumbersUnavailable without any."""
        held = self._held
        if held is not None:
            return held
        with self._lock:
            stamp = self._look()
            if self._current is None or stamp != self._stamp:
                self._current = self._read()
                self._stamp = stamp
            return self._current

    def confirmed_at(self) -> datetime | None:
        """When the pipelines last found that the publication holds everything there is."""
        try:
            return datetime.fromtimestamp((self.folder / CONFIRMED).stat().st_mtime, UTC)
        except OSError:
            return None

    def _look(self) -> tuple[int, int, int]:
        try:
            seen = (self.folder / POINTER).stat()
        except OSError as error:
            raise NumbersUnavailable(reason="nothing has been published yet") from error
        # Replaced atomically, so another inode tells two publications within one clock tick apart.
        return seen.st_mtime_ns, seen.st_ino, seen.st_size

    def _read(self) -> Publication:
        try:
            raw = json.loads((self.folder / POINTER).read_text(encoding="utf-8"))
            marts = {name: self._mart(name, int(version)) for name, version in raw["marts"].items()}
        except (OSError, ValueError, KeyError, DeltaError) as error:
            raise NumbersUnavailable(reason=f"the published version cannot be read ({error})") from error
        told = Version(
            id=str(raw["version"]),
            loaded_at=raw.get("loaded_at"),
            watermark=raw.get("watermark"),
            checks=raw.get("checks") or {},
        )
        return Publication(told, marts, raw)

    def _mart(self, name: str, version: int) -> Mart:
        known = self._marts.get((name, version))
        if known is None:
            before = self._current.marts.get(name) if self._current else None
            folder = self.folder / name
            known = (_followed(folder, before, version) if before else None) or _open(folder, name, version)
            self._marts[name, version] = known
            if len(self._marts) > TABLES_KEPT:
                self._marts.popitem(last=False)
        return known


def _followed(folder: Path, before: Mart, version: int) -> Mart | None:
    """A mart some commits later, by what these say; nothing where they say more than which files came and went.

    To open a table is to read its log from the last checkpoint on, a hundred times what one commit is.
    """
    if not 0 < version - before.version <= COMMITS_FOLLOWED_MAX:
        return None
    root, files = folder.resolve(), {tenant: set(listed) for tenant, listed in before.files.items()}
    for number in range(before.version + 1, version + 1):
        changes = _changes(folder / "_delta_log" / f"{number:020}.json")
        if changes is None:
            return None
        for path, is_added in changes:
            uri = f"{root}/{path}"
            of_tenant = files.setdefault(_tenant_of(uri), set())
            if is_added:
                of_tenant.add(uri)
            elif uri in of_tenant:
                of_tenant.remove(uri)
            else:
                return None
    return Mart(
        before.name, version, before.columns, {tenant: tuple(sorted(each)) for tenant, each in files.items() if each}
    )


def _changes(commit: Path) -> Sequence[tuple[str, bool]] | None:
    """The files that a commit removed and added; nothing where it cannot be told from the commit alone.

    Source: the Delta transaction log protocol, add file and remove file.
    """
    changes: list[tuple[str, bool]] = []
    try:
        actions = [orjson.loads(line) for line in commit.read_bytes().splitlines() if line]
    except (OSError, ValueError):
        return None
    for action in actions:
        for kind, told in action.items():
            if kind == "commitInfo":
                continue
            path = told.get("path", "") if kind in {"add", "remove"} else ""
            # Anything else may change what the columns are; a vector of rows deleted is not for who reads files whole.
            if not path or told.get("deletionVector") or "%" in path or path.startswith("/") or ":" in path:
                return None
            changes.append((path, kind == "add"))
    return sorted(changes, key=lambda change: change[1])


def _open(folder: Path, name: str, version: int) -> Mart:
    table = DeltaTable(folder, version=version)
    columns = {column.name: _duckdb_type(column.type) for column in table.schema().fields}
    files: dict[str, list[str]] = {}
    for uri in table.file_uris():
        files.setdefault(_tenant_of(uri), []).append(uri)
    return Mart(name, version, columns, {tenant: tuple(sorted(each)) for tenant, each in files.items()})


def _tenant_of(uri: str) -> str:
    marked = next((part for part in uri.split("/") if part.startswith("tenant_id=")), "")
    return unquote(marked.removeprefix("tenant_id="))


_TYPES = {
    "string": "VARCHAR",
    "long": "BIGINT",
    "integer": "INTEGER",
    "short": "SMALLINT",
    "byte": "TINYINT",
    "double": "DOUBLE",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
    "timestamp_ntz": "TIMESTAMP",
    "binary": "BLOB",
}


def _duckdb_type(delta_type: Any) -> str:
    name = getattr(delta_type, "type", None)
    if not isinstance(name, str):
        return "VARCHAR"
    return name.upper() if name.startswith("decimal") else _TYPES.get(name, "VARCHAR")
