-- Items whose months do not open where the month before closed, or do not close where their moves lead: none.
with

months as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        month_on,
        through_on,
        opening_quantity,
        received_quantity,
        issued_quantity,
        closing_quantity,
        closing_value_amount,
        lag(closing_quantity, 1, 0) over (
            partition by tenant_id, item_id, warehouse_id
            order by month_on
        ) as earlier_closing_quantity
    from {{ ref('fct_stock_months') }}
),

closings as (
    select
        months.tenant_id,
        months.item_id,
        months.warehouse_id,
        months.month_on,
        months.opening_quantity,
        months.earlier_closing_quantity,
        months.closing_quantity,
        months.closing_value_amount,
        months.opening_quantity + months.received_quantity - months.issued_quantity as computed_closing_quantity,
        sum(moves.quantity) as moved_quantity,
        sum(moves.value_amount) as moved_value_amount
    from months
    inner join {{ ref('fct_stock_moves') }} as moves
        on
            months.tenant_id = moves.tenant_id
            and months.item_id = moves.item_id
            and months.warehouse_id = moves.warehouse_id
            and months.through_on >= moves.moved_on
    group by
        months.tenant_id,
        months.item_id,
        months.warehouse_id,
        months.month_on,
        months.opening_quantity,
        months.earlier_closing_quantity,
        months.closing_quantity,
        months.closing_value_amount,
        months.received_quantity,
        months.issued_quantity
)

select
    tenant_id,
    item_id,
    warehouse_id,
    month_on
from closings
where
    opening_quantity <> earlier_closing_quantity
    or closing_quantity <> computed_closing_quantity
    or closing_quantity <> moved_quantity
    or closing_value_amount <> moved_value_amount
