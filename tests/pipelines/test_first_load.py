"""The first batch of an installation: everything is landed, built and published."""

from collections.abc import Callable

import psycopg
from sqlalchemy import text

from pipelines.batches import Pipeline
from runtime.settings import Settings
from tests.pipelines.posting import open_books, post_sales, published_rows, stored_rows
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

MARTS = ("dim_customers", "fct_account_days", "fct_draft_lines", "fct_journal_lines")


def test_what_was_posted_is_published_to_the_last_digit(
    make_pipeline: Callable[..., Pipeline],
    installation: Settings,
    warehouse: psycopg.Connection,
    database: Database,
    principal: Principal,
) -> None:
    books = open_books(database, principal)
    post_sales(database, principal, books, ["0.01", "123456789012.34"])
    report = make_pipeline().run()
    assert report is not None
    assert (report.kind, report.state, report.version) == ("rebuild", "published", 1)
    for mart in MARTS:
        assert published_rows(installation.lake_dir, mart) == stored_rows(warehouse, mart), mart
    amounts = {row[2] for row in published_rows(installation.lake_dir, "fct_journal_lines")}
    assert "123456789012.3400" in amounts
    with database.outside_tenants() as session:
        assert session.execute(text("select state, published_version from raw.load_runs")).all() == [("published", 1)]
