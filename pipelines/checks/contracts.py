"""The contract of every mart as Great Expectations suites, run over whole marts.

They gate full builds, run again every quarter of an hour beside the worker, and nightly in Dagster. Great
Expectations takes seconds to import and to run, so all this happens in a process of its own:
`python -m pipelines.checks.contracts` reads one line when the marts are ready, checks them, and keeps the outcome in
`raw.contract_runs`, where every batch looks before it publishes.
"""

from __future__ import annotations

import importlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from pipelines.checks.expectations import Expectation
from pipelines.checks.result import CheckResult
from pipelines.dbt.plan import MartPlan, stored_marts
from pipelines.raw import state
from runtime.log import configure_logging
from runtime.paths import PROJECT_FOLDER
from runtime.processes import die_with_parent
from runtime.settings import DatabaseRole, Settings, load_settings
from runtime.telemetry import NO_TELEMETRY, switch_telemetry_off

if TYPE_CHECKING:
    from great_expectations.core.expectation_suite import ExpectationSuite
    from great_expectations.core.validation_definition import ValidationDefinition
    from great_expectations.data_context.data_context.ephemeral_data_context import EphemeralDataContext

log = logging.getLogger(__name__)

SUITE = "contract"
EVERY_SECONDS = 900.0
_NICE = 15
_RUN_SECONDS_MAX = 900.0


class ContractsUnreadable(RuntimeError):
    """The process that checks contracts ended without an outcome; the message carries its last words."""


class ContractProcess:
    """A process that imports Great Expectations while the marts are still being built."""

    def __init__(self, settings: Settings, *, niceness: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.checks.contracts", str(niceness)],
            cwd=PROJECT_FOLDER,
            env=_environment(settings),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509  # one system call, nothing else
        )

    def begin(self) -> None:
        """Let it check the marts as they are now."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.write("go\n")
            self._process.stdin.close()
            self._process.stdin = None

    @property
    def is_running(self) -> bool:
        """Whether it has not come to its end yet."""
        return self._process.poll() is None

    def finish(self) -> None:
        """Wait for the outcome to be kept.  Raises: ContractsUnreadable."""
        self.begin()
        try:
            _, said = self._process.communicate(timeout=_RUN_SECONDS_MAX)
        except subprocess.TimeoutExpired:
            self.abandon()
            raise ContractsUnreadable(f"Checking the contracts took longer than {_RUN_SECONDS_MAX:.0f} s.") from None
        if self._process.returncode != 0:
            raise ContractsUnreadable(f"Checking the contracts failed: {said.strip()[-2000:]}")

    def abandon(self) -> None:
        """End it, whatever it was doing."""
        self._process.kill()
        self._process.communicate()


class ContractWatch:
    """Has all contracts checked now and then while batches go on, by a process that gives way to everything else."""

    def __init__(self, settings: Settings, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._settings = settings
        self._every_seconds = every_seconds
        self._checked_at = time.monotonic()
        self._has_changed = False
        self._process: ContractProcess | None = None

    def look(self, *, changed: bool) -> None:
        """Start a check when it is due and anything has changed since the last; comes back at once."""
        self._has_changed = self._has_changed or changed
        if self._process is not None:
            if self._process.is_running:
                return
            self._settle(self._process)
            self._process = None
        if self._has_changed and time.monotonic() - self._checked_at > self._every_seconds:
            self._checked_at, self._has_changed = time.monotonic(), False
            self._process = ContractProcess(self._settings, niceness=_NICE)
            self._process.begin()

    def close(self) -> None:
        """End a check that is under way."""
        if self._process is not None:
            self._process.abandon()

    def _settle(self, process: ContractProcess) -> None:
        try:
            process.finish()
        except ContractsUnreadable:
            log.exception("contracts could not be checked")


def check_contracts(settings: Settings, marts: Sequence[MartPlan]) -> list[CheckResult]:
    """Whether whole marts keep their promises, by Great Expectations: one result an expectation."""
    context = _context()
    definitions = define_validations(context, settings, marts)
    return [result for mart, definition in definitions.items() for result in run_validation(mart, definition)]


def define_validations(
    context: EphemeralDataContext, settings: Settings, marts: Sequence[MartPlan]
) -> dict[str, ValidationDefinition]:
    """A validation a mart: its table in PostgreSQL and the suite of its promises."""
    import great_expectations as gx  # noqa: PLC0415  # six seconds to import

    warehouse = context.data_sources.add_postgres("warehouse", connection_string=_driver_url(settings))
    definitions = {}
    for mart in marts:
        asset = warehouse.add_table_asset(mart.name, table_name=mart.name, schema_name=mart.schema)
        batch = asset.add_batch_definition_whole_table(mart.name)
        suite = context.suites.add(contract_suite(mart))
        definition = gx.ValidationDefinition(name=mart.name, data=batch, suite=suite)
        definitions[mart.name] = context.validation_definitions.add(definition)
    return definitions


def contract_suite(mart: MartPlan) -> ExpectationSuite:
    """What a mart promises, as a suite: its columns and everything its dbt tests declare."""
    import great_expectations as gx  # noqa: PLC0415

    gxe = _catalogue()
    suite = gx.ExpectationSuite(name=mart.name)
    if mart.declared_columns:
        suite.add_expectation(
            gxe.ExpectTableColumnsToMatchSet(
                column_set=list(mart.declared_columns), exact_match=True, meta={"name": "columns"}
            )
        )
    for promise in mart.expectations:
        suite.add_expectation(_expectation(promise))
    return suite


def run_validation(mart: str, definition: ValidationDefinition) -> list[CheckResult]:
    """One validation's results."""
    outcome = definition.run(result_format="BOOLEAN_ONLY")
    return [_result(mart, result) for result in outcome.results]


