"""The catalogue of the migrated database: no tenant table without its guards."""

import pytest
from sqlalchemy import text

from transactional.kernel.session import Database
from transactional.registry import SCHEMAS

APPLICATION_SCHEMAS = "(" + ", ".join(f"'{schema}'" for schema in SCHEMAS) + ")"


def _rows(database: Database, statement: str) -> list[tuple[object, ...]]:
    with database.outside_tenants() as session:
        return [tuple(row) for row in session.execute(text(statement))]


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
