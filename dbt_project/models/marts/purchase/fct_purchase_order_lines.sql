-- Grain: one row a purchase order line, drafts, rejected and cancelled orders included (see order_state).
-- Open quantities and commitments are of now: add them up over lines, never over days.
{{ config(
    unique_key=['tenant_id', 'order_id'],
    pre_hook="{{ forget_deleted('purchase.purchase_order_lines', 'order_line_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'order_id']},
        {'columns': ['tenant_id', 'order_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('order_id', [
    ['stg_erp__purchase_orders'],
    ['stg_erp__purchase_order_lines'],
    ['stg_erp__purchase_receipts'],
    ['stg_erp__purchase_receipt_lines'],
    ['stg_erp__invoices', ('invoice_id', 'stg_erp__invoice_lines'), ('order_line_id', 'stg_erp__purchase_order_lines')],
    ['stg_erp__ship_methods', ('ship_method_id', 'stg_erp__purchase_orders')],
]) }}

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        order_state,
        company_id,
        supplier_id,
        supplier_category_id,
        buyer_id,
        unit_id,
        warehouse_id,
        ordered_on,
        promised_on,
        currency_code,
        exchange_rate,
        freight_amount,
        freight_tax_amount,
        ship_method_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__purchase_orders') }}
    {{ if_touched('where', 'order_id') }}
),

