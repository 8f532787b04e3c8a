select
    tenant_id,
    id as order_reason_id,
    order_id,
    reason_id as sales_reason_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'order_reasons') }}
