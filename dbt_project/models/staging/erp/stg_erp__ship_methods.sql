select
    tenant_id,
    id as ship_method_id,
    code as ship_method_code,
    name as ship_method_name,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'ship_methods') }}
