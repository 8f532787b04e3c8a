select
    tenant_id,
    id as location_id,
    warehouse_id,
    code as location_code,
    name as location_name,
    kind as location_kind,
    is_default,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'locations') }}
