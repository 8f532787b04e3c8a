-- Grain: one row a line of goods that arrived from a supplier or went back; what goes back carries negative values,
-- and the mirror images of what was cancelled those of the other sign.
{{ config(
    unique_key=['tenant_id', 'receipt_id'],
    pre_hook="{{ forget_deleted('purchase.purchase_receipt_lines', 'receipt_line_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'receipt_id']},
        {'columns': ['tenant_id', 'receipt_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('receipt_id', [
    ['stg_erp__purchase_receipts'],
    ['stg_erp__purchase_receipt_lines'],
    ['stg_erp__purchase_orders', ('order_id', 'stg_erp__purchase_receipts')],
    ['stg_erp__purchase_order_lines', ('order_line_id', 'stg_erp__purchase_receipt_lines')],
]) }}

receipts as (
    select
        tenant_id,
        receipt_id,
        receipt_number,
        receipt_kind,
        receipt_state,
        company_id,
        order_id,
        supplier_id,
        warehouse_id,
        received_on,
        created_by,
        _batch_id,
        case receipt_kind when 'return' then -1 else 1 end as direction
    from {{ ref('stg_erp__purchase_receipts') }}
    {{ if_touched('where', 'receipt_id') }}
),

receipt_lines as (
    select
        tenant_id,
        receipt_line_id,
        receipt_id,
        order_line_id,
        item_id,
        location_id,
        arrived_quantity,
        accepted_quantity,
        rejected_quantity,
        quarantined_quantity,
        stock_quantity,
        value_amount,
        reject_reason,
        returned_line_id,
        _batch_id
    from {{ ref('stg_erp__purchase_receipt_lines') }}
),

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        supplier_category_id,
        buyer_id,
        unit_id,
        ordered_on,
        promised_on,
        _batch_id
    from {{ ref('stg_erp__purchase_orders') }}
),

order_lines as (
    select
        tenant_id,
        order_line_id,
        promised_on,
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

joined as (
    select
        receipt_lines.tenant_id,
        receipt_lines.receipt_line_id,
        receipts.receipt_id,
        receipts.receipt_number,
        receipts.receipt_kind,
        receipts.receipt_state,
        receipts.direction,
        receipts.company_id,
        companies.currency_code,
        receipts.supplier_id,
        orders.supplier_category_id as supplier_category_then_id,
        orders.buyer_id,
        orders.unit_id,
        receipts.created_by,
        receipts.warehouse_id,
        receipt_lines.location_id,
        receipt_lines.item_id,
        receipts.order_id,
        orders.order_number,
        receipt_lines.order_line_id,
        receipt_lines.returned_line_id,
        receipt_lines.reject_reason,
        receipts.received_on,
        orders.ordered_on,
        coalesce(order_lines.promised_on, orders.promised_on) as promised_on,
        receipt_lines.arrived_quantity,
        receipt_lines.accepted_quantity,
        receipt_lines.rejected_quantity,
        receipt_lines.quarantined_quantity,
        receipt_lines.value_amount,
        order_lines.stock_quantity / order_lines.quantity as stock_units,
        order_lines.company_net_amount / order_lines.quantity as unit_amount,
        greatest(receipt_lines._batch_id, receipts._batch_id, orders._batch_id, order_lines._batch_id) as _batch_id
    from receipts
    inner join receipt_lines
        on receipts.tenant_id = receipt_lines.tenant_id and receipts.receipt_id = receipt_lines.receipt_id
    inner join companies on receipts.tenant_id = companies.tenant_id and receipts.company_id = companies.company_id
    inner join orders on receipts.tenant_id = orders.tenant_id and receipts.order_id = orders.order_id
    inner join order_lines
        on
            receipt_lines.tenant_id = order_lines.tenant_id
            and receipt_lines.order_line_id = order_lines.order_line_id
),

final as (
    select
        tenant_id,
        receipt_line_id,
        receipt_id,
        receipt_number,
        case receipt_kind when 'return' then 'purchase_return' else 'purchase_receipt' end as document_type,
        receipt_state,
        company_id,
        currency_code,
        supplier_id,
        supplier_category_then_id,
        buyer_id,
        unit_id,
        created_by,
        warehouse_id,
        location_id,
        item_id,
        order_id,
        order_number,
        order_line_id,
        returned_line_id,
        reject_reason,
        received_on,
        ordered_on,
        promised_on,
        case receipt_kind when 'receipt' then round(arrived_quantity * stock_units, 6) else 0 end as arrived_quantity,
        case receipt_kind when 'receipt' then round(rejected_quantity * stock_units, 6) else 0 end
            as rejected_quantity,
        case receipt_kind when 'receipt' then round(quarantined_quantity * stock_units, 6) else 0 end
            as quarantined_quantity,
        round(direction * accepted_quantity * stock_units, 6) as accepted_quantity,
        direction * value_amount as value_amount,
        case receipt_kind
            when 'receipt' then {{ rounded('rejected_quantity * unit_amount', 'currency_code') }}
            else 0
        end as rejected_amount,
        case
            when receipt_kind = 'receipt' and receipt_state = 'posted' then received_on - ordered_on
        end as lead_time_days,
        coalesce(receipt_kind = 'receipt' and receipt_state = 'posted' and received_on > promised_on, false) as is_late,
        _batch_id
    from joined
)

select * from final
