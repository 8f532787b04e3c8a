-- Grain: one row a company.
{{ config(materialized='table') }}
with

companies as (
    select
        tenant_id,
        company_id,
        company_code,
        company_name,
        currency_code,
        country_code,
        fiscal_year_start_month,
        is_active,
        _batch_id
    from {{ ref('stg_erp__companies') }}
)

select * from companies
