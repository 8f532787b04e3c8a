select
    tenant_id,
    id as shift_id,
    code as shift_code,
    name as shift_name,
    starts_at,
    ends_at,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'shifts') }}
