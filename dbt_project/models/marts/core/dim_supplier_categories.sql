-- Grain: one row a supplier category.
{{ config(materialized='table') }}
with

categories as (
    select
        tenant_id,
        supplier_category_id,
        supplier_category_code,
        supplier_category_name,
        parent_id,
        group_code as supplier_category_group_code,
        group_name as supplier_category_group_name,
        _batch_id
    from {{ ref('int_supplier_categories_rooted') }}
)

select * from categories
