-- Invoices whose lines differ from what they posted to the revenue and sales return accounts: none.
-- An invoice with a line on an account of its own choosing is left out: it may post elsewhere.
with

accounts as (
    select
        tenant_id,
        account_id
    from {{ ref('dim_accounts') }}
    where is_revenue
),

invoice_sums as (
    select
        tenant_id,
        invoice_id,
        sum(net_amount) as amount
    from {{ ref('fct_sales_invoice_lines') }}
    group by tenant_id, invoice_id
    having count(*) filter (where item_id is null) = 0
),

ledger_sums as (
    select
        lines.tenant_id,
        lines.document_id as invoice_id,
        sum(lines.profit_amount) as amount
    from {{ ref('fct_journal_lines') }} as lines
    inner join accounts on lines.tenant_id = accounts.tenant_id and lines.account_id = accounts.account_id
    group by lines.tenant_id, lines.document_id
)

select
    invoice_sums.tenant_id,
    invoice_sums.invoice_id,
    invoice_sums.amount - coalesce(ledger_sums.amount, 0) as difference
from invoice_sums
left join ledger_sums
    on invoice_sums.tenant_id = ledger_sums.tenant_id and invoice_sums.invoice_id = ledger_sums.invoice_id
where invoice_sums.amount <> coalesce(ledger_sums.amount, 0)
