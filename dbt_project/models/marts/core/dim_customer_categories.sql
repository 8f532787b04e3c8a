-- Grain: one row a customer category.
{{ config(materialized='table') }}
with

categories as (
    select
        tenant_id,
        customer_category_id,
        customer_category_code,
        customer_category_name,
        parent_id,
        group_code as customer_category_group_code,
        group_name as customer_category_group_name,
        _batch_id
    from {{ ref('int_customer_categories_rooted') }}
)

select * from categories
