"""The catalogue of the migrated database: no tenant table without its guards."""

import pytest
from sqlalchemy import text

from transactional.kernel.session import Database
from transactional.registry import SCHEMAS

APPLICATION_SCHEMAS = "(" + ", ".join(f"'{schema}'" for schema in SCHEMAS) + ")"

CHANGED_WITHOUT_VERSION = {"kernel.idempotency_keys"}
"""Tables that the application changes in place although their rows have no version: decision 61 says why."""


def _rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.outside_tenants() as session:
        return [tuple(row) for row in session.execute(text(statement))]


@pytest.mark.feature("2.1.1")
def test_a_table_without_a_version_is_written_once(database: Database) -> None:
    """Rows that nobody may change need no version to change them by: decision 61."""
    found = _rows(
        database,
        f"""
        with tenant_tables as (
            select table_schema, table_name, array_agg(column_name::text) as names
            from information_schema.columns
            where table_schema in {APPLICATION_SCHEMAS}
            group by table_schema, table_name
            having 'tenant_id' = any(array_agg(column_name::text))
        )
        select table_schema || '.' || table_name || ' ' ||
            has_any_column_privilege(current_user, format('%I.%I', table_schema, table_name), 'update')
        from tenant_tables
        where not names @> array['updated_at', 'updated_by', 'version']
        """,
    )
    told = dict(str(row[0]).split() for row in found)
    assert "ledger.journal_lines" in told
    assert {name for name, may_change in told.items() if may_change == "true"} == CHANGED_WITHOUT_VERSION


@pytest.mark.feature("ARCH-01")
@pytest.mark.feature("2.1.12")
def test_every_tenant_table_has_forced_row_security_with_a_policy(database: Database) -> None:
    found = _rows(
        database,
        f"""
        select table_.relnamespace::regnamespace || '.' || table_.relname
        from pg_class as table_
        inner join pg_attribute as tenant on tenant.attrelid = table_.oid and tenant.attname = 'tenant_id'
        where table_.relkind in ('r', 'p') and table_.relnamespace::regnamespace::text in {APPLICATION_SCHEMAS}
            and not (
                table_.relrowsecurity and table_.relforcerowsecurity
                and exists (
                    select 1 from pg_policy as policy
                    where policy.polrelid = table_.oid and policy.polname = 'tenant' and policy.polwithcheck is not null
                )
            )
        """,
    )
    assert found == []


@pytest.mark.feature("ARCH-01")
def test_every_key_of_a_tenant_table_leads_with_the_tenant(database: Database) -> None:
    found = _rows(
        database,
        f"""
        select key.conrelid::regclass::text, key.conname
        from pg_constraint as key
        inner join pg_class as table_ on table_.oid = key.conrelid
        inner join pg_attribute as tenant on tenant.attrelid = table_.oid and tenant.attname = 'tenant_id'
        where key.contype in ('p', 'u', 'f') and table_.relnamespace::regnamespace::text in {APPLICATION_SCHEMAS}
            and key.conkey[1] <> tenant.attnum
            and key.confrelid not in ('identity.accounts'::regclass, 'identity.tenants'::regclass)
        """,
    )
    assert found == []


@pytest.mark.feature("2.1.1")
def test_every_tenant_table_has_its_audit_columns(database: Database) -> None:
    found = _rows(
        database,
        f"""
        with tenant_tables as (
            select table_schema, table_name, array_agg(column_name::text) as names
            from information_schema.columns
            where table_schema in {APPLICATION_SCHEMAS}
            group by table_schema, table_name
            having 'tenant_id' = any(array_agg(column_name::text))
        )
        select table_schema || '.' || table_name from tenant_tables
        where table_schema <> 'kernel'
            and not (
                names @> array['id', 'created_at', 'created_by', 'row_xid']
                and (
                    names @> array['updated_at', 'updated_by', 'version']
                    or not names && array['updated_at', 'version']
                )
            )
        """,
    )
    assert found == []


@pytest.mark.feature("ARCH-01")
def test_the_application_owns_nothing_and_bypasses_nothing(database: Database) -> None:
    assert _rows(
        database, "select current_user::text, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
    ) == [("qooerp_app", False, False)]
    assert _rows(database, "select relname from pg_class where relowner = current_user::regrole") == []
    definers = _rows(
        database,
        f"""
        select table_.relname from pg_class as table_
        where table_.relkind in ('v', 'm') and table_.relnamespace::regnamespace::text in {APPLICATION_SCHEMAS}
        """,
    )
    assert definers == []


