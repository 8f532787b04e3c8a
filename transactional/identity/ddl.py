"""Functions of the database about persons; the worker's role alone may call them."""

from collections.abc import Iterator

from transactional.kernel.ddl import for_the_worker

_FUNCTIONS = {
    "identity.erase_sign_ins(uuid, uuid, uuid, text)": """
create or replace function identity.erase_sign_ins(
    tenant uuid, person uuid, account uuid, replacement text
) returns bigint language plpgsql security definer set search_path = pg_catalog as $$
declare
    changed bigint;
    more bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true), set_config('app.erasing', 'on', true);
    update identity.logins set username = replacement, address = null, agent = null, country = null
    where user_id = person and username <> replacement;
    get diagnostics changed = row_count;
    update identity.sign_in_attempts set username = replacement, address = null, agent = null
    where account_id = account and username <> replacement;
    get diagnostics more = row_count;
    perform set_config('app.erasing', '', true);
    return changed + more;
end $$
""",
    "identity.settle_erasure(uuid, uuid, text, jsonb)": """
create or replace function identity.settle_erasure(
    tenant uuid, erasure uuid, reached text, found_places jsonb
) returns void language plpgsql security definer set search_path = pg_catalog as $$
begin
    perform set_config('app.tenant_id', tenant::text, true);
    update identity.erasures set state = reached, places = places || found_places, version = version + 1,
        replaced_at = coalesce(replaced_at, now()), done_at = case when reached = 'done' then now() end,
        texts = case when reached = 'done' then '[]' else texts end,
        own_texts = case when reached = 'done' then '[]' else own_texts end
    where id = erasure;
end $$
""",
}


def identity_statements() -> Iterator[str]:
    """The statements that make the functions, after the tables."""
    for name, body in _FUNCTIONS.items():
        yield body.strip()
        yield from for_the_worker(name)
