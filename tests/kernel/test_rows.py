"""Rows are written as sets, versioned, and stay inside their tenant."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DataError, ProgrammingError

from transactional.kernel.errors import NotFound, StaleVersion
from transactional.kernel.ids import new_id
from transactional.kernel.models import AuditRecord, OutboxEvent
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Database
from transactional.ledger.models import LedgerHead
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


@pytest.mark.parametrize("count", [1, 3, 60])
def test_few_rows_and_many_are_written_alike(database: Database, principal: Principal, count: int) -> None:
    awkward = 'say "so", \\back {brace} NULL 中文 😀\n'
    at = datetime(2026, 3, 16, 9, 30, 0, 123456, tzinfo=UTC)
    events = [
        OutboxEvent(
            topic=awkward[:20],
            schema_version=number,
            aggregate_type="x",
            aggregate_id=new_id(),
            payload={"text": awkward, "list": [1, None, {"a": True}], "number": number},
            trace_id=None,
            occurred_at=at,
        )
        for number in range(count)
    ]
    companies = [
        Company(code=f"C{number}", name=f"{awkward}{number}", currency_code="EUR", country_code="DE")
        for number in range(count)
    ]
    heads = [
        LedgerHead(
            company_id=company.id, chain_position=2**40, hash=bytes([0, 255, number]), last_numbers={"a/2026": 7}
        )
        for number, company in enumerate(companies)
    ]
    with database.transaction(principal) as session:
        insert_all(session, events)
        insert_all(session, companies)
        for company, head in zip(companies, heads, strict=True):
            head.company_id = company.id
        insert_all(session, heads)
        for head in heads:
            head.hash, head.last_numbers = bytes(3), {"b": 1}
        update_all(session, heads[: count // 2], LedgerHead.hash, LedgerHead.last_numbers)
    with database.transaction(principal) as session:
        found_events = read(session, select(OutboxEvent).order_by(OutboxEvent.id))
        found = {row.company_id: row for row in read(session, select(LedgerHead))}
        assert {row.code: row.name for row in read(session, select(Company))} == {
            company.code: f"{awkward}{number}" for number, company in enumerate(companies)
        }
    told = [(row.topic, row.payload, row.trace_id, row.occurred_at, row.schema_version) for row in found_events]
    assert told == [(row.topic, row.payload, None, at, row.schema_version) for row in events]
    for number, head in enumerate(heads):
        kept = found[head.company_id]
        is_changed = number < count // 2
        assert kept.hash == (bytes(3) if is_changed else bytes([0, 255, number]))
        assert kept.last_numbers == ({"b": 1} if is_changed else {"a/2026": 7})
        assert (kept.version, kept.chain_position) == (2 if is_changed else 1, 2**40)


@pytest.mark.parametrize("count", [1, 60])
def test_a_text_longer_than_its_column_is_refused_and_not_cut(
    database: Database, principal: Principal, count: int
) -> None:
    rows = [_company(f"{number:0>2000}") for number in range(count)]
    with pytest.raises(DataError, match="too long"), database.transaction(principal) as session:
        insert_all(session, rows)


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
