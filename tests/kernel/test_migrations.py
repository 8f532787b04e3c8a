"""Migrating leads to one schema, however often it is done."""

import psycopg
import pytest

from runtime.roles import ensure_roles
from runtime.settings import Settings
from transactional.migrations.run import migrate

_SCHEMA = """
select 'column', table_schema, table_name, column_name, data_type, coalesce(column_default, ''), is_nullable
from information_schema.columns where table_schema not in ('pg_catalog', 'information_schema')
union all
select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '' from pg_constraint
union all
select 'index', schemaname, tablename, indexname, indexdef, '', '' from pg_indexes where schemaname <> 'pg_catalog'
union all
select 'policy', schemaname, tablename, policyname, coalesce(qual, ''), coalesce(with_check, ''), '' from pg_policies
union all
select 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '', ''
from pg_trigger where not tgisinternal
union all
select 'right', table_schema, table_name, grantee, privilege_type, '', ''
from information_schema.role_table_grants where table_schema not in ('pg_catalog', 'information_schema')
order by 1, 2, 3, 4, 5
"""


def schema_of(settings: Settings) -> list[tuple[object, ...]]:
    """Everything about a database's schema that a migration could change."""
    with psycopg.connect(settings.database_url("owner")) as connection:
        return connection.execute(_SCHEMA).fetchall()


@pytest.mark.feature("2.1.6")
def test_migrating_twice_changes_nothing(settings: Settings) -> None:
    ensure_roles(settings)
    before = schema_of(settings)
    assert len(before) > 1_000
    assert migrate(settings.database_url("owner")) == []
    assert schema_of(settings) == before


@pytest.mark.feature("2.1.6")
def test_an_emptied_database_is_migrated_to_the_same_schema(settings: Settings) -> None:
    ensure_roles(settings)
    before = schema_of(settings)
    with psycopg.connect(settings.database_url("owner")) as connection:
        schemas = connection.execute(
            "select nspname from pg_namespace where nspowner = 'qooerp_owner'::regrole and nspname <> 'public'"
        ).fetchall()
        for (name,) in schemas:
            connection.execute(f"drop schema {name} cascade".encode())
    assert migrate(settings.database_url("owner")) == ["0001"]
    assert schema_of(settings) == before
