-- Grain: one row a delivery line, goods handed over and goods taken back alike; returns carry negative quantities,
-- and mirror images of what was cancelled those of the other sign.
-- Cost is that of the day of posting; later corrections stand in fct_stock_moves and in the ledger.
{{ config(
    unique_key=['tenant_id', 'delivery_id'],
    indexes=[
        {'columns': ['tenant_id', 'delivery_id']},
        {'columns': ['tenant_id', 'delivery_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('delivery_id', [
    ['stg_erp__deliveries'],
    ['stg_erp__sales_orders', ('order_id', 'stg_erp__deliveries')],
    ['stg_erp__sales_order_lines', ('order_line_id', 'stg_erp__delivery_lines')],
]) }}

deliveries as (
    select
        tenant_id,
        delivery_id,
        delivery_number,
        delivery_kind,
        company_id,
        order_id,
        customer_id,
        warehouse_id,
        delivered_on,
        created_by,
        delivery_state = 'cancelled' as is_cancelled,
        _batch_id,
        case delivery_kind when 'return' then -1 else 1 end as direction
    from {{ ref('stg_erp__deliveries') }}
    where
        delivery_state <> 'expected'
        {{ if_touched('and', 'delivery_id') }}
),

delivery_lines as (
    select
        tenant_id,
        delivery_line_id,
        delivery_id,
        order_line_id,
        item_id,
        location_id,
        stock_quantity,
        cost_amount,
        returned_line_id,
        _batch_id
    from {{ ref('stg_erp__delivery_lines') }}
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
        promised_on,
        _batch_id
    from {{ ref('stg_erp__sales_orders') }}
),

order_lines as (
    select
        tenant_id,
        order_line_id,
        promised_on,
        _batch_id
    from {{ ref('stg_erp__sales_order_lines') }}
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
        delivery_lines.tenant_id,
        delivery_lines.delivery_line_id,
        deliveries.delivery_id,
        deliveries.delivery_number,
        case deliveries.delivery_kind when 'return' then 'sales_return' else 'delivery' end as document_type,
        deliveries.is_cancelled,
        deliveries.company_id,
        companies.currency_code,
        deliveries.customer_id,
        orders.customer_category_id as customer_category_then_id,
        orders.region_id,
        orders.salesperson_id,
        orders.unit_id,
        deliveries.created_by,
        deliveries.warehouse_id,
        delivery_lines.location_id,
        delivery_lines.item_id,
        deliveries.order_id,
        orders.order_number,
        delivery_lines.order_line_id,
        delivery_lines.returned_line_id,
        deliveries.delivered_on,
        coalesce(order_lines.promised_on, orders.promised_on) as promised_on,
        deliveries.direction * delivery_lines.stock_quantity as quantity,
        case deliveries.delivery_kind when 'return' then 0 else delivery_lines.stock_quantity end
            as delivered_quantity,
        case deliveries.delivery_kind when 'return' then delivery_lines.stock_quantity else 0 end
            as returned_quantity,
        deliveries.direction * delivery_lines.cost_amount as cost_amount,
        greatest(delivery_lines._batch_id, deliveries._batch_id, orders._batch_id, order_lines._batch_id) as _batch_id
    from deliveries
    inner join delivery_lines
        on deliveries.tenant_id = delivery_lines.tenant_id and deliveries.delivery_id = delivery_lines.delivery_id
    inner join companies on deliveries.tenant_id = companies.tenant_id and deliveries.company_id = companies.company_id
    inner join orders on deliveries.tenant_id = orders.tenant_id and deliveries.order_id = orders.order_id
    inner join order_lines
        on
            delivery_lines.tenant_id = order_lines.tenant_id
            and delivery_lines.order_line_id = order_lines.order_line_id
)

select * from final
