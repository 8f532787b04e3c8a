"""What a table needs beyond its columns: row security, grants, extraction marks, audit, immutability.

Statement triggers with transition tables keep the cost one statement per statement, not per row.
"""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from transactional.kernel.model import is_append_only, is_guard, is_reference
from transactional.kernel.search import SEARCH_WORDS, search_statements

_FUNCTION_SCHEMA = re.compile(r"^ function (\w+)\.")
APP, WAREHOUSE = "qooerp_app", "qooerp_warehouse"
TENANT = "(select nullif(current_setting('app.tenant_id', true), '')::uuid)"
UNTRACKED = frozenset({"kernel.audit_log", "kernel.tombstones", "kernel.idempotency_keys", "kernel.reference_marks"})
"""Tables that are themselves the track."""

FUNCTIONS = """
create or replace function kernel.refresh_row_xid() returns trigger language plpgsql as $$
begin
    new.row_xid := pg_current_xact_id();
    return new;
end $$;

create or replace function kernel.refuse_change() returns trigger language plpgsql as $$
begin
    -- Only the functions that erase get here with this set: nobody else has the right to update such a table at all.
    if tg_op = 'UPDATE' and tg_table_name not in ('journal_entries', 'journal_lines', 'stock_moves')
        and current_setting('app.erasing', true) = 'on' then
        return null;
    end if;
    raise exception 'rows of % are written once and never changed', tg_table_name using errcode = 'restrict_violation';
end $$;

create or replace function kernel.audit_insert() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, after, user_id, channel, trace_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id, 'insert', to_jsonb(new_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from new_rows;
    return null;
end $$;

create or replace function kernel.audit_update() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, before, after, user_id, channel, trace_id)
    select new_rows.tenant_id, tg_table_schema || '.' || tg_table_name, new_rows.id, 'update',
        to_jsonb(old_rows) - 'row_xid', to_jsonb(new_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from new_rows inner join old_rows on old_rows.tenant_id = new_rows.tenant_id and old_rows.id = new_rows.id;
    return null;
end $$;

create or replace function kernel.audit_delete() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, before, user_id, channel, trace_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id, 'delete', to_jsonb(old_rows) - 'row_xid',
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    from old_rows;
    return null;
end $$;

create or replace function kernel.note(noted_action text, noted_table text, noted_row uuid, facts jsonb) returns void
language sql security definer set search_path = pg_catalog as $$
    insert into kernel.audit_log (tenant_id, table_name, row_id, action, after, user_id, channel, trace_id)
    values (
        nullif(current_setting('app.tenant_id', true), '')::uuid, noted_table, noted_row, noted_action, facts,
        nullif(current_setting('app.user_id', true), '')::uuid, nullif(current_setting('app.channel', true), ''),
        nullif(current_setting('app.trace_id', true), '')
    )
$$;

create or replace function kernel.leave_tombstone() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.tombstones (tenant_id, table_name, row_id)
    select tenant_id, tg_table_schema || '.' || tg_table_name, id from old_rows;
    return null;
end $$;

create or replace function kernel.replace_texts(
    target regclass, tenant uuid, pattern text, replacement text, rows_only uuid[]
) returns bigint language plpgsql set search_path = pg_catalog as $$
declare
    changes text;
    conditions text;
    key text;
    changed bigint;
begin
    select
        string_agg(format('%1$I = %2$s', attname, made), ', ' order by attnum),
        string_agg(format('%1$I::text ~* $2', attname), ' or ' order by attnum)
    into changes, conditions
    from (
        select attname, attnum, case
            when typname = 'varchar' and atttypmod > 4
                then format('left(regexp_replace(%I, $2, $3, ''gi''), %s)', attname, atttypmod - 4)
            else format('regexp_replace(%I::text, $2, $3, ''gi'')::%s', attname, format_type(atttypid, atttypmod))
        end as made
        from pg_attribute
        inner join pg_type on pg_type.oid = atttypid
        where attrelid = target and attnum > 0 and not attisdropped and attgenerated = '' and attidentity = ''
            and typname in ('text', 'varchar', 'jsonb', '_text', '_varchar')
    ) as texts;
    select attname into key from pg_attribute
    where attrelid = target and attname in ('row_id', 'id') and not attisdropped order by attname desc limit 1;
    if changes is null or (rows_only is not null and key is null) then
        return 0;
    end if;
    -- Whoever has the row open has to read it again; copies elsewhere keep the version of their source.
    if (select count(*) from pg_attribute where attrelid = target and attname in ('version', 'row_xid')) = 2 then
        changes := changes || ', version = version + 1';
    end if;
    conditions := format('tenant_id = $1 and (%s)', conditions);
    if rows_only is not null then
        conditions := format('%s and %I = any($4)', conditions, key);
    end if;
    execute format('update %s set %s where %s', target, changes, conditions)
    using tenant, pattern, replacement, rows_only;
    get diagnostics changed = row_count;
    return changed;
end $$;

create or replace function kernel.erase_texts(
    target regclass, tenant uuid, pattern text, replacement text, rows_only uuid[]
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    changed := kernel.replace_texts(target, tenant, pattern, replacement, rows_only);
    perform set_config('app.erasing', '', true);
    return changed;
end $$;

create or replace function kernel.without_facts(told jsonb, rows text[], facts jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog as $$
declare
    is_own boolean := coalesce(jsonb_typeof(told) = 'object' and (told ->> 'id') = any(rows), false);
begin
    -- What was empty stays so: what replaces a value does not say that there was one.
    return case jsonb_typeof(told)
        when 'object' then (
            select coalesce(jsonb_object_agg(key, case
                when is_own and facts ? key and value <> 'null' then facts -> key
                else kernel.without_facts(value, rows, facts)
            end), '{}')
            from jsonb_each(told)
        )
        when 'array' then (
            select coalesce(jsonb_agg(kernel.without_facts(value, rows, facts) order by position), '[]')
            from jsonb_array_elements(told) with ordinality as elements (value, position)
        )
        else told
    end;
end $$;

create or replace function kernel.replace_facts(
    target regclass, tenant uuid, source text, rows text[], facts jsonb
) returns bigint language plpgsql set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    execute format(
        'update %s set before = kernel.without_facts(before, $3, $4), after = kernel.without_facts(after, $3, $4)'
        ' where tenant_id = $1 and table_name = $2 and row_id = any($3::uuid[])'
        ' and (before, after) is distinct from'
        ' (kernel.without_facts(before, $3, $4), kernel.without_facts(after, $3, $4))', target
    ) using tenant, source, rows, facts;
    get diagnostics changed = row_count;
    return changed;
end $$;

create or replace function kernel.erase_facts(
    tenant uuid, source text, rows text[], facts jsonb
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    changed := kernel.replace_facts('kernel.audit_log', tenant, source, rows, facts);
    perform set_config('app.erasing', '', true);
    return changed;
end $$;

create or replace function kernel.erase_answers(tenant uuid, rows text[], facts jsonb) returns bigint
language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true);
    update kernel.idempotency_keys set body = kernel.without_facts(body::jsonb, rows, facts)::text
    where tenant_id = tenant and body is json
        and body like any(select '%' || each || '%' from unnest(rows) as ids (each));
    get diagnostics changed = row_count;
    return changed;
end $$;

create or replace function kernel.move_mark() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
begin
    insert into kernel.reference_marks as marks (tenant_id, mark)
    values (nullif(current_setting('app.tenant_id', true), '')::uuid, 1)
    on conflict (tenant_id) do update set mark = marks.mark + 1;
    return null;
end $$;

create or replace function kernel.enter(
    tenant text, author text, channel text, trace text, plans text
) returns bigint
language plpgsql as $$
declare
    found_mark bigint;
begin
    perform set_config('app.tenant_id', tenant, true), set_config('app.user_id', author, true),
        set_config('app.channel', channel, true), set_config('app.trace_id', trace, true),
        set_config('plan_cache_mode', plans, true);
    select mark into found_mark from kernel.reference_marks where tenant_id = tenant::uuid;
    return coalesce(found_mark, 0);
end $$;

create or replace function ledger.refuse_imbalance() returns trigger language plpgsql security definer
set search_path = pg_catalog as $$
declare
    broken record;
begin
    -- Lines are never changed, so an entry is in balance when each statement that adds to it is: only new lines count.
    select new_rows.entry_id, sum(new_rows.amount) as difference into broken
    from new_rows
    group by new_rows.tenant_id, new_rows.entry_id
    having sum(new_rows.amount) <> 0
    limit 1;
    if found then
        raise exception 'journal entry % is out of balance by %', broken.entry_id, broken.difference
            using errcode = 'check_violation';
    end if;
    return null;
end $$;
"""

