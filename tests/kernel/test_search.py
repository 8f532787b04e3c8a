"""Words are looked up in an index, and of the own tenant alone."""

from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from runtime.settings import DatabaseRole, Settings
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.search import SEARCHED, finder_of, searched_text
from transactional.kernel.session import Database
from transactional.scm.models import Customer

pytestmark = pytest.mark.feature("ARCH-11")


def customer(code: str) -> Customer:
    return Customer(id=new_id(), code=code, name="Crane Trading", currency_code="EUR")


def found(database: Database, by: Principal) -> set[UUID]:
    with database.transaction(by) as session:
        return set(session.scalars(text("select scm.find_customers('''cran'':*'::tsquery)")))


def test_only_the_own_tenants_records_are_told(database: Database, principal: Principal, settings: Settings) -> None:
    mine, other = [customer("A"), customer("B")], system_principal(new_id(), channel="test")
    with database.transaction(principal) as session:
        insert_all(session, mine)
    assert found(database, principal) == {each.id for each in mine}
    assert found(database, other) == set()
    with psycopg.connect(settings.database_url(DatabaseRole.APP)) as connection:
        assert connection.execute("select scm.find_customers('''cran'':*'::tsquery)").fetchall() == []


@pytest.mark.parametrize("table", SEARCHED)
def test_its_function_reads_the_index_and_nobody_but_the_application_calls_it(settings: Settings, table: str) -> None:
    with psycopg.connect(settings.database_url(DatabaseRole.OWNER)) as owner:
        owner.execute("set enable_seqscan = off")
        words = f"kernel.search_words({searched_text(table)})"
        plan = owner.execute(f"explain select id from {table} where {words} @@ 'crane'::tsquery").fetchall()
    assert f"{table.replace('.', '_')}_words" in "\n".join(line for (line,) in plan)
    with (
        psycopg.connect(settings.database_url(DatabaseRole.WAREHOUSE)) as warehouse,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        warehouse.execute(f"select {finder_of(table)}('crane'::tsquery)")