def _expectation(promise: Expectation) -> Any:
    gxe, meta = _catalogue(), {"name": promise.name}
    if promise.kind == "not_null":
        return gxe.ExpectColumnValuesToNotBeNull(column=promise.columns[0], meta=meta)
    if promise.kind == "accepted_values":
        return gxe.ExpectColumnValuesToBeInSet(column=promise.columns[0], value_set=list(promise.values), meta=meta)
    listed = ", ".join(promise.columns)
    # The library's own uniqueness ranks all rows in a window: ten times the cost of grouping them.
    return gxe.UnexpectedRowsExpectation(
        unexpected_rows_query=f"select {listed} from {{batch}} group by {listed} having count(*) > 1",  # noqa: S608
        description=promise.name,
        meta=meta,
    )


def _catalogue() -> Any:
    """The library's expectations; it does not export them in a way that type checkers follow."""
    return importlib.import_module("great_expectations.expectations")


def _result(mart: str, result: Any) -> CheckResult:
    meta = result.expectation_config.meta or {}
    raised = any(problem["exception_message"] for problem in _exceptions(result.exception_info))
    figures = {"suite": SUITE, **({"raised": True} if raised else {})}
    return CheckResult(str(meta.get("name", result.expectation_config.type)), mart, bool(result.success), figures)


def _exceptions(info: dict[str, Any] | None) -> list[dict[str, Any]]:
    if not info:
        return []
    return [info] if "exception_message" in info else [value for value in info.values() if isinstance(value, dict)]


def _context() -> EphemeralDataContext:
    import great_expectations as gx  # noqa: PLC0415
    from great_expectations.data_context.types.base import ProgressBarsConfig  # noqa: PLC0415

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    return context


def _driver_url(settings: Settings) -> str:
    return urlunsplit(urlsplit(settings.database_url(DatabaseRole.WAREHOUSE))._replace(scheme="postgresql+psycopg2"))


def _environment(settings: Settings) -> dict[str, str]:

    return {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
        "PYTHONPATH": str(PROJECT_FOLDER),
    }


def main() -> None:
    """Import, wait for the word, check, keep the outcome."""
    switch_telemetry_off()
    os.nice(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    settings = load_settings()
    configure_logging("contracts", settings)
    # What the library says about itself at each step is not for our log.
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    _context()
    if not sys.stdin.readline():
        return
    results = check_contracts(settings, stored_marts(Path(settings.dbt_target_dir)))
    with psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE), autocommit=True) as connection:
        state.keep_contract_run(connection, [result.as_record() for result in results])


if __name__ == "__main__":
    main()
