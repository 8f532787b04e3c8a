-- Grain: one row a special offer, by the day on which it begins.
-- Discounts and quantities may not be summed.
{{ config(materialized='table') }}
with

offers as (
    select
        tenant_id,
        offer_id,
        offer_code,
        offer_name,
        offer_kind,
        offer_audience,
        discount_share,
        starts_on,
        ends_on,
        minimum_quantity,
        maximum_quantity,
        _batch_id
    from {{ ref('stg_erp__offers') }}
),

final as (
    select
        tenant_id,
        offer_id,
        offer_code,
        'offer' as document_type,
        offer_name as offer,
        offer_kind,
        offer_audience,
        starts_on,
        ends_on,
        discount_share,
        minimum_quantity,
        maximum_quantity,
        1 as offer_count,
        _batch_id
    from offers
    where starts_on is not null
)

select * from final
