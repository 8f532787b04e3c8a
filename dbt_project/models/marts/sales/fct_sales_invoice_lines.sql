-- Grain: one row a line of a posted sales invoice or credit note, and one a later correction of its cost.
-- A line on an account of its own is no sale of goods or services: a fixed asset was sold, which is no revenue.
-- Credit notes carry negative amounts, and so do the mirror images of cancelled invoices; a correction carries cost
-- alone, on the day it was posted.
{{ config(
    unique_key=['tenant_id', 'invoice_id'],
    indexes=[
        {'columns': ['tenant_id', 'invoice_id']},
        {'columns': ['tenant_id', 'sales_invoice_line_key'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('invoice_id', [
    ['stg_erp__invoices'],
    ['stg_erp__sales_orders', ('order_id', 'stg_erp__invoices', 'origin_id')],
    ['int_delivery_costs_corrected'],
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
        exchange_rate,
        origin_id,
        corrects_id,
        invoice_state = 'cancelled' as is_cancelled,
        salesperson_id,
        created_by,
        created_at,
        _batch_id,
        case invoice_kind when 'sales_credit_note' then -1 else 1 end as direction
    from {{ ref('stg_erp__invoices') }}
    where
        invoice_kind in ('sales_invoice', 'sales_credit_note')
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
        measure_unit_id,
        quantity,
        discount_amount,
        net_amount,
        tax_amount,
        tax_code_id,
        company_net_amount,
        company_cost_amount,
        warehouse_id,
        cost_centre_id,
        project_id,
        order_line_id,
        delivery_line_id,
        _batch_id
    from {{ ref('stg_erp__invoice_lines') }}
    where account_id is null
),

order_lines as (
    select
        tenant_id,
        order_line_id,
        quantity,
        stock_quantity
    from {{ ref('stg_erp__sales_order_lines') }}
),

item_units as (
    select
        tenant_id,
        item_id,
        measure_unit_id,
        numerator,
        denominator
    from {{ ref('stg_erp__item_units') }}
),

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        customer_category_id,
        region_id,
        salesperson_id,
        unit_id,
        warehouse_id,
        channel,
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

categories_then as (
    select
        tenant_id,
        customer_id,
        customer_category_id,
        known_from,
        known_to
    from {{ ref('int_customers_versioned') }}
),

cost_corrections as (
    select
        tenant_id,
        move_id,
        invoice_line_id,
        corrected_on,
        cost_amount,
        _batch_id
    from {{ ref('int_delivery_costs_corrected') }}
),

documents as (
    select
        invoices.tenant_id,
        invoices.invoice_id,
        invoices.invoice_number,
        invoices.invoice_kind as document_type,
        invoices.direction,
        invoices.corrects_id as corrected_invoice_id,
        invoices.is_cancelled,
        invoices.invoiced_on,
        invoices.company_id,
        companies.currency_code,
        invoices.currency_code as document_currency_code,
        invoices.exchange_rate,
        invoices.party_id as customer_id,
        orders.order_id,
        orders.order_number,
        orders.region_id,
        orders.unit_id,
        orders.channel,
        orders.warehouse_id,
        coalesce(invoices.salesperson_id, orders.salesperson_id) as salesperson_id,
        -- An invoice without an order takes the category its customer had when it was written.
        coalesce(orders.customer_category_id, categories_then.customer_category_id) as customer_category_then_id,
        invoices.created_by,
        greatest(invoices._batch_id, orders._batch_id) as _batch_id
    from invoices
    inner join companies on invoices.tenant_id = companies.tenant_id and invoices.company_id = companies.company_id
    left join orders on invoices.tenant_id = orders.tenant_id and invoices.origin_id = orders.order_id
    left join categories_then
        on
            orders.order_id is null
            and invoices.tenant_id = categories_then.tenant_id
            and invoices.party_id = categories_then.customer_id
            and invoices.created_at >= categories_then.known_from
            and invoices.created_at < categories_then.known_to
),

described_lines as (
    select
        documents.tenant_id,
        documents.invoice_id,
        documents.invoice_number,
        documents.document_type,
        documents.corrected_invoice_id,
        documents.is_cancelled,
        documents.invoiced_on,
        documents.company_id,
        documents.currency_code,
        documents.document_currency_code,
        documents.customer_id,
        documents.customer_category_then_id,
        documents.order_id,
        documents.order_number,
        documents.region_id,
        documents.unit_id,
        documents.channel,
        documents.salesperson_id,
        documents.created_by,
        documents.direction,
        documents.exchange_rate,
        coalesce(invoice_lines.warehouse_id, documents.warehouse_id) as warehouse_id,
        invoice_lines.invoice_line_id,
        invoice_lines.line_number,
        invoice_lines.item_id,
        invoice_lines.tax_code_id,
        invoice_lines.cost_centre_id,
        invoice_lines.project_id,
        invoice_lines.order_line_id,
        invoice_lines.delivery_line_id,
        round(case
            when order_lines.quantity > 0
                then invoice_lines.quantity * order_lines.stock_quantity / order_lines.quantity
            else invoice_lines.quantity * coalesce(item_units.numerator, 1) / coalesce(item_units.denominator, 1)
        end, 6) as stock_quantity,
        invoice_lines.discount_amount,
        invoice_lines.net_amount,
        invoice_lines.tax_amount,
        invoice_lines.company_net_amount,
        invoice_lines.company_cost_amount,
        greatest(documents._batch_id, invoice_lines._batch_id) as _batch_id
    from documents
    inner join invoice_lines
        on documents.tenant_id = invoice_lines.tenant_id and documents.invoice_id = invoice_lines.invoice_id
    left join order_lines
        on
            invoice_lines.tenant_id = order_lines.tenant_id
            and invoice_lines.order_line_id = order_lines.order_line_id
    left join item_units
        on
            invoice_lines.tenant_id = item_units.tenant_id
            and invoice_lines.item_id = item_units.item_id
            and invoice_lines.measure_unit_id = item_units.measure_unit_id
),

amounts as (
    select
        tenant_id,
        cast(invoice_line_id as text) as sales_invoice_line_key,
        'line' as row_kind,
        invoice_line_id,
        invoiced_on as posted_on,
        direction * stock_quantity as quantity,
        direction * company_net_amount as net_amount,
        direction * {{ rounded('discount_amount * exchange_rate', 'currency_code') }} as discount_amount,
        direction * net_amount as document_net_amount,
        direction * tax_amount as document_tax_amount,
        direction * company_cost_amount as cost_amount,
        _batch_id
    from described_lines

    union all

    select
        cost_corrections.tenant_id,
        described_lines.invoice_line_id || '/' || cost_corrections.move_id as sales_invoice_line_key,
        'cost_correction' as row_kind,
        described_lines.invoice_line_id,
        cost_corrections.corrected_on as posted_on,
        0 as quantity,
        0 as net_amount,
        0 as discount_amount,
        0 as document_net_amount,
        0 as document_tax_amount,
        cost_corrections.cost_amount,
        greatest(described_lines._batch_id, cost_corrections._batch_id) as _batch_id
    from cost_corrections
    inner join described_lines
        on
            cost_corrections.tenant_id = described_lines.tenant_id
            and cost_corrections.invoice_line_id = described_lines.invoice_line_id
),

final as (
    select
        amounts.tenant_id,
        amounts.sales_invoice_line_key,
        amounts.row_kind,
        amounts.invoice_line_id,
        described_lines.invoice_id,
        described_lines.invoice_number,
        described_lines.document_type,
        described_lines.line_number,
        described_lines.corrected_invoice_id,
        described_lines.is_cancelled,
        described_lines.company_id,
        described_lines.currency_code,
        described_lines.document_currency_code,
        described_lines.customer_id,
        described_lines.customer_category_then_id,
        described_lines.region_id,
        described_lines.salesperson_id,
        described_lines.unit_id,
        described_lines.created_by,
        described_lines.warehouse_id,
        described_lines.item_id,
        described_lines.tax_code_id,
        described_lines.cost_centre_id,
        described_lines.project_id,
        described_lines.order_id,
        described_lines.order_number,
        described_lines.order_line_id,
        described_lines.delivery_line_id,
        described_lines.channel,
        amounts.posted_on as invoiced_on,
        amounts.quantity,
        amounts.net_amount,
        amounts.discount_amount,
        amounts.net_amount + amounts.discount_amount as gross_amount,
        case when described_lines.direction = -1 then -amounts.net_amount else 0 end as credited_amount,
        amounts.cost_amount,
        amounts.document_net_amount,
        amounts.document_tax_amount,
        amounts._batch_id
    from amounts
    inner join described_lines
        on amounts.tenant_id = described_lines.tenant_id and amounts.invoice_line_id = described_lines.invoice_line_id
)

select * from final
