"""The marts inside a batch's transaction: brought up to date, checked, compared with the books."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from psycopg import sql

from pipelines.checks.expectations import check_rows
from pipelines.checks.reconciliation import reconcile
from pipelines.checks.result import CheckResult, PublishBlocked
from pipelines.dbt.incremental import MartChange, MartWriter, fresh_rows
from pipelines.dbt.plan import MartPlan, Plan
from pipelines.raw import state
from pipelines.raw.loader import COUNTED_FROM

# Comparing every account is done with each batch while it is cheap, and at least this often when it is not.
_RECONCILE_SECONDS_CHEAP = 0.15
_RECONCILE_EVERY_SECONDS = 30.0


@dataclass(slots=True)
class Outcome:
    """What the transaction of a batch leaves behind for publishing."""

    cursor: state.Cursor
    run_id: UUID
    kind: str
    rows_loaded: Mapping[str, int]
    changes: list[MartChange]
    checks: list[CheckResult]
    batches_before: dict[str, int]
    batches: dict[str, int]
    whole: frozenset[str]
    state: str = "transformed"
    error: str | None = None


class Marts:
    """The stored marts of one database, written over one connection."""

    def __init__(self, told_rows_max: int) -> None:
        self._told_rows_max = told_rows_max
        self._plan: Plan | None = None
        self._writer: MartWriter | None = None
        self._built_at: datetime | None = None
        self._reconciled_at = -_RECONCILE_EVERY_SECONDS
        self._reconcile_seconds = 0.0

    def forget(self) -> None:
        """The connection is another one: its temporary tables are to be made anew."""
        self._writer = None

    def fit(self, built_at: datetime | None) -> bool:
        """Whether everything is ready for marts that were built then."""
        return self._writer is not None and built_at == self._built_at

    def prepare(self, connection: psycopg.Connection, plan: Plan, built_at: datetime | None) -> None:
        """Make the temporary tables of a plan, for marts that were built then."""
        self._plan, self._built_at = plan, built_at
        self._writer = MartWriter(connection, self._told_rows_max)
        self._writer.prepare(plan.marts)

    def stored(self) -> list[MartPlan]:
        """Those that readers see."""
        return [mart for mart in (self._plan.marts if self._plan else ()) if mart.schema == "marts"]

    def write(self, connection: psycopg.Connection, tables: frozenset[str], outcome: Outcome) -> None:
        """Bring the touched marts up to date and check them.  Raises: PublishBlocked."""
        if self._writer is None or self._plan is None:
            raise RuntimeError("Marts are written after they were prepared.")
        if max(outcome.rows_loaded.values(), default=0) >= COUNTED_FROM:
            # Nobody foresees how many rows come out of a chain of CTEs, and a loop over two of them takes the square.
            connection.execute("set local enable_nestloop = off")
        for mart in self._plan.touched_by(tables):
            computed = self._writer.compute(mart)
            if computed and mart.is_incremental:
                outcome.checks += check_rows(connection, mart.name, fresh_rows(mart), mart.expectations)
            change = self._writer.apply(mart)
            if change is not None:
                outcome.changes.append(change)
        for mart in self.stored():
            if mart.name in outcome.whole or (not mart.is_incremental and self._is_changed(mart, outcome)):
                table = sql.Identifier(mart.schema, mart.name)
                outcome.checks += check_rows(connection, mart.name, table, mart.expectations)
        outcome.checks += self._reconcile(connection, due=bool(outcome.whole))
        outcome.checks += [
            CheckResult(broken["name"], broken["mart"], passed=False, figures={"suite": broken.get("suite")})
            for broken in state.broken_contracts(connection)
        ]
        failed = [check for check in outcome.checks if not check.passed]
        if failed:
            raise PublishBlocked(failed)
        changed = {change.plan.name for change in outcome.changes} | outcome.whole
        state.note_mart_changes(connection, changed, outcome.cursor.batch_id)
        outcome.batches |= dict.fromkeys(changed, outcome.cursor.batch_id)

    def _is_changed(self, mart: MartPlan, outcome: Outcome) -> bool:
        return any(change.plan is mart for change in outcome.changes)

    def _reconcile(self, connection: psycopg.Connection, *, due: bool) -> list[CheckResult]:
        started = time.monotonic()
        cheap = self._reconcile_seconds < _RECONCILE_SECONDS_CHEAP
        if not (due or cheap or started - self._reconciled_at > _RECONCILE_EVERY_SECONDS):
            return []
        results = reconcile(connection, {mart.name for mart in self.stored()})
        self._reconciled_at = time.monotonic()
        self._reconcile_seconds = self._reconciled_at - started
        return results
