-- Days on which the payable movements differ from the payable control accounts: none, so both agree on any day.
with

movements as (
    select
        tenant_id,
        company_id,
        posted_on,
        amount
    from {{ ref('fct_payable_movements') }}
),

accounts as (
    select
        tenant_id,
        account_id
    from {{ ref('dim_accounts') }}
    where is_payable
),

ledger_lines as (
    select
        lines.tenant_id,
        lines.company_id,
        lines.posted_on,
        lines.amount
    from {{ ref('fct_journal_lines') }} as lines
    inner join accounts on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
),

both_sides as (
    select
        tenant_id,
        company_id,
        posted_on,
        amount
    from movements
    union all
    select
        tenant_id,
        company_id,
        posted_on,
        amount
    from ledger_lines
)

select
    tenant_id,
    company_id,
    posted_on,
    sum(amount) as difference
from both_sides
group by tenant_id, company_id, posted_on
having sum(amount) <> 0
