-- Grain: one row a change of what is open on a part of an invoice or credit note of customers.
-- Summed up to a day, amount is what was open on that day: it equals the receivable control account.
{{ config(
    unique_key=['tenant_id', 'invoice_id'],
    indexes=[
        {'columns': ['tenant_id', 'invoice_id']},
        {'columns': ['tenant_id', 'receivable_movement_key'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('invoice_id', [
    ['stg_erp__invoices'],
    ['stg_erp__settlements'],
    ['stg_erp__settlements', ('credit_note_id', 'stg_erp__invoices', 'invoice_id')],
    ['stg_erp__sales_orders', ('order_id', 'stg_erp__invoices', 'origin_id')],
]) }}

invoices as (
    select
        tenant_id,
        invoice_id,
        invoice_number,
        invoice_kind,
        company_id,
        party_id,
        invoiced_on,
        currency_code,
        company_total_amount,
        journal_entry_id,
        origin_id,
        salesperson_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__invoices') }}
    where
        invoice_kind in ('sales_invoice', 'sales_credit_note')
        and invoice_state <> 'draft'
        {{ if_touched('and', 'invoice_id') }}
),

{{ open_item_movements('sales_invoice') }},

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        customer_category_id,
        region_id,
        salesperson_id,
        unit_id,
        _batch_id
    from {{ ref('stg_erp__sales_orders') }}
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

final as (
    select
        moved.tenant_id,
        moved.invoice_id || '/' || moved.part_number || coalesce('/' || moved.settlement_id, '')
            as receivable_movement_key,
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.invoice_kind as document_type,
        moved.part_number,
        moved.movement_kind,
        moved.settlement_id,
        moved.payment_id,
        invoices.company_id,
        companies.currency_code,
        invoices.currency_code as document_currency_code,
        invoices.party_id as customer_id,
        orders.customer_category_id as customer_category_then_id,
        orders.region_id,
        coalesce(invoices.salesperson_id, orders.salesperson_id) as salesperson_id,
        orders.unit_id,
        invoices.created_by,
        orders.order_id,
        orders.order_number,
        invoices.invoiced_on,
        moved.due_on,
        moved.posted_on,
        moved.amount,
        case when moved.movement_kind = 'opened' then moved.amount else 0 end as billed_amount,
        case when moved.movement_kind = 'payment' then -moved.amount else 0 end as paid_amount,
        case when moved.movement_kind = 'write_off' then -moved.amount else 0 end as written_off_amount,
        -- Amount times days from invoice to payment: divided by paid_amount it is the mean time to pay.
        case
            when moved.movement_kind = 'payment' then -moved.amount * (moved.posted_on - invoices.invoiced_on)
            else 0
        end as paid_amount_days,
        greatest(invoices._batch_id, orders._batch_id, moved._batch_id) as _batch_id
    from moved
    inner join invoices on moved.tenant_id = invoices.tenant_id and moved.invoice_id = invoices.invoice_id
    inner join companies on invoices.tenant_id = companies.tenant_id and invoices.company_id = companies.company_id
    left join orders on invoices.tenant_id = orders.tenant_id and invoices.origin_id = orders.order_id
)

select * from final
