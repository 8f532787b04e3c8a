select
    tenant_id,
    id as item_review_id,
    item_id,
    reviewer,
    reviewed_on,
    rating,
    comment as review_comment,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'item_reviews') }}
