"""A batch from posted entries to a published version, and what stops it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import deltalake
import psycopg
import pytest
from sqlalchemy import select

from pipelines.batches import Pipeline
from pipelines.publish.pointer import read_pointer
from pipelines.raw.schema import SchemaDrift
from runtime.settings import Settings
from tests.pipelines.posting import open_books, post_sales, published_rows, stored_rows
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import delete_all, insert_all, read
from transactional.kernel.session import Database
from transactional.ledger.models import ManualEntry, ManualEntryLine

MARTS = ("dim_customers", "fct_account_days", "fct_draft_lines", "fct_journal_lines")
MakePipeline = Callable[..., Pipeline]


@pytest.fixture
def settings(built_settings: Settings) -> Settings:
    return built_settings


def _version(installation: Settings) -> int:
    pointer = read_pointer(installation.lake_dir)
    assert pointer is not None
    return pointer.version


def _assert_published(installation: Settings, warehouse: psycopg.Connection) -> None:
    for mart in MARTS:
        assert published_rows(installation.lake_dir, mart) == stored_rows(warehouse, mart), mart


def test_a_micro_batch_publishes_only_the_marts_it_touched(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    pipeline = make_pipeline()
    pipeline.run()
    assert pipeline.run() is None
    post_sales(database, principal, books, ["10.00", "20.00"])
    report = pipeline.run()
    assert report is not None
    assert report.rows_written == {"fct_journal_lines": 4, "fct_account_days": 2}
    before = _version(installation)
    post_sales(database, principal, books, ["30.00"])
    post_sales(database, principal, books, ["5.00"], on=date(2026, 2, 1))
    pipeline.run()
    assert _version(installation) == before + 1
    _assert_published(installation, warehouse)


def test_micro_batches_end_where_a_full_dbt_build_ends(
    make_pipeline: MakePipeline, warehouse: psycopg.Connection, database: Database, principal: Principal
) -> None:
    books = open_books(database, principal)
    pipeline = make_pipeline()
    pipeline.run()
    for number in range(1, 6):
        post_sales(database, principal, books, [f"{number}.00", f"{number}.50"], on=date(2026, 1, 1 + number % 3))
        _replace_draft(
            database,
            principal,
            books.accounts["4000"] if "4000" in books.accounts else next(iter(books.accounts.values())),
            books.company_id,
        )
        pipeline.run()
    by_steps = {mart: stored_rows(warehouse, mart) for mart in MARTS}
    pipeline.dbt.run("build", options=["--full-refresh", "--exclude-resource-type", "test"])
    assert {mart: stored_rows(warehouse, mart) for mart in MARTS} == by_steps
    assert len(by_steps["fct_draft_lines"]) == 1


def _replace_draft(database: Database, principal: Principal, account_id: object, company_id: object) -> None:
    """Drop all draft lines but keep their heads, then write one new draft with one line."""
    with database.transaction(principal) as session:
        delete_all(session, read(session, select(ManualEntryLine)))
        draft = ManualEntry(id=new_id(), company_id=company_id, entry_on=date(2026, 3, 1))
        insert_all(session, [draft])
        line = ManualEntryLine(
            manual_entry_id=draft.id, line_number=1, account_id=account_id, debit_amount=Decimal(5), currency_code="EUR"
        )
        insert_all(session, [line])


def test_changes_too_large_to_be_told_replace_the_days_they_lie_in(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    account_id = next(iter(books.accounts.values()))
    pipeline = make_pipeline(told_rows_max=0)
    pipeline.run()
    post_sales(database, principal, books, ["1.00", "2.00"], on=date(2026, 1, 5))
    _replace_draft(database, principal, account_id, books.company_id)
    pipeline.run()
    _assert_published(installation, warehouse)
    of_january = _files(installation, "fct_journal_lines")
    post_sales(database, principal, books, ["3.00", "4.00"], on=date(2026, 3, 2))
    _replace_draft(database, principal, account_id, books.company_id)
    pipeline.run()
    _assert_published(installation, warehouse)
    assert of_january < _files(installation, "fct_journal_lines")
    post_sales(database, principal, books, ["5.00"], on=date(2026, 1, 5))
    with database.transaction(principal) as session:
        delete_all(session, read(session, select(ManualEntryLine)))
    pipeline.run()
    _assert_published(installation, warehouse)
    assert published_rows(installation.lake_dir, "fct_draft_lines") == []


def _files(installation: Settings, mart: str) -> set[str]:
    """The files of what is published."""
    return set(deltalake.DeltaTable(installation.lake_dir / mart).file_uris())


def test_a_deleted_row_disappears_from_what_is_published(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    account_id = next(iter(books.accounts.values()))
    with database.transaction(principal) as session:
        draft = ManualEntry(id=new_id(), company_id=books.company_id, entry_on=date(2026, 3, 1))
        insert_all(session, [draft])
        lines = [
            ManualEntryLine(
                manual_entry_id=draft.id,
                line_number=n,
                account_id=account_id,
                debit_amount=Decimal(n),
                currency_code="EUR",
            )
            for n in (1, 2, 3)
        ]
        insert_all(session, lines)
    pipeline = make_pipeline()
    pipeline.run()
    assert len(published_rows(installation.lake_dir, "fct_draft_lines")) == 3
    with database.transaction(principal) as session:
        delete_all(session, read(session, select(ManualEntryLine).where(ManualEntryLine.line_number == 2)))
    pipeline.run()
    assert len(published_rows(installation.lake_dir, "fct_draft_lines")) == 2
    _assert_published(installation, warehouse)


def test_a_mart_that_differs_from_the_ledger_is_not_published(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00"])
    pipeline = make_pipeline()
    pipeline.run()
    good = published_rows(installation.lake_dir, "fct_journal_lines")
    warehouse.execute("update marts.fct_journal_lines set amount = amount + 0.01 where amount > 0")
    post_sales(database, principal, books, ["20.00"])
    report = pipeline.run()
    assert report is not None
    assert report.state == "blocked"
    assert _version(installation) == 1
    assert published_rows(installation.lake_dir, "fct_journal_lines") == good
    state, error = (
        warehouse.execute("select state, error from raw.load_runs where batch_id = %s", [report.batch_id]).fetchone()
        or ()
    )
    assert state == "blocked"
    assert "ledger_by_account" in error
    assert "0.01" in error


def test_what_waited_behind_a_failed_check_is_published_once_it_passes(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00"])
    pipeline = make_pipeline()
    pipeline.run()
    warehouse.execute("update marts.fct_journal_lines set amount = amount + 0.01 where amount > 0")
    post_sales(database, principal, books, ["20.00"])
    assert (report := pipeline.run()) is not None
    assert report.state == "blocked"
    warehouse.execute("update marts.fct_journal_lines set amount = amount - 0.01 where amount > 0")
    assert (report := pipeline.run()) is not None
    assert report.state == "published"
    _assert_published(installation, warehouse)
    assert len(published_rows(installation.lake_dir, "fct_journal_lines")) == 4


def test_a_value_outside_the_contract_blocks_the_batch_and_is_named(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal, currency_code="CHF")
    pipeline = make_pipeline()
    pipeline.run()
    post_sales(database, principal, books, ["10.00"])
    report = pipeline.run()
    assert report is not None
    assert report.state == "blocked"
    assert "accepted_values:currency_code (broken_rows 2)" in (report.error or "")
    assert _version(installation) == 1
    assert stored_rows(warehouse, "fct_journal_lines") == []
    post_sales(database, principal, books, ["20.00"])
    assert (again := pipeline.run()) is not None
    assert "broken_rows 4" in (again.error or "")


def test_a_crash_before_publishing_is_made_good_by_the_next_process(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    pipeline = make_pipeline()
    pipeline.run()
    # The pointer cannot be written: the Delta tables move on, what readers see does not.
    obstacle = installation.lake_dir / "version.new"
    obstacle.mkdir()
    post_sales(database, principal, books, ["10.00"])
    with pytest.raises(IsADirectoryError):
        pipeline.run()
    assert _version(installation) == 1
    assert published_rows(installation.lake_dir, "fct_journal_lines") == []
    obstacle.rmdir()
    report = make_pipeline().run()
    assert report is not None
    assert report.state == "published"
    _assert_published(installation, warehouse)
    assert warehouse.execute("select count(*) from raw.load_runs where state = 'transformed'").fetchone() == (0,)


def test_a_lost_lake_is_written_again(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00"])
    make_pipeline().run()
    (installation.lake_dir / "version.json").unlink()
    report = make_pipeline().run()
    assert report is not None
    assert report.kind == "micro"
    _assert_published(installation, warehouse)


def test_a_broken_promise_stops_the_batch_and_is_recorded(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    superuser: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    pipeline = make_pipeline()
    pipeline.run()
    superuser.execute("alter table ledger.journal_lines rename column description to remark")
    superuser.execute("alter table ledger.journal_lines add column description text")
    post_sales(database, principal, books, ["10.00"])
    with pytest.raises(SchemaDrift, match=r"journal_lines\.description is text"):
        pipeline.run()
    assert _version(installation) == 1
    last = warehouse.execute("select state, error from raw.load_runs order by batch_id desc limit 1").fetchone()
    assert last is not None
    assert last[0] == "failed"
    assert "SchemaDrift" in last[1]


def test_two_processes_take_turns(
    make_pipeline: MakePipeline,
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    first, second = make_pipeline(), make_pipeline()
    first.run()
    second.run()
    for number in range(4):
        post_sales(database, principal, books, [f"{number + 1}.00"])
        report = (first, second)[number % 2].run()
        assert report is not None
        assert report.state == "published"
    _assert_published(installation, warehouse)
