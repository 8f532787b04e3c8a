-- Grain: one row a line of a posted supplier invoice or credit note; credit notes carry negative amounts,
-- and so do the mirror images of cancelled invoices.
{{ config(
    unique_key=['tenant_id', 'invoice_id'],
    indexes=[
        {'columns': ['tenant_id', 'invoice_id']},
        {'columns': ['tenant_id', 'invoice_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('invoice_id', [
    ['stg_erp__invoices'],
    ['stg_erp__purchase_orders', ('order_id', 'stg_erp__invoices', 'origin_id')],
    ['stg_erp__purchase_order_lines', ('order_line_id', 'stg_erp__invoice_lines')],
]) }}

invoices as (
    select
        tenant_id,
        invoice_id,
        invoice_number,
        external_number,
        invoice_kind,
        company_id,
        party_id,
        supplier_category_id,
        invoiced_on,
        currency_code,
        origin_id,
        corrects_id,
        invoice_state = 'cancelled' as is_cancelled,
        is_payment_blocked,
        created_by,
        _batch_id,
        case invoice_kind when 'purchase_credit_note' then -1 else 1 end as direction
    from {{ ref('stg_erp__invoices') }}
    where
        invoice_kind in ('purchase_invoice', 'purchase_credit_note')
        and invoice_state <> 'draft'
        {{ if_touched('and', 'invoice_id') }}
),

invoice_lines as (
    select
        tenant_id,
        invoice_line_id,
        invoice_id,
        line_number,
        item_id,
        account_id,
        quantity,
        net_amount,
        tax_amount,
        tax_code_id,
        company_net_amount,
        warehouse_id,
        cost_centre_id,
        project_id,
        order_line_id,
        delivery_line_id,
        _batch_id
    from {{ ref('stg_erp__invoice_lines') }}
),

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        supplier_category_id,
        buyer_id,
        unit_id,
        warehouse_id,
        _batch_id
    from {{ ref('stg_erp__purchase_orders') }}
),

order_lines as (
    select
        tenant_id,
        order_line_id,
        order_id,
        quantity,
        stock_quantity,
        company_net_amount,
        _batch_id
    from {{ ref('stg_erp__purchase_order_lines') }}
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
        invoice_lines.tenant_id,
        invoice_lines.invoice_line_id,
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.external_number,
        invoices.invoice_kind as document_type,
        invoice_lines.line_number,
        invoices.corrects_id as corrected_invoice_id,
        invoices.is_cancelled,
        invoices.company_id,
        companies.currency_code,
        invoices.currency_code as document_currency_code,
        invoices.party_id as supplier_id,
        coalesce(invoices.supplier_category_id, orders.supplier_category_id) as supplier_category_then_id,
        orders.buyer_id,
        orders.unit_id,
        invoices.created_by,
        coalesce(invoice_lines.warehouse_id, orders.warehouse_id) as warehouse_id,
        invoice_lines.item_id,
        invoice_lines.account_id,
        invoice_lines.tax_code_id,
        invoice_lines.cost_centre_id,
        invoice_lines.project_id,
        orders.order_id,
        orders.order_number,
        invoice_lines.order_line_id,
        invoice_lines.delivery_line_id as receipt_line_id,
        invoices.is_payment_blocked,
        invoices.invoiced_on,
        round(
            invoices.direction * invoice_lines.quantity
            * coalesce(order_lines.stock_quantity / nullif(order_lines.quantity, 0), 1),
            6
        ) as quantity,
        invoices.direction * invoice_lines.company_net_amount as net_amount,
        case invoices.direction when -1 then invoice_lines.company_net_amount else 0 end as credited_amount,
        case
            when order_lines.order_line_id is not null
                then invoices.direction * {{ rounded(
                    'order_lines.company_net_amount * invoice_lines.quantity / order_lines.quantity',
                    'companies.currency_code'
                ) }}
        end as ordered_amount,
        -- Positive where the supplier charged more than was ordered; nothing to compare without an order.
        case
            when order_lines.order_line_id is not null
                then invoices.direction * (
                    invoice_lines.company_net_amount
                    - {{ rounded(
                        'order_lines.company_net_amount * invoice_lines.quantity / order_lines.quantity',
                        'companies.currency_code'
                    ) }}
                )
            else 0
        end as price_variance_amount,
        invoice_lines.order_line_id is null as is_without_order,
        invoices.direction * invoice_lines.net_amount as document_net_amount,
        invoices.direction * invoice_lines.tax_amount as document_tax_amount,
        greatest(invoice_lines._batch_id, invoices._batch_id, orders._batch_id, order_lines._batch_id) as _batch_id
    from invoices
    inner join invoice_lines
        on invoices.tenant_id = invoice_lines.tenant_id and invoices.invoice_id = invoice_lines.invoice_id
    inner join companies on invoices.tenant_id = companies.tenant_id and invoices.company_id = companies.company_id
    left join orders on invoices.tenant_id = orders.tenant_id and invoices.origin_id = orders.order_id
    left join order_lines
        on
            invoice_lines.tenant_id = order_lines.tenant_id
            and invoice_lines.order_line_id = order_lines.order_line_id
)

select * from final
