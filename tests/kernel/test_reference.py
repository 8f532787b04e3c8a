"""What a process keeps of reference tables is what the database holds."""

import psycopg
import pytest

from runtime.settings import Settings
from tests.factories.books import make_books
from transactional.kernel.principal import Principal
from transactional.kernel.reference import read_all
from transactional.kernel.rows import lock_by_id, update_all
from transactional.kernel.session import Database
from transactional.organization.models import Company

pytestmark = pytest.mark.feature("ARCH-01")


def test_what_is_kept_is_read_once(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        make_books(session)
    with database.transaction(principal) as session:
        first = read_all(session, Company)
    with database.transaction(principal) as session:
        assert read_all(session, Company) is first


def test_another_process_s_change_is_seen_by_the_next_transaction(
    database: Database, settings: Settings, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
    with database.transaction(principal) as session:
        assert read_all(session, Company)[company_id].name == "Acme"
    with psycopg.connect(settings.database_url("app")) as other:
        other.execute("select set_config('app.tenant_id', %s, false)", [str(principal.tenant_id)])
        other.execute("update organization.companies set name = 'Renamed' where id = %s", [company_id])
    with database.transaction(principal) as session:
        assert read_all(session, Company)[company_id].name == "Renamed"


def test_a_transaction_sees_its_own_change_and_keeps_it_to_itself_until_it_commits(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
    with database.transaction(principal) as session:
        [company] = lock_by_id(session, Company, [company_id])
        company.name = "Mine"
        update_all(session, [company], Company.name)
        assert read_all(session, Company)[company_id].name == "Mine"
        with database.transaction(principal) as other:
            assert read_all(other, Company)[company_id].name == "Acme"
    with database.transaction(principal) as session:
        assert read_all(session, Company)[company_id].name == "Mine"


def test_what_is_kept_belongs_to_one_tenant(database: Database, principal: Principal, as_tenant: object) -> None:
    with database.transaction(principal) as session:
        make_books(session)
    with database.transaction(principal) as session:
        assert len(read_all(session, Company)) == 1
    with database.transaction(as_tenant(principal.user_id)) as session:  # type: ignore[operator]
        assert not read_all(session, Company)


def test_a_transaction_that_has_changed_one_reads_it_once_until_it_changes_another(
    database: Database, principal: Principal
) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        first = read_all(session, Company)
        assert read_all(session, Company) is first
        [company] = lock_by_id(session, Company, [company_id])
        company.name = "Renamed"
        update_all(session, [company], Company.name)
        assert read_all(session, Company)[company_id].name == "Renamed"


def test_what_is_rolled_back_to_a_savepoint_is_read_no_more(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        company_id = make_books(session).company_id
        savepoint = session.begin_nested()
        [company] = lock_by_id(session, Company, [company_id])
        company.name = "Undone"
        update_all(session, [company], Company.name)
        assert read_all(session, Company)[company_id].name == "Undone"
        savepoint.rollback()
        assert read_all(session, Company)[company_id].name == "Acme"
