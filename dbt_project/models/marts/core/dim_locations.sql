-- Grain: one row a location of a warehouse.
{{ config(materialized='table') }}
with

locations as (
    select
        tenant_id,
        location_id,
        location_code,
        location_name,
        location_kind,
        warehouse_id,
        _batch_id
    from {{ ref('stg_erp__locations') }}
)

select * from locations
