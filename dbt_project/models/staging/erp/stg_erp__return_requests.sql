select
    tenant_id,
    id as return_request_id,
    company_id,
    number as return_request_number,
    order_id,
    customer_id,
    requested_on,
    reason,
    state as return_request_state,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'return_requests') }}
