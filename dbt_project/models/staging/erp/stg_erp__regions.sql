select
    tenant_id,
    id as region_id,
    code as region_code,
    name as region_name,
    country_code,
    parent_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'regions') }}
