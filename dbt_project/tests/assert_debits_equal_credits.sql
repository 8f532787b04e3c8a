-- Entries that are out of balance: none.
with

journal_lines as (
    select
        tenant_id,
        entry_id,
        amount,
        debit_amount,
        credit_amount
    from {{ ref('fct_journal_lines') }}
)

select
    tenant_id,
    entry_id,
    sum(amount) as difference
from journal_lines
group by tenant_id, entry_id
having sum(amount) <> 0 or sum(debit_amount) <> sum(credit_amount)
