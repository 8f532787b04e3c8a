"""Analysts see their own tenant's rows of the marts, by the login they came with and by nothing they can set.

A table is readable only once its policy stands: grant and policy are made in one transaction, so that a table that a
build has just replaced is closed for a moment, never open.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from runtime.roles import ANALYSTS

_CLOSED_AT_FIRST = "alter default privileges in schema marts revoke select on tables from {analysts}"
_TENANT_OF_LOGIN = """
create or replace function marts.analyst_tenant() returns uuid language sql stable security definer
set search_path = pg_catalog as
$$ select id from raw.tenants where 'analyst_' || replace(slug, '-', '_') = session_user $$;
revoke execute on function marts.analyst_tenant() from public;
grant execute on function marts.analyst_tenant() to {analysts};
"""
WITHHELD = frozenset(
    {
        "fct_employee_assignment_changes",
        "fct_employee_assignments",
        "fct_employee_pays",
        "fct_employee_records",
        "fct_employments",
        "fct_logins",
        "fct_offers",
        "fct_projects",
        "fct_request_latencies",
        "fct_sales_assignments",
        "fct_sales_quotas",
        "fct_supplier_items",
    }
)
"""Marts that no analyst reads row by row: those that the API refuses the role of that name, as a test holds them."""
_WITHHOLD = """
alter table {table} enable row level security;
drop policy if exists analysts on {table};
create policy analysts on {table} for select to {analysts} using (false);
revoke select on {table} from {analysts};
"""
_OPEN = """
alter table {table} enable row level security;
drop policy if exists analysts on {table};
create policy analysts on {table} for select to {analysts} using (tenant_id = (select marts.analyst_tenant()));
grant select on {table} to {analysts};
"""


def close_new_marts(connection: psycopg.Connection) -> None:
    """From now on a table made in the marts can be read by no analyst until its policy stands."""
    connection.execute(sql.SQL(_CLOSED_AT_FIRST).format(analysts=sql.Identifier(ANALYSTS)))


def ensure_mart_policies(connection: psycopg.Connection) -> list[str]:
    """The marts that got their policy now: open to analysts, each for its own tenant's rows, or withheld.

    A table without a tenant stays closed; those that an earlier version opened and this one withholds are closed.
    """
    analysts = sql.Identifier(ANALYSTS)
    with connection.transaction():
        connection.execute(sql.SQL(_TENANT_OF_LOGIN).format(analysts=analysts))
        closed = [name for (name,) in connection.execute(_TABLES_WITHOUT, {"withheld": sorted(WITHHELD)})]
        for name in closed:
            policy = _WITHHOLD if name in WITHHELD else _OPEN
            connection.execute(sql.SQL(policy).format(table=sql.Identifier("marts", name), analysts=analysts))
    return closed


_TABLES_WITHOUT = """
select tables.relname from pg_class as tables
where tables.relnamespace = 'marts'::regnamespace and tables.relkind in ('r', 'p')
    and exists (
        select from pg_attribute as columns
        where columns.attrelid = tables.oid and columns.attname = 'tenant_id' and not columns.attisdropped
    )
    and not exists (
        select from pg_policy as policies
        where policies.polrelid = tables.oid
            and (tables.relname <> all(%(withheld)s) or pg_get_expr(policies.polqual, policies.polrelid) = 'false')
    )
order by tables.relname
"""
