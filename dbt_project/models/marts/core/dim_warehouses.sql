-- Grain: one row a warehouse.
{{ config(materialized='table') }}
with

warehouses as (
    select
        tenant_id,
        warehouse_id,
        warehouse_code,
        warehouse_name,
        company_id,
        country_code,
        is_active,
        _batch_id
    from {{ ref('stg_erp__warehouses') }}
)

select * from warehouses
