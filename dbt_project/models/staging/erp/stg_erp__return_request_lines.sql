select
    tenant_id,
    id as return_request_line_id,
    request_id,
    delivery_line_id,
    qty as quantity,
    reason,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'return_request_lines') }}
