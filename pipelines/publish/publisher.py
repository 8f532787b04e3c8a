"""From changed marts to a moved pointer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import duckdb
from psycopg import sql

from pipelines.checks.result import CheckResult
from pipelines.dbt.incremental import MartChange, MartColumn, day_column
from pipelines.publish.bulk import MartReader
from pipelines.publish.lake import KeyedRows, Lake
from pipelines.publish.pointer import PublishedVersion, move_pointer, read_pointer
from pipelines.publish.types import arrow_schema, arrow_table
from runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """A committed batch on its way to its readers.

    `batches` names for every mart the batch that changed it last, this one included, and `batches_before` the same
    without this one; `whole` are marts to be written anew whatever changed.
    """

    batch_id: int
    run_id: UUID
    watermark: datetime
    loaded_at: datetime
    checks: Sequence[CheckResult]
    batches: Mapping[str, int]
    batches_before: Mapping[str, int]
    changes: Sequence[MartChange]
    whole: frozenset[str] = frozenset()


class Publisher:
    """Keeps the lake equal to the marts of PostgreSQL, version by version."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.lake = Lake(settings.lake_dir)
        self._reader: MartReader | None = None

    def published(self) -> PublishedVersion | None:
        """What readers see now."""
        return read_pointer(self._settings.lake_dir)

    def behind(self, batches: Mapping[str, int]) -> frozenset[str]:
        """Marts whose published state is not that of the database: after a crash, or beside a restored database."""
        now = self.published()
        return frozenset(mart for mart, batch in batches.items() if now is None or now.batches.get(mart) != batch)

    def publish(self, request: PublishRequest, columns: Mapping[str, Sequence[MartColumn]]) -> PublishedVersion:
        """The new version, readable from now on; on any error the old one stays."""
        before = self.published()
        self._settings.lake_dir.mkdir(parents=True, exist_ok=True)
        written = dict(before.marts) if before else {}
        told = {change.plan.name: change for change in request.changes}
        for mart in sorted({*told, *request.whole, *self._strangers(request, before)}):
            written[mart] = self._write(mart, told.get(mart), columns[mart], request, before)
        version = PublishedVersion(
            version=(before.version if before else 0) + 1,
            marts={mart: written[mart] for mart in sorted(request.batches)},
            watermark=request.watermark,
            loaded_at=request.loaded_at,
            checks=_summary(request.checks, before),
            batch_id=request.batch_id,
            run_id=request.run_id,
            batches=dict(request.batches),
        )
        move_pointer(self._settings.lake_dir, version)
        return version

    def close(self) -> None:
        """End the reader's connection."""
        if self._reader is not None:
            self._reader.close()
            self._reader = None

    def _strangers(self, request: PublishRequest, before: PublishedVersion | None) -> Iterable[str]:
        return (mart for mart in request.batches if before is None or mart not in before.marts)

    def _write(
        self,
        mart: str,
        change: MartChange | None,
        columns: Sequence[MartColumn],
        request: PublishRequest,
        before: PublishedVersion | None,
    ) -> int:
        schema = arrow_schema(mart, columns)
        # Told rows, and the span of those not told, continue exactly what is published; anything else is written whole.
        continues = (
            change is not None
            and mart not in request.whole
            and before is not None
            and before.batches.get(mart) == request.batches_before.get(mart)
            and before.marts.get(mart) == self.lake.version(mart)
            and self.lake.has_schema(mart, schema)
        )
        if continues and change is not None and change.rows is not None:
            return self.lake.change(mart, _keyed(change, schema))
        span = change.span if continues and change is not None else None
        reader = self._reader or MartReader(self._settings)
        self._reader = reader
        try:
            with reader.read(sql.Identifier("marts", mart), columns, schema, span) as rows:
                return self.lake.overwrite(mart, rows) if span is None else self.lake.overwrite_span(mart, rows, span)
        except duckdb.Error:
            # The database may have been restarted: the next attempt connects anew.
            self.close()
            raise


def _keyed(change: MartChange, schema: Any) -> KeyedRows:
    day = day_column(change.columns)
    days = frozenset(change.days)
    return KeyedRows(
        key_columns=change.plan.key,
        keys=[tuple(str(value) for value in key) for key in change.keys],
        rows=arrow_table(schema, change.rows or ()),
        # A row without a day would not be found by days.
        day_column=None if None in days else day,
        days=days,
    )


def _summary(checks: Sequence[CheckResult], before: PublishedVersion | None) -> list[dict[str, Any]]:
    """The last outcome of every reconciliation, and how many promises this batch's rows kept."""
    books = {(c["mart"], c["name"]): dict(c) for c in (before.checks if before else ()) if "differing_keys" in c}
    books |= {(c.mart, c.name): c.as_record() for c in checks if "differing_keys" in c.figures}
    promises = [c for c in checks if "differing_keys" not in c.figures]
    kept = {"name": "expectations", "mart": "*", "passed": all(c.passed for c in promises), "checked": len(promises)}
    return [kept, *(books[key] for key in sorted(books))]
