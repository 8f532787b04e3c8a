select
    tenant_id,
    id as work_centre_id,
    company_id,
    code as work_centre_code,
    name as work_centre_name,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'work_centres') }}
