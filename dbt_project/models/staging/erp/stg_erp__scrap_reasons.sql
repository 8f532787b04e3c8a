select
    tenant_id,
    id as scrap_reason_id,
    code as scrap_reason_code,
    name as scrap_reason_name,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'scrap_reasons') }}