ERASING = (
    "kernel.erase_texts(regclass, uuid, text, text, uuid[])",
    "kernel.erase_facts(uuid, text, text[], jsonb)",
    "kernel.erase_answers(uuid, text[], jsonb)",
)
"""What changes rows that are written once: for the worker alone, which amends their seals with it."""


def for_the_worker(function: str) -> Iterator[str]:
    """The statements that leave a function to the worker's role alone."""
    yield f"revoke all on function {function} from public"
    yield f"grant execute on function {function} to {WAREHOUSE}"


def schema_statements(tables: Sequence[Table], schemas: Sequence[str]) -> Iterator[str]:
    """Every statement that makes these tables out of nothing, in order."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for schema in schemas:
        yield f"create schema if not exists {schema}"
        yield f"grant usage on schema {schema} to {APP}, {WAREHOUSE}"
    yield SEARCH_WORDS.strip().rstrip(";")
    for table in tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
    for body in FUNCTIONS.split("create or replace")[1:]:
        # A module's own functions come with the module.
        if _FUNCTION_SCHEMA.findall(body)[0] in schemas:
            yield f"create or replace{body.rstrip().rstrip(';')}"
    if "kernel" in schemas:
        for function in ERASING:
            yield from for_the_worker(function)
    yield from search_statements(schemas, tenant=TENANT, app=APP)
    for table in tables:
        yield from protect(table) if "tenant_id" in table.c else open_global(table)


def protect(table: Table) -> Iterator[str]:
    """The statements that put a tenant table under row security, grants and triggers."""
    name = table.fullname
    yield f"alter table {name} enable row level security"
    yield f"alter table {name} force row level security"
    yield f"create policy tenant on {name} using (tenant_id = {TENANT}) with check (tenant_id = {TENANT})"
    yield f"create policy warehouse on {name} for select to {WAREHOUSE} using (true)"
    yield f"grant select on {name} to {APP}, {WAREHOUSE}"
    yield from _grants(table)
    yield from _triggers(table)


def _grants(table: Table) -> Iterator[str]:
    if table.fullname in UNTRACKED - {"kernel.idempotency_keys"}:
        return
    verbs = "insert" if is_append_only(table) and table.fullname not in UNTRACKED else "insert, update, delete"
    yield f"grant {verbs} on {table.fullname} to {APP}"


def _triggers(table: Table) -> Iterator[str]:
    name = table.fullname
    if name in UNTRACKED:
        if name == "kernel.audit_log":
            yield _refusal(name)
        return
    if is_append_only(table):
        yield _refusal(name)
    elif not is_guard(table):
        yield (
            f"create trigger refresh_row_xid before update on {name}"
            " for each row execute function kernel.refresh_row_xid()"
        )
        yield _statement(name, "delete", "leave_tombstone", "old table as old_rows")
        if table.info.get("audited", True):
            yield _statement(name, "insert", "audit_insert", "new table as new_rows")
            yield _statement(name, "update", "audit_update", "old table as old_rows new table as new_rows")
            yield _statement(name, "delete", "audit_delete", "old table as old_rows")
    if is_reference(table):
        yield (
            f"create trigger move_mark after insert or update or delete on {name}"
            " for each statement execute function kernel.move_mark()"
        )
    if name == "ledger.journal_lines":
        yield (
            f"create trigger refuse_imbalance after insert on {name} referencing new table as new_rows"
            " for each statement execute function ledger.refuse_imbalance()"
        )


def _refusal(name: str) -> str:
    return (
        f"create trigger refuse_change before update or delete or truncate on {name}"
        " for each statement execute function kernel.refuse_change()"
    )


def _statement(name: str, action: str, function: str, transition: str) -> str:
    return (
        f"create trigger {function} after {action} on {name} referencing {transition}"
        f" for each statement execute function kernel.{function}()"
    )


WRITTEN_ONCE = frozenset({"identity.sign_in_attempts"})
READ_ONLY = frozenset({"organization.currencies"})
SWEPT = frozenset({"kernel.rate_buckets"})
"""Of the moment: what is old is deleted."""


def open_global(table: Table) -> Iterator[str]:
    """Grants on a table outside tenants: readable by the application, written only where its verbs need it."""
    name = table.fullname
    yield f"grant select on {name} to {APP}, {WAREHOUSE}"
    if name in READ_ONLY:
        return
    if name in WRITTEN_ONCE:
        yield f"grant insert on {name} to {APP}"
        yield _refusal(name)
    else:
        verbs = "insert, update, delete" if name in SWEPT else "insert, update"
        yield f"grant {verbs} on {name} to {APP}"
