select
    tenant_id,
    id as warehouse_id,
    code as warehouse_code,
    name as warehouse_name,
    company_id,
    country_code,
    allows_negative,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'warehouses') }}
