-- Grain: one row a rate of a tax from a day on.
-- A rate may not be summed.
{{ config(materialized='table') }}
with

rates as (
    select
        tenant_id,
        tax_rate_id,
        tax_code_id,
        valid_from,
        tax_rate,
        _batch_id
    from {{ ref('stg_erp__tax_rates') }}
),

codes as (
    select
        tenant_id,
        tax_code_id,
        tax_code,
        _batch_id
    from {{ ref('dim_tax_codes') }}
),

final as (
    select
        rates.tenant_id,
        rates.tax_rate_id,
        rates.tax_code_id,
        codes.tax_code,
        'tax_rate' as document_type,
        rates.valid_from,
        rates.tax_rate,
        1 as rate_count,
        greatest(rates._batch_id, codes._batch_id) as _batch_id
    from rates
    inner join codes on rates.tenant_id = codes.tenant_id and rates.tax_code_id = codes.tax_code_id
)

select * from final
