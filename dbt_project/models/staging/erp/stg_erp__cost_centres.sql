select
    tenant_id,
    id as cost_centre_id,
    code as cost_centre_code,
    name as cost_centre_name,
    company_id,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'cost_centres') }}
