-- Entries whose deliveries cost more or less in the stock ledger than in the cost of sales accounts: none.
-- An entry that also has a variance is left out: a return at standard cost takes back another cost than it brings in.
with

accounts as (
    select
        tenant_id,
        account_id,
        is_cost_of_sales,
        is_cost_of_sales or is_inventory as is_delivery_account
    from {{ ref('dim_accounts') }}
),

stock_costs as (
    select
        tenant_id,
        entry_id,
        sum(cost_of_sales_amount) as amount
    from {{ ref('fct_stock_moves') }}
    where document_type in ('delivery', 'sales_return')
    group by tenant_id, entry_id
),

ledger_costs as (
    select
        lines.tenant_id,
        lines.entry_id,
        coalesce(sum(lines.amount) filter (where accounts.is_cost_of_sales), 0) as amount
    from {{ ref('fct_journal_lines') }} as lines
    inner join accounts on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
    group by lines.tenant_id, lines.entry_id
    having bool_and(accounts.is_delivery_account)
)

select
    stock_costs.tenant_id,
    stock_costs.entry_id,
    stock_costs.amount - ledger_costs.amount as difference
from stock_costs
inner join ledger_costs
    on stock_costs.tenant_id = ledger_costs.tenant_id and stock_costs.entry_id = ledger_costs.entry_id
where stock_costs.amount <> ledger_costs.amount
