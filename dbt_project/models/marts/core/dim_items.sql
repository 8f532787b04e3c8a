-- Grain: one row an item, with the attributes of now; dim_items_history has those of then.
{{ config(materialized='table') }}
with

items as (
    select
        tenant_id,
        item_id,
        item_code,
        {{ distinct_name('item_name', 'item_code') }} as item_name,
        item_kind,
        item_category_id,
        measure_unit_id,
        costing_method,
        list_price,
        standard_cost,
        reorder_point_quantity,
        safety_stock_quantity,
        weight_kg,
        attributes,
        variant_of_id,
        is_active,
        _batch_id
    from {{ ref('stg_erp__items') }}
),

categories as (
    select
        tenant_id,
        item_category_id,
        item_category_code,
        item_category_name,
        group_code,
        group_name,
        category_path,
        _batch_id
    from {{ ref('int_item_categories_rooted') }}
),

measure_units as (
    select
        tenant_id,
        measure_unit_id,
        measure_unit_code,
        _batch_id
    from {{ ref('stg_erp__units_of_measure') }}
),

final as (
    select
        items.tenant_id,
        items.item_id,
        items.item_code,
        items.item_name,
        items.item_kind,
        items.item_category_id,
        categories.item_category_code,
        categories.item_category_name,
        categories.group_code as item_category_group_code,
        categories.group_name as item_category_group_name,
        categories.category_path as item_category_path,
        measure_units.measure_unit_code as stock_unit_code,
        items.costing_method,
        items.list_price,
        items.standard_cost,
        items.reorder_point_quantity,
        items.safety_stock_quantity,
        items.weight_kg,
        parents.item_name as variant_of_name,
        -- What the books call a model: the item it is a variant of, or the one that its attributes name.
        coalesce(parents.item_name, items.attributes ->> 'model') as item_model,
        items.attributes ->> 'color' as item_color,
        items.attributes ->> 'size' as item_size,
        items.attributes ->> 'class' as item_class,
        items.attributes ->> 'style' as item_style,
        items.attributes ->> 'line' as item_line,
        items.attributes ->> 'source' as item_source,
        items.attributes ->> 'stage' as item_stage,
        items.is_active,
        greatest(items._batch_id, categories._batch_id, measure_units._batch_id, parents._batch_id) as _batch_id
    from items
    left join categories
        on items.tenant_id = categories.tenant_id and items.item_category_id = categories.item_category_id
    left join measure_units
        on items.tenant_id = measure_units.tenant_id and items.measure_unit_id = measure_units.measure_unit_id
    left join items as parents on items.tenant_id = parents.tenant_id and items.variant_of_id = parents.item_id
)

select * from final
