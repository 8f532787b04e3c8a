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
    watch.look(changed=True)
    _wait_for_runs(warehouse, 2)
    post_sales(database, principal, books, ["20.00"])
    assert (report := pipeline.run()) is not None
    assert report.state == "blocked"
    assert "fct_journal_lines: accepted_values:currency_code" in (report.error or "")
    assert (pointer := read_pointer(installation.lake_dir)) is not None
    assert pointer.version == 1

    warehouse.execute("update marts.fct_journal_lines set currency_code = 'EUR'")
    watch.look(changed=True)
    watch.look(changed=True)
    _wait_for_runs(warehouse, 3)
    watch.close()
    assert (report := pipeline.run()) is not None
    assert report.state == "published"


def _wait_for_runs(warehouse: psycopg.Connection, count: int) -> None:
    """Until another process has kept its outcome; the test's own time limit ends the waiting."""
    while warehouse.execute("select count(*) from raw.contract_runs").fetchone() != (count,):
        warehouse.execute("select pg_sleep(0.1)")
