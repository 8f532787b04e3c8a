-- Grain: one row a tax code.
{{ config(materialized='table') }}
with

tax_codes as (
    select
        tenant_id,
        tax_code_id,
        tax_code_code as tax_code,
        tax_code_name,
        tax_code_kind,
        country_code,
        _batch_id
    from {{ ref('stg_erp__tax_codes') }}
)

select * from tax_codes