_ANY_DOCUMENT = "documents of any module, told apart by the type beside it; books point back and know none of them"
_EITHER_PARTY = "a customer or a supplier, told apart by the kind beside it; the services look it up"
_HOT = "a row of the books, a million a day: what posts it has looked every reference up, by company too"
_KEPT = "told of something that may be gone: a trail outlives what it tells of"
_ABOVE = "of a module above, which the declaration of the record looks up"
_CIRCULAR = "what it names leads back to it: the service that sets it has just read the other end"
UNCHECKED = {
    "finance.invoice_lines.delivery_line_id": _ANY_DOCUMENT,
    "finance.invoice_lines.order_line_id": _ANY_DOCUMENT,
    "finance.invoices.origin_id": _ANY_DOCUMENT,
    "finance.invoices.party_id": _EITHER_PARTY,
    "finance.payments.origin_id": _ANY_DOCUMENT,
    "finance.payments.party_id": _EITHER_PARTY,
    "finance.revaluations.item_id": _ANY_DOCUMENT,
    "finance.settlements.party_id": _EITHER_PARTY,
    "identity.erasures.account_id": _KEPT,
    "identity.erasures.subject_id": _KEPT,
    "identity.logins.user_id": _KEPT,
    "identity.users.unit_id": _ABOVE,
    "inventory.lot_links.origin_id": _ANY_DOCUMENT,
    "inventory.reservations.origin_id": _ANY_DOCUMENT,
    "inventory.reservations.origin_line_id": _ANY_DOCUMENT,
    "inventory.stock_moves.cost_centre_id": _HOT,
    "inventory.stock_moves.origin_id": _ANY_DOCUMENT,
    "inventory.stock_moves.origin_line_id": _ANY_DOCUMENT,
    "inventory.stock_moves.party_id": _EITHER_PARTY,
    "inventory.stock_moves.project_id": _HOT,
    "inventory.stock_moves.reverses_id": _HOT,
    "kernel.audit_log.row_id": _KEPT,
    "kernel.audit_log.trace_id": "no row: what a request is called",
    "kernel.audit_log.user_id": _KEPT,
    "kernel.idempotency_keys.user_id": _KEPT,
    "kernel.outbox.aggregate_id": _KEPT,
    "kernel.outbox.trace_id": "no row: what a request is called",
    "kernel.tombstones.row_id": _KEPT,
    "ledger.carried_balances.dimension_id": _ANY_DOCUMENT,
    "ledger.journal_entries.origin_id": _ANY_DOCUMENT,
    "ledger.journal_lines.company_id": _HOT,
    "ledger.journal_lines.cost_centre_id": _HOT,
    "ledger.journal_lines.item_id": _HOT,
    "ledger.journal_lines.party_id": _EITHER_PARTY,
    "ledger.journal_lines.project_id": _HOT,
    "ledger.journal_lines.tax_code_id": _HOT,
    "ledger.journal_lines.warehouse_id": _HOT,
    "organization.units.manager_employee_id": _CIRCULAR,
    "report.alert_breaches.firing_id": "no row: what the checks of one firing have in common",
    "report.deliveries.message_id": "no row: what a mail is called by those who receive it",
    "sales.deliveries.return_request_id": _CIRCULAR,
    "sales.quotations.order_id": _CIRCULAR,
    "scm.customers.price_list_id": _ABOVE,
    "scm.party_addresses.party_id": _EITHER_PARTY,
    "scm.party_contacts.party_id": _EITHER_PARTY,
    "watch.incident_events.finding_id": _KEPT,
}
"""Columns named as a reference that no foreign key holds, and why."""


@pytest.mark.feature("ARCH-01")
@pytest.mark.feature("2.1.12")
def test_whatever_is_named_as_a_reference_leads_to_a_row_of_the_tenant_or_says_why_not(database: Database) -> None:
    found = _rows(
        database,
        f"""
        select (named.attrelid::regclass::text || '.' || named.attname)
        from pg_attribute as named
        inner join pg_class as table_ on table_.oid = named.attrelid and table_.relkind in ('r', 'p')
        inner join pg_attribute as tenant on tenant.attrelid = table_.oid and tenant.attname = 'tenant_id'
        where table_.relnamespace::regnamespace::text in {APPLICATION_SCHEMAS}
            and not table_.relispartition
            and named.attname like '%\\_id' and named.attname <> 'tenant_id' and not named.attisdropped
            and not exists (
                select 1 from pg_constraint as key
                where key.conrelid = table_.oid and key.contype = 'f' and named.attnum = any (key.conkey)
            )
        order by 1
        """,
    )
    assert [row[0] for row in found] == sorted(UNCHECKED)
