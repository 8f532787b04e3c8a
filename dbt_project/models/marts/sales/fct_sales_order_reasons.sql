-- Grain: one row a reason that a customer gave for a confirmed order.
-- An order with two reasons has two rows: its value is told under each of them and must not be summed over reasons.
{{ config(
    unique_key=['tenant_id', 'order_id'],
    pre_hook="{{ forget_deleted('sales.order_reasons', 'order_reason_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'order_id']},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('order_id', [
    ['stg_erp__order_reasons'],
    ['stg_erp__sales_orders'],
    ['stg_erp__sales_reasons', ('sales_reason_id', 'stg_erp__order_reasons')],
]) }}

given as (
    select
        tenant_id,
        order_reason_id,
        order_id,
        sales_reason_id,
        _batch_id
    from {{ ref('stg_erp__order_reasons') }}
    {{ if_touched('where', 'order_id') }}
),

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        order_state,
        company_id,
        customer_id,
        region_id,
        salesperson_id,
        unit_id,
        channel,
        ordered_on,
        company_net_amount,
        created_by,
        _batch_id
    from {{ ref('stg_erp__sales_orders') }}
),

reasons as (
    select
        tenant_id,
        sales_reason_id,
        sales_reason_name,
        sales_reason_kind,
        _batch_id
    from {{ ref('stg_erp__sales_reasons') }}
),

final as (
    select
        given.tenant_id,
        given.order_reason_id,
        given.order_id,
        orders.order_number,
        'sales_order' as document_type,
        orders.company_id,
        orders.customer_id,
        orders.region_id,
        orders.salesperson_id,
        orders.unit_id,
        orders.created_by,
        orders.channel,
        orders.ordered_on,
        reasons.sales_reason_name as sales_reason,
        reasons.sales_reason_kind,
        orders.order_state in ('confirmed', 'closed') as is_confirmed,
        orders.company_net_amount as net_amount,
        greatest(given._batch_id, orders._batch_id, reasons._batch_id) as _batch_id
    from given
    inner join orders on given.tenant_id = orders.tenant_id and given.order_id = orders.order_id
    inner join reasons on given.tenant_id = reasons.tenant_id and given.sales_reason_id = reasons.sales_reason_id
)

select * from final
