-- Grain: one row an item category.
{{ config(materialized='table') }}
with

categories as (
    select
        tenant_id,
        item_category_id,
        item_category_code,
        item_category_name,
        parent_id,
        group_code as item_category_group_code,
        group_name as item_category_group_name,
        _batch_id
    from {{ ref('int_item_categories_rooted') }}
)

select * from categories
