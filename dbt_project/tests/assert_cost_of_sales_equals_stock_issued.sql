-- Entries whose deliveries cost more or less in the stock ledger than in the cost of sales accounts: none.
with

accounts as (
    select
        tenant_id,
        account_id
    from {{ ref('dim_accounts') }}
    where is_cost_of_sales
),

stock_costs as (
    select
        tenant_id,
        entry_id,
        sum(cost_of_sales_amount) as amount
    from {{ ref('fct_stock_moves') }}
    where document_type in ('delivery', 'sales_return') and entry_id is not null
    group by tenant_id, entry_id
),

ledger_costs as (
    select
        lines.tenant_id,
        lines.entry_id,
        sum(lines.amount) as amount
    from {{ ref('fct_journal_lines') }} as lines
    inner join accounts on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
    group by lines.tenant_id, lines.entry_id
)

select
    stock_costs.tenant_id,
    stock_costs.entry_id,
    stock_costs.amount - coalesce(ledger_costs.amount, 0) as difference
from stock_costs
left join ledger_costs
    on stock_costs.tenant_id = ledger_costs.tenant_id and stock_costs.entry_id = ledger_costs.entry_id
where stock_costs.amount <> coalesce(ledger_costs.amount, 0)
