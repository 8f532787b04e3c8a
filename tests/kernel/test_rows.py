"""Rows are written as sets, versioned, and stay inside their tenant."""

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import ProgrammingError

from transactional.kernel.errors import NotFound, StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.models import AuditRecord
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Database
from transactional.organization.models import Company


def _company(code: str = "A") -> Company:
    return Company(code=code, name=code, currency_code="EUR", country_code="DE")


def test_a_written_row_reads_back_with_its_defaults(database: Database, principal: Principal) -> None:
    company = _company()
    with database.transaction(principal) as session:
        insert_all(session, [company])
    with database.transaction(principal) as session:
        [found] = read(session, select(Company))
    assert (found.id, found.version, found.is_active) == (company.id, 1, True)
    assert company.rate_age_days_max == found.rate_age_days_max


@pytest.mark.feature("2.1.1")
def test_a_stale_version_changes_nothing(database: Database, principal: Principal) -> None:
    with database.transaction(principal) as session:
        insert_all(session, [_company()])
        [first], [second] = read(session, select(Company)), read(session, select(Company))
        first.name = "first"
        update_all(session, [first], Company.name)
    second.name = "second"
    with pytest.raises(StaleVersion), database.transaction(principal) as session:
        update_all(session, [second], Company.name)
    with database.transaction(principal) as session:
        assert [company.name for company in read(session, select(Company))] == ["first"]


@pytest.mark.feature("2.1.12")
def test_another_tenant_sees_nothing_and_no_tenant_sees_nothing(
    database: Database, principal: Principal, as_tenant: Callable[[UUID], Principal]
) -> None:
    company = _company()
    with database.transaction(principal) as session:
        insert_all(session, [company])
    with database.transaction(as_tenant(new_id())) as session:
        assert read(session, select(Company)) == []
        with pytest.raises(NotFound):
            lock_by_id(session, Company, [company.id])
    with database.outside_tenants() as session:
        assert session.execute(text("select count(*) from organization.companies")).scalar() == 0


@pytest.mark.feature("2.1.12")
def test_an_insert_naming_another_tenant_is_refused_by_the_database(database: Database, principal: Principal) -> None:
    statement = text(
        "insert into organization.companies (tenant_id, id, code, name, currency_code, country_code)"
        " values (gen_random_uuid(), gen_random_uuid(), 'X', 'X', 'EUR', 'DE')"
    )
    with pytest.raises(ProgrammingError, match="row-level security"), database.transaction(principal) as session:
        session.execute(statement)


@pytest.mark.feature("SYS-05")
def test_each_write_leaves_who_what_before_and_after(database: Database, principal: Principal) -> None:
    company = _company()
    with database.transaction(principal) as session:
        insert_all(session, [company])
        company.name = "renamed"
        update_all(session, [company], Company.name)
    with database.transaction(principal) as session:
        records = session.scalars(
            select(AuditRecord).where(AuditRecord.row_id == company.id).order_by(AuditRecord.id)
        ).all()
    assert [(record.action, record.user_id) for record in records] == [
        ("insert", principal.user_id),
        ("update", principal.user_id),
    ]
    before, after = records[1].before or {}, records[1].after or {}
    assert (before["name"], after["name"]) == ("A", "renamed")


@pytest.mark.feature("SYS-05")
def test_audit_rows_cannot_be_changed_by_the_application(database: Database, principal: Principal) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), database.transaction(principal) as session:
        session.execute(text("delete from kernel.audit_log"))
