select
    tenant_id,
    id as sales_quota_id,
    employee_id,
    starts_on,
    quota_amount,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'sales_quotas') }}
