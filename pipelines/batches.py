"""One micro-batch from operational rows to a published version: landed, transformed, checked, published.

Landing and transforming are one transaction under one snapshot. If a check fails, only the marts go back to where
they were: what was landed stays landed, waits, and is taken in by the next batch that passes.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import psycopg
from psycopg import sql

from pipelines.checks.contracts import ContractProcess
from pipelines.checks.result import PublishBlocked
from pipelines.dbt.incremental import TOLD_ROWS_MAX, columns_of
from pipelines.dbt.plan import Plan, load_plan, make_plan
from pipelines.dbt.policies import close_new_marts, ensure_mart_policies
from pipelines.dbt.project import DbtProject
from pipelines.dbt.runner import WarmDbt
from pipelines.marts import Marts, Outcome
from pipelines.publish.publisher import Publisher, PublishRequest
from pipelines.raw import state
from pipelines.raw.loader import Landed, land, system_identifier
from pipelines.raw.schema import check_promises, ensure_raw_tables
from pipelines.report import BatchReport
from runtime.giving_way import give_way_alike
from runtime.progress import Progress, SilentProgress
from runtime.settings import DatabaseRole, Settings
from transactional.contract import PromisedTable, promised_tables

log = logging.getLogger(__name__)

LEADER = "qooerp.pipelines"
"""The lock of the process that loads."""
_RUNS_KEPT_DAYS = 30
_SWEEP_EVERY_SECONDS = 60.0


class Contracts(Protocol):
    """What checks whole marts after a build; it gets ready while the build runs."""

    def finish(self) -> None:
        """Check the marts as they are now and keep the outcome."""
        ...

    def abandon(self) -> None:
        """The build came to nothing."""
        ...


class Pipeline:
    """The batches of one installation. Any number of processes may hold one; a batch runs in one of them at a time."""

    def __init__(
        self,
        settings: Settings,
        *,
        dbt_folder: Path | None = None,
        tables: Sequence[PromisedTable] | None = None,
        contracts: Callable[[Settings], Contracts] = ContractProcess,
        told_rows_max: int = TOLD_ROWS_MAX,
    ) -> None:
        """Connect lazily; a change of a mart by more rows than `told_rows_max` is published by the days it lies in."""
        self.settings = settings
        self.tables = tuple(promised_tables() if tables is None else tables)
        self.project = DbtProject(settings, dbt_folder) if dbt_folder else DbtProject(settings)
        self.publisher = Publisher(settings)
        self._read_project()
        self._contracts = contracts
        self._marts = Marts(told_rows_max)
        self._connection: psycopg.Connection | None = None
        self._idle_snapshot: str | None = None
        self._settled = False
        self._swept_at = time.monotonic()

    # -- what others ask -------------------------------------------------------------------------------------------

    def run(
        self, progress: Progress | None = None, *, rebuild: bool = False, republish: bool = False
    ) -> BatchReport | None:
        """The report of one batch; None when nothing has changed since the last.

        A rebuild lands what is new, builds every mart from scratch by dbt and publishes all of them; to republish
        writes all of them to the lake again as they are.
        Raises: SchemaDrift, DbtFailed, PlanRefused, psycopg.Error; the published version then stays as it was.
        """
        connection = self._connected()
        self._settled = self._settled and not republish
        if not rebuild and self._settled and self._nothing_written(connection):
            return None
        with self._leading(connection):
            try:
                return self._run_as_leader(
                    connection, progress or SilentProgress(), rebuild=rebuild, republish=republish
                )
            except Exception as error:
                self._settled = False
                if not connection.closed:
                    state.record_failure(connection, kind="failed", error=f"{type(error).__name__}: {error}")
                raise

    def close(self) -> None:
        """End all connections."""
        self.publisher.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    # -- the parts of a batch --------------------------------------------------------------------------------------

    def _run_as_leader(
        self, connection: psycopg.Connection, progress: Progress, *, rebuild: bool, republish: bool
    ) -> BatchReport | None:
        started = time.perf_counter()
        rebuilt = rebuild or self._needs_rebuild(connection)
        if rebuilt:
            self._rebuild(connection, progress)
        self._prepare(connection)
        prepared = time.perf_counter()
        with progress.step("Marts") if rebuilt else _quietly():
            outcome = self._transform(connection, rebuilt=rebuilt, republish=republish)
        if outcome is None:
            self._settled = True
            return None
        transformed = time.perf_counter()
        version = None
        if outcome.state == "transformed":
            with progress.step("Publishing") if rebuilt else _quietly():
                version = self._publish(connection, outcome)
        self._settled = outcome.state == "transformed"
        seconds = {
            "prepare": prepared - started,
            "transform": transformed - prepared,
            "publish": time.perf_counter() - transformed,
        }
        return BatchReport(
            batch_id=outcome.cursor.batch_id,
            kind=outcome.kind,
            state="published" if version is not None else outcome.state,
            watermark=outcome.cursor.watermark,
            rows_loaded=outcome.rows_loaded,
            rows_written={change.plan.name: change.rows_written for change in outcome.changes},
            checks=outcome.checks,
            version=version,
            error=outcome.error,
            seconds=seconds,
            run_id=outcome.run_id,
        )

    def _read_project(self) -> None:
        self.dbt = WarmDbt(self.project)
        self.fingerprint = sha256(f"{self.project.fingerprint()} {self.tables}".encode()).hexdigest()
        self._plan: Plan | None = None

    def _needs_rebuild(self, connection: psycopg.Connection) -> bool:
        state.ensure_state_tables(connection)
        built = state.built_fingerprint(connection)
        if built is not None and built[0] != self.fingerprint:
            # Another process may have built from files that are newer than what this one has read.
            self._read_project()
        cursor = state.read_cursor(connection)
        return (
            built is None
            or built[0] != self.fingerprint
            or cursor is None
            or cursor.system_identifier != system_identifier(connection)
        )

    def _rebuild(self, connection: psycopg.Connection, progress: Progress) -> None:
        """Land with the present contract, let dbt build every mart from scratch, and check all of them."""
        contracts = self._contracts(self.settings)
        try:
            self._build(connection, progress)
            with progress.step("Checking the contracts of the marts"):
                contracts.finish()
        except BaseException:
            contracts.abandon()
            raise
        state.mark_built(connection, self.fingerprint)

    def _build(self, connection: psycopg.Connection, progress: Progress) -> None:
        with progress.step("Landing"), connection.transaction():
            check_promises(connection, self.tables)
            evolution = ensure_raw_tables(connection, self.tables)
            landed = land(connection, self.tables, reload=evolution.to_reload)
            state.forget_build(connection)
            if landed is not None:
                state.open_run(connection, landed.cursor, run_id=uuid4(), kind="rebuild", rows_loaded=landed.rows)
        close_new_marts(connection)
        if not self.project.is_parsed():
            with progress.step("Reading the dbt project"):
                self.dbt.parse()
        with progress.step("Building the marts with dbt"):
            self.dbt.run("build", options=["--full-refresh", "--exclude-resource-type", "test", "unit_test"])
        with progress.step("Compiling micro-batches"):
            self._plan = make_plan(self.dbt, self.fingerprint)
        for mart in self._plan.marts:
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier(mart.schema, mart.name)))
        ensure_mart_policies(connection)
        state.forget_old_runs(connection, days=_RUNS_KEPT_DAYS)

    def _prepare(self, connection: psycopg.Connection) -> None:
        """Plan and temporary tables that fit the marts as they were built last, here or in another process."""
        built = state.built_fingerprint(connection)
        built_at = built[1] if built else None
        if self._marts.fit(built_at):
            return
        self._plan = self._plan or load_plan(self.project, self.fingerprint) or make_plan(self.dbt, self.fingerprint)
        ensure_mart_policies(connection)
        self._marts.prepare(connection, self._plan, built_at)

    def _transform(self, connection: psycopg.Connection, *, rebuilt: bool, republish: bool) -> Outcome | None:
        with connection.transaction():
            landed = land(connection, self.tables)
            before = state.mart_changes(connection)
            waiting = state.waiting_tables(connection)
            stale = self._stale_marts(connection, before, everything=rebuilt or republish)
            if landed is None and not stale and not waiting:
                self._idle_snapshot = _snapshot(connection)
                return None
            check_promises(connection, self.tables)
            outcome = self._open(connection, landed, before, whole=stale, rebuilt=rebuilt)
            changed = waiting | (landed.changed_tables if landed else frozenset())
            try:
                with connection.transaction():
                    self._marts.write(connection, changed, outcome)
            except PublishBlocked as blocked:
                outcome.state, outcome.error = "blocked", str(blocked)
            except psycopg.Error as error:
                outcome.state, outcome.error = "failed", f"{type(error).__name__}: {error}"
            if outcome.state != "transformed":
                outcome.changes, outcome.batches = [], before
            self._settle(connection, outcome)
        return outcome

    def _stale_marts(
        self, connection: psycopg.Connection, batches: Mapping[str, int], *, everything: bool
    ) -> frozenset[str]:
        """Marts to be published whole: all after a rebuild, and whatever a crash left unpublished."""
        if everything:
            return frozenset(mart.name for mart in self._marts.stored())
        if self._settled:
            return frozenset()
        now = self.publisher.published()
        if now is not None and not state.is_known_run(connection, now.batch_id, now.run_id):
            return frozenset(batches)
        return self.publisher.behind(batches)

    def _open(
        self,
        connection: psycopg.Connection,
        landed: Landed | None,
        before: dict[str, int],
        *,
        whole: frozenset[str],
        rebuilt: bool,
    ) -> Outcome:
        """The record of the batch; a batch that brings nothing new goes on under the number of the last one."""
        cursor = landed.cursor if landed else state.read_cursor(connection)
        if cursor is None:
            raise RuntimeError("Nothing was ever landed.")
        run_id, kind = uuid4(), "rebuild" if rebuilt else "micro"
        rows = dict(landed.rows) if landed else {}
        state.open_run(connection, cursor, run_id=run_id, kind=kind, rows_loaded=rows)
        return Outcome(cursor, run_id, kind, rows, [], [], before, dict(before), whole)

    def _settle(self, connection: psycopg.Connection, outcome: Outcome) -> None:
        told = [check for check in outcome.checks if not check.passed or "differing_keys" in check.figures]
        state.settle_run(
            connection,
            outcome.cursor.batch_id,
            state=outcome.state,
            rows_written={change.plan.name: change.rows_written for change in outcome.changes},
            checks=[check.as_record() for check in told],
            error=outcome.error,
        )

    def _publish(self, connection: psycopg.Connection, outcome: Outcome) -> int:
        request = PublishRequest(
            batch_id=outcome.cursor.batch_id,
            run_id=outcome.run_id,
            watermark=outcome.cursor.watermark,
            loaded_at=datetime.now(UTC),
            checks=outcome.checks,
            batches=outcome.batches,
            batches_before=outcome.batches_before,
            changes=[change for change in outcome.changes if change.plan.schema == "marts"],
            whole=outcome.whole,
        )
        version = self.publisher.publish(request, columns_of(connection, "marts"))
        state.mark_published(connection, outcome.cursor.batch_id, version.version)
        if time.monotonic() - self._swept_at > _SWEEP_EVERY_SECONDS:
            self._swept_at = time.monotonic()
            self.publisher.lake.sweep()
        return version.version

    # -- connection and leadership ---------------------------------------------------------------------------------

    def _connected(self) -> psycopg.Connection:
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = psycopg.connect(
                self.settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True, application_name="qooerp pipelines"
            )
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            if self.settings.uses_embedded_postgres:
                # A batch is mostly what the server does for it, in a process and session of its own.
                give_way_alike(self._connection.info.backend_pid)
            self._marts.forget()
            self._settled = False
        return self._connection

    @contextmanager
    def _leading(self, connection: psycopg.Connection) -> Iterator[None]:
        """The right to load, held by one process at a time; the others wait for the end of its batch."""
        connection.execute("select pg_advisory_lock(hashtext(%s))", [LEADER])
        try:
            yield
        finally:
            if not connection.closed:
                connection.execute("select pg_advisory_unlock(hashtext(%s))", [LEADER])

    def _nothing_written(self, connection: psycopg.Connection) -> bool:
        return _snapshot(connection) == self._idle_snapshot


def _snapshot(connection: psycopg.Connection) -> str:
    row = connection.execute("select pg_current_snapshot()::text").fetchone()
    return str(row[0]) if row else ""


@contextmanager
def _quietly() -> Iterator[None]:
    yield
