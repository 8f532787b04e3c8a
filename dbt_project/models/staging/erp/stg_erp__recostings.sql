select
    tenant_id,
    id as recosting_id,
    company_id,
    item_id,
    from_on,
    state = 'pending' as is_pending,
    _loaded_at,
    _batch_id
from {{ source('erp', 'recostings') }}