order_lines as (
    select
        lines.tenant_id,
        lines.order_line_id,
        lines.order_id,
        lines.line_number,
        lines.item_id,
        lines.quantity,
        lines.stock_quantity,
        lines.net_amount,
        lines.tax_amount,
        lines.company_net_amount,
        lines.stated_received_quantity,
        lines.stated_rejected_quantity,
        lines.account_id,
        lines.cost_centre_id,
        coalesce(lines.promised_on, orders.promised_on) as promised_on,
        lines._batch_id
    from {{ ref('stg_erp__purchase_order_lines') }} as lines
    inner join orders on lines.tenant_id = orders.tenant_id and lines.order_id = orders.order_id
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

-- A free line still weighs a little, so that an order of free lines has somewhere to put its freight.
weighed_lines as (
    select
        order_lines.tenant_id,
        order_lines.order_id,
        order_lines.order_line_id,
        order_lines.line_number,
        orders.freight_amount * orders.exchange_rate as order_freight_amount,
        orders.freight_tax_amount * orders.exchange_rate as order_freight_tax_amount,
        companies.currency_code,
        greatest(abs(order_lines.net_amount), 0.0001) as weight_amount
    from order_lines
    inner join orders on order_lines.tenant_id = orders.tenant_id and order_lines.order_id = orders.order_id
    inner join companies on orders.tenant_id = companies.tenant_id and orders.company_id = companies.company_id
),

-- Freight is of the order: each line bears its part of it, and of its tax, by value, rounded as a running sum so that
-- no cent is lost.
-- Kept, like the other sums below: of rows just written the planner expects one, and would work them out anew for each.
freights as materialized (
    select
        tenant_id,
        order_line_id,
        {{ share_by_weight('order_freight_amount', 'currency_code') }} as freight_amount,
        {{ share_by_weight('order_freight_tax_amount', 'currency_code') }} as freight_tax_amount
    from weighed_lines
    window
        whole_order as (partition by tenant_id, order_id),
        up_to_line as (partition by tenant_id, order_id order by line_number, order_line_id)
),

receipts as (
    select
        receipts.tenant_id,
        receipts.receipt_id,
        receipts.receipt_kind,
        receipts.received_on,
        receipts._batch_id
    from {{ ref('stg_erp__purchase_receipts') }} as receipts
    inner join orders on receipts.tenant_id = orders.tenant_id and receipts.order_id = orders.order_id
    where receipts.receipt_state = 'posted'
),

receipt_lines as (
    select
        lines.tenant_id,
        lines.receipt_line_id,
        lines.order_line_id,
        lines.arrived_quantity,
        lines.accepted_quantity,
        lines.rejected_quantity,
        receipts.receipt_kind,
        receipts.received_on,
        greatest(lines._batch_id, receipts._batch_id) as _batch_id
    from {{ ref('stg_erp__purchase_receipt_lines') }} as lines
    inner join receipts on lines.tenant_id = receipts.tenant_id and lines.receipt_id = receipts.receipt_id
),

received_running as (
    select
        tenant_id,
        order_line_id,
        received_on,
        sum(accepted_quantity) over (
            partition by tenant_id, order_line_id
            order by received_on, receipt_line_id
        ) as running_quantity
    from receipt_lines
    where receipt_kind = 'receipt'
),

received_in_full as materialized (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        min(received_running.received_on) as received_in_full_on
    from order_lines
    inner join received_running
        on
            order_lines.tenant_id = received_running.tenant_id
            and order_lines.order_line_id = received_running.order_line_id
    where received_running.running_quantity >= order_lines.quantity
    group by order_lines.tenant_id, order_lines.order_line_id
),

received as (
    select
        tenant_id,
        order_line_id,
        coalesce(sum(accepted_quantity) filter (where receipt_kind = 'receipt'), 0) as received_quantity,
        coalesce(sum(accepted_quantity) filter (where receipt_kind = 'return'), 0) as returned_quantity,
        coalesce(sum(arrived_quantity) filter (where receipt_kind = 'receipt'), 0) as arrived_quantity,
        coalesce(sum(rejected_quantity) filter (where receipt_kind = 'receipt'), 0) as rejected_quantity,
        min(received_on) filter (where receipt_kind = 'receipt') as first_received_on,
        max(_batch_id) as _batch_id
    from receipt_lines
    group by tenant_id, order_line_id
),

invoiced as materialized (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        sum(
            case invoices.invoice_kind
                when 'purchase_invoice' then invoice_lines.company_net_amount
                else -invoice_lines.company_net_amount
            end
        ) filter (where invoices.invoice_state = 'posted') as invoiced_amount,
        sum(
            case invoices.invoice_kind
                when 'purchase_invoice' then invoice_lines.quantity
                else -invoice_lines.quantity
            end
        ) filter (where invoices.invoice_state = 'posted') as invoiced_quantity,
        max(greatest(invoice_lines._batch_id, invoices._batch_id)) as _batch_id
    from order_lines
    inner join {{ ref('stg_erp__invoice_lines') }} as invoice_lines
        on
            order_lines.tenant_id = invoice_lines.tenant_id
            and order_lines.order_line_id = invoice_lines.order_line_id
    inner join {{ ref('stg_erp__invoices') }} as invoices
        on invoice_lines.tenant_id = invoices.tenant_id and invoice_lines.invoice_id = invoices.invoice_id
    where invoices.invoice_kind in ('purchase_invoice', 'purchase_credit_note')
    group by order_lines.tenant_id, order_lines.order_line_id
),

-- How far an order has come: complete where every line has arrived or nothing more is expected.
progress as materialized (
    select
        order_lines.tenant_id,
        order_lines.order_id,
        bool_or(coalesce(received.arrived_quantity, 0) > 0) as has_arrived,
        bool_and(coalesce(received.received_quantity, 0) >= order_lines.quantity) as is_received
    from order_lines
    left join received
        on order_lines.tenant_id = received.tenant_id and order_lines.order_line_id = received.order_line_id
    group by order_lines.tenant_id, order_lines.order_id
),

ship_methods as (
    select
        tenant_id,
        ship_method_id,
        ship_method_name,
        _batch_id
    from {{ ref('stg_erp__ship_methods') }}
),

final as (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        orders.order_id,
        orders.order_number,
        order_lines.line_number,
        orders.order_state,
        case
            when orders.order_state in ('draft', 'waiting') then 'pending'
            when orders.order_state in ('rejected', 'cancelled') then orders.order_state
            when orders.order_state = 'closed' or progress.is_received then 'complete'
            when progress.has_arrived then 'partly received'
            else 'approved'
        end as purchase_status,
        ship_methods.ship_method_name as ship_method,
        orders.order_state in ('confirmed', 'closed') as is_confirmed,
        orders.order_state not in ('draft', 'cancelled') as is_placed,
        orders.company_id,
        companies.currency_code,
        orders.currency_code as document_currency_code,
        orders.supplier_id,
        orders.supplier_category_id as supplier_category_then_id,
        orders.buyer_id,
        orders.unit_id,
        orders.created_by,
        orders.warehouse_id,
        order_lines.item_id,
        order_lines.account_id,
        order_lines.cost_centre_id,
        orders.ordered_on,
        order_lines.promised_on,
        -- A budget is bound for the month in which the cost is expected.
        coalesce(order_lines.promised_on, orders.ordered_on) as expected_on,
        received.first_received_on,
        received_in_full.received_in_full_on,
        order_lines.stock_quantity as ordered_quantity,
        round(coalesce(received.received_quantity, 0) * order_lines.stock_quantity / order_lines.quantity, 6)
            as received_quantity,
        round(coalesce(received.returned_quantity, 0) * order_lines.stock_quantity / order_lines.quantity, 6)
            as returned_quantity,
        case
            when orders.order_state = 'confirmed'
                then round(
                    greatest(order_lines.quantity - coalesce(received.received_quantity, 0), 0)
                    * order_lines.stock_quantity / order_lines.quantity,
                    6
                )
            else 0
        end as open_quantity,
        -- What a former system says of the line, or else what its receipts say.
        coalesce(
            order_lines.stated_received_quantity,
            round(coalesce(received.arrived_quantity, 0) * order_lines.stock_quantity / order_lines.quantity, 6)
        ) as reported_received_quantity,
        coalesce(
            order_lines.stated_rejected_quantity,
            round(coalesce(received.rejected_quantity, 0) * order_lines.stock_quantity / order_lines.quantity, 6)
        ) as reported_rejected_quantity,
        order_lines.company_net_amount as net_amount,
        {{ rounded('order_lines.tax_amount * orders.exchange_rate', 'companies.currency_code') }}
        + freights.freight_tax_amount as tax_amount,
        freights.freight_amount,
        coalesce(invoiced.invoiced_amount, 0) as invoiced_amount,
        -- What a confirmed order still binds: the share of the line that no invoice has taken over.
        case
            when orders.order_state = 'confirmed'
                then {{ rounded(
                    'order_lines.company_net_amount'
                    ~ ' * greatest(order_lines.quantity - coalesce(invoiced.invoiced_quantity, 0), 0)'
                    ~ ' / order_lines.quantity',
                    'companies.currency_code'
                ) }}
            else 0
        end as committed_amount,
        order_lines.net_amount as document_net_amount,
        order_lines.tax_amount as document_tax_amount,
        coalesce(
            orders.order_state in ('confirmed', 'closed')
            and received_in_full.received_in_full_on <= order_lines.promised_on,
            false
        ) as is_on_time_in_full,
        greatest(
            order_lines._batch_id, orders._batch_id, received._batch_id, invoiced._batch_id, ship_methods._batch_id
        ) as _batch_id
    from order_lines
    inner join orders on order_lines.tenant_id = orders.tenant_id and order_lines.order_id = orders.order_id
    inner join companies on orders.tenant_id = companies.tenant_id and orders.company_id = companies.company_id
    inner join freights
        on order_lines.tenant_id = freights.tenant_id and order_lines.order_line_id = freights.order_line_id
    inner join progress
        on order_lines.tenant_id = progress.tenant_id and order_lines.order_id = progress.order_id
    left join ship_methods
        on orders.tenant_id = ship_methods.tenant_id and orders.ship_method_id = ship_methods.ship_method_id
    left join received
        on order_lines.tenant_id = received.tenant_id and order_lines.order_line_id = received.order_line_id
    left join received_in_full
        on
            order_lines.tenant_id = received_in_full.tenant_id
            and order_lines.order_line_id = received_in_full.order_line_id
    left join invoiced
        on order_lines.tenant_id = invoiced.tenant_id and order_lines.order_line_id = invoiced.order_line_id
)

select * from final
