-- Grain: one row a review of an item.
-- A rating may not be summed.
{{ config(materialized='table') }}
with

reviews as (
    select
        tenant_id,
        item_review_id,
        item_id,
        reviewed_on,
        rating,
        _batch_id
    from {{ ref('stg_erp__item_reviews') }}
),

items as (
    select
        tenant_id,
        item_id,
        item_code,
        _batch_id
    from {{ ref('dim_items') }}
),

final as (
    select
        reviews.tenant_id,
        reviews.item_review_id,
        reviews.item_id,
        items.item_code,
        'item_review' as document_type,
        reviews.reviewed_on,
        reviews.rating,
        1 as review_count,
        greatest(reviews._batch_id, items._batch_id) as _batch_id
    from reviews
    inner join items on reviews.tenant_id = items.tenant_id and reviews.item_id = items.item_id
)

select * from final
