-- Grain: one row an item, with its list price, standard cost and planned stock levels of now.
-- Neither price may be summed.
{{ config(materialized='table') }}
with

items as (
    select
        tenant_id,
        item_id,
        item_code,
        list_price,
        standard_cost,
        reorder_point_quantity,
        safety_stock_quantity,
        weight_kg,
        making_days,
        attributes,
        created_at,
        _batch_id
    from {{ ref('stg_erp__items') }}
),

final as (
    select
        tenant_id,
        item_id,
        item_code,
        'item' as document_type,
        cast(created_at at time zone 'UTC' as date) as recorded_on,
        list_price,
        standard_cost,
        reorder_point_quantity,
        safety_stock_quantity,
        weight_kg,
        making_days,
        {{ date_of("(attributes ->> 'sold_from')") }} as sold_from,
        {{ date_of("(attributes ->> 'sold_until')") }} as sold_until,
        coalesce({{ date_of("(attributes ->> 'sold_until')") }} >= current_date, true) as is_on_sale,
        1 as item_count,
        _batch_id
    from items
)

select * from final
