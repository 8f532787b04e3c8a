"""Great Expectations over whole marts: what it finds stops publishing until it is mended."""

from collections.abc import Callable

import psycopg
import pytest

from pipelines.batches import Pipeline
from pipelines.checks.contracts import ContractProcess, ContractWatch
from pipelines.publish.pointer import read_pointer
from runtime.settings import Settings
from tests.pipelines.posting import open_books, post_sales
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database


@pytest.mark.timeout(600)
def test_a_broken_contract_blocks_publishing_until_it_holds_again(
    make_pipeline: Callable[..., Pipeline],
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00"])
    pipeline = make_pipeline(ContractProcess)
    assert (report := pipeline.run()) is not None
    assert report.state == "published"
    checked = warehouse.execute("select passed, jsonb_array_length(results) from raw.contract_runs").fetchall()
    assert checked == [(True, 6)]

    # Rows that no batch wrote: only a look at the whole mart can find them.
    warehouse.execute("update marts.fct_journal_lines set currency_code = 'XXX', line_id = gen_random_uuid()")
    watch = ContractWatch(installation, every_seconds=0.0)
    _look_until(watch, warehouse, passed=False)
    post_sales(database, principal, books, ["20.00"])
    assert (report := pipeline.run()) is not None
    assert report.state == "blocked"
    assert "fct_journal_lines: accepted_values:currency_code" in (report.error or "")
    assert (pointer := read_pointer(installation.lake_dir)) is not None
    assert pointer.version == 1

    warehouse.execute("update marts.fct_journal_lines set currency_code = 'EUR'")
    _look_until(watch, warehouse, passed=True)
    watch.close()
    assert (report := pipeline.run()) is not None
    assert report.state == "published"


def _look_until(watch: ContractWatch, warehouse: psycopg.Connection, *, passed: bool) -> None:
    """Look as the worker does until another process has kept this outcome; the test's own time limit ends it."""
    while warehouse.execute("select passed from raw.contract_runs order by id desc limit 1").fetchone() != (passed,):
        watch.look(changed=True)
        warehouse.execute("select pg_sleep(0.1)")
