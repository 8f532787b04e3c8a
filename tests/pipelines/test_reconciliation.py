"""The books and the marts under the real dbt project's names: a difference of one digit is found."""

import psycopg
import pytest

from pipelines.checks.reconciliation import RECONCILIATIONS, reconcile
from runtime.settings import DatabaseRole, Settings
from tests.pipelines.posting import open_books, post_sales
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

_COPIES = {
    "fct_journal_lines": "select *, 1 as _batch_id from ledger.journal_lines",
    "fct_receivable_movements": """
        select lines.tenant_id, lines.company_id, lines.amount from ledger.journal_lines as lines
        inner join ledger.account_mappings as mappings using (tenant_id, account_id)
        where mappings.role = 'receivable'""",
}


@pytest.fixture
def copied(settings: Settings, database: Database, principal: Principal, warehouse: psycopg.Connection) -> None:
    """Marts as plain copies of the books."""
    books = open_books(database, principal)
    post_sales(database, principal, books, ["10.00", "20.00"])
    for mart, query in _COPIES.items():
        warehouse.execute(f"create table marts.{mart} as {query}")
    assert settings.database_url(DatabaseRole.WAREHOUSE)


@pytest.mark.usefixtures("copied")
def test_equal_books_and_marts_pass(warehouse: psycopg.Connection) -> None:
    results = reconcile(warehouse, _COPIES)
    assert [(result.name, result.passed) for result in results] == [
        ("ledger_by_account", True),
        ("receivables_and_ledger", True),
    ]
    assert results[0].figures["mart_rows"] == 4


@pytest.mark.usefixtures("copied")
@pytest.mark.parametrize(
    ("damage", "found"),
    [
        ("update marts.fct_journal_lines set amount = amount + 0.0001 where amount = 10", "ledger_by_account"),
        ("delete from marts.fct_journal_lines where amount = 10", "ledger_by_account"),
        ("insert into marts.fct_journal_lines select * from marts.fct_journal_lines", "ledger_by_account"),
        ("update marts.fct_receivable_movements set amount = 9.99 where amount = 10", "receivables_and_ledger"),
    ],
)
def test_the_smallest_difference_is_found(warehouse: psycopg.Connection, damage: str, found: str) -> None:
    warehouse.execute(damage)
    broken = [result for result in reconcile(warehouse, _COPIES) if not result.passed]
    assert [result.name for result in broken] == [found]
    assert broken[0].figures["differing_keys"] >= 1


def test_all_of_stock_receivables_and_payables_is_reconciled() -> None:
    assert {pair.mart for pair in RECONCILIATIONS} == {
        "fct_journal_lines",
        "fct_stock_moves",
        "fct_receivable_movements",
        "fct_payable_movements",
    }
