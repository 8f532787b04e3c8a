-- Accounts and days on which the stock ledger differs from the general ledger: none, so they agree on any day.
with

accounts as (
    select
        tenant_id,
        account_id
    from {{ ref('dim_accounts') }}
    where is_inventory
),

stock_moves as (
    select
        tenant_id,
        account_id,
        moved_on as posted_on,
        value_amount as amount
    from {{ ref('fct_stock_moves') }}
),

ledger_lines as (
    select
        lines.tenant_id,
        lines.account_id,
        lines.posted_on,
        -lines.amount as amount
    from {{ ref('fct_journal_lines') }} as lines
    inner join accounts on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
),

both_sides as (
    select
        tenant_id,
        account_id,
        posted_on,
        amount
    from stock_moves
    union all
    select
        tenant_id,
        account_id,
        posted_on,
        amount
    from ledger_lines
)

select
    tenant_id,
    account_id,
    posted_on,
    sum(amount) as difference
from both_sides
group by tenant_id, account_id, posted_on
having sum(amount) <> 0
