-- Grain: one row a unit of the organization.
{{ config(materialized='table') }}
with

units as (
    select
        tenant_id,
        unit_id,
        unit_code,
        unit_name,
        unit_kind,
        unit_path,
        parent_id,
        company_id,
        is_active,
        _batch_id
    from {{ ref('stg_erp__units') }}
)

select * from units
