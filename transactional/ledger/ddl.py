"""Functions of the database about the journal: places in a company's chain, and balances carried forward."""

from collections.abc import Iterator

from transactional.ledger.models import DIMENSIONS

CARRIED_ENTRIES_MAX = 5_000
"""After so many entries of a company their balances are carried: others are added up line by line by whoever asks."""

_PARTS = ",\n        ".join(f"('{name}', lines.{name})" for name in ("account_id", *DIMENSIONS))
_FUNCTIONS = (
    f"""
create or replace function ledger.carry_balances(company uuid) returns void language plpgsql as $$
declare
    author uuid := nullif(current_setting('app.user_id', true), '')::uuid;
    head record;
begin
    select chain_position, carried_position into head from ledger.ledger_heads where company_id = company;
    insert into ledger.carried_balances (
        tenant_id, id, company_id, account_id, dimension, dimension_id, month_on, amount, created_by
    )
    select
        lines.tenant_id, gen_random_uuid(), lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
        date_trunc('month', lines.posted_on)::date, sum(lines.amount), author
    from ledger.journal_entries as entries
    inner join ledger.journal_lines as lines
        on entries.tenant_id = lines.tenant_id and entries.id = lines.entry_id
    cross join lateral (values
        {_PARTS}
    ) as parts (dimension, dimension_id)
    where
        entries.company_id = company
        and entries.chain_position > head.carried_position
        and entries.chain_position <= head.chain_position
        and parts.dimension_id is not null
    group by
        lines.tenant_id, lines.company_id, lines.account_id, parts.dimension, parts.dimension_id,
        date_trunc('month', lines.posted_on)
    on conflict (tenant_id, account_id, dimension, month_on, dimension_id)
    do update set
        amount = carried_balances.amount + excluded.amount,
        updated_at = now(),
        updated_by = excluded.created_by,
        version = carried_balances.version + 1;
    update ledger.ledger_heads set carried_position = head.chain_position, version = version + 1, updated_at = now(),
        updated_by = author
    where company_id = company;
end $$
""",  # noqa: S608  # names of ours
    f"""
create or replace function ledger.place_entries(
    companies uuid[], series text[], contents text[]
) returns table (place integer, number bigint, chain_position bigint, previous_hash bytea, hash bytea)
language plpgsql as $$
#variable_conflict use_variable
declare
    head record;
    placed integer := 0;
begin
    -- Whoever posts holds the ends of the chains it adds to, in one order.
    for head in
        select heads.id, heads.company_id, heads.chain_position, heads.hash, heads.last_numbers,
            heads.carried_position
        from ledger.ledger_heads as heads
        where heads.company_id = any(companies)
        order by heads.company_id
        for update
    loop
        if head.chain_position - head.carried_position >= {CARRIED_ENTRIES_MAX} then
            perform ledger.carry_balances(head.company_id);
        end if;
        chain_position := head.chain_position;
        hash := head.hash;
        for nth in 1..cardinality(companies) loop
            continue when companies[nth] <> head.company_id;
            place := nth;
            number := coalesce((head.last_numbers ->> series[nth])::bigint, 0) + 1;
            head.last_numbers := head.last_numbers || jsonb_build_object(series[nth], number);
            chain_position := chain_position + 1;
            previous_hash := hash;
            -- The bytes of `transactional.ledger.chain.entry_hash`.
            hash := sha256(
                '\\x02'::bytea || hash || int8send(number) || int8send(chain_position) || decode(contents[nth], 'hex')
            );
            placed := placed + 1;
            return next;
        end loop;
        update ledger.ledger_heads as heads
        set chain_position = place_entries.chain_position, hash = place_entries.hash, last_numbers = head.last_numbers,
            version = heads.version + 1, updated_at = now(),
            updated_by = nullif(current_setting('app.user_id', true), '')::uuid
        where heads.id = head.id;
    end loop;
    if placed < cardinality(companies) then
        raise exception 'a company without a chart of accounts has no journal';
    end if;
end $$
""",  # noqa: S608  # a number of ours
)


def ledger_statements() -> Iterator[str]:
    """The statements that make the functions, after the tables."""
    for body in _FUNCTIONS:
        yield body.strip()
