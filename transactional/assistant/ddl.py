"""The function of the database that keeps vectors of items; the worker's role alone may call it."""

from collections.abc import Iterator

from transactional.kernel.ddl import for_the_worker

_KEEP_ITEM_VECTORS = """
create or replace function assistant.keep_item_vectors(
    tenant uuid, model text, given_items uuid[], hashes text[], vectors text[]
) returns bigint language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    kept bigint;
begin
    perform set_config('app.tenant_id', tenant::text, true);
    -- An item may be gone since it was landed.
    insert into assistant.item_vectors (tenant_id, id, item_id, words_hash, embedding_name, embedding)
    select items.tenant_id, gen_random_uuid(), items.id, given.hash, model, given.embedding::vector
    from unnest(given_items, hashes, vectors) as given (item_id, hash, embedding)
    inner join catalog.items on items.tenant_id = tenant and items.id = given.item_id
    order by items.id
    on conflict (tenant_id, item_id) do update set words_hash = excluded.words_hash,
        embedding_name = excluded.embedding_name, embedding = excluded.embedding, updated_at = now(),
        version = item_vectors.version + 1;
    get diagnostics kept = row_count;
    return kept;
end $$
"""


def assistant_statements() -> Iterator[str]:
    """The statements that make the function, after the tables."""
    yield _KEEP_ITEM_VECTORS.strip()
    yield from for_the_worker("assistant.keep_item_vectors(uuid, text, uuid[], text[], text[])")
