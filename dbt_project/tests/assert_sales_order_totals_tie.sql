-- Sales orders whose lines do not add up to their net amount: none.
with

order_lines as (
    select
        tenant_id,
        order_id,
        document_net_amount
    from {{ ref('fct_sales_order_lines') }}
),

orders as (
    select
        tenant_id,
        order_id,
        net_amount
    from {{ ref('stg_erp__sales_orders') }}
),

order_sums as (
    select
        tenant_id,
        order_id,
        sum(document_net_amount) as net_amount
    from order_lines
    group by tenant_id, order_id
)

select
    orders.tenant_id,
    orders.order_id,
    orders.net_amount - coalesce(order_sums.net_amount, 0) as difference
from orders
left join order_sums on orders.tenant_id = order_sums.tenant_id and orders.order_id = order_sums.order_id
where orders.net_amount <> coalesce(order_sums.net_amount, 0)
