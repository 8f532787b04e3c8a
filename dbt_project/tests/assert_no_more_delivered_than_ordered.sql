-- Sales order lines of which more was delivered than ordered, or more returned than delivered: none.
with

order_lines as (
    select
        tenant_id,
        order_line_id,
        ordered_quantity,
        delivered_quantity,
        returned_quantity
    from {{ ref('fct_sales_order_lines') }}
)

select
    tenant_id,
    order_line_id,
    delivered_quantity,
    ordered_quantity
from order_lines
where delivered_quantity > ordered_quantity or returned_quantity > delivered_quantity
