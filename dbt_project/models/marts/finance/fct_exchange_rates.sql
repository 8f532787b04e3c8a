-- Grain: one row what one unit of a currency is worth in another from a day on, of one kind.
-- A rate may not be summed.
{{ config(materialized='table') }}
with

rates as (
    select
        tenant_id,
        exchange_rate_id,
        exchange_rate_kind,
        from_currency_code,
        to_currency_code,
        valid_on,
        exchange_rate,
        _batch_id
    from {{ ref('stg_erp__exchange_rates') }}
),

final as (
    select
        tenant_id,
        exchange_rate_id,
        'exchange_rate' as document_type,
        from_currency_code || '-' || to_currency_code as currency_pair,
        exchange_rate_kind,
        from_currency_code,
        to_currency_code,
        valid_on,
        case when exchange_rate_kind = 'average' then exchange_rate end as average_rate,
        case when exchange_rate_kind <> 'average' then exchange_rate end as closing_rate,
        1 as rate_count,
        _batch_id
    from rates
)

select * from final
