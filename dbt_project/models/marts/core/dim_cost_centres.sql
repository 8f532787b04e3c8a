-- Grain: one row a cost centre.
{{ config(materialized='table') }}
with

cost_centres as (
    select
        tenant_id,
        cost_centre_id,
        cost_centre_code,
        cost_centre_name,
        company_id,
        is_active,
        _batch_id
    from {{ ref('stg_erp__cost_centres') }}
)

select * from cost_centres
