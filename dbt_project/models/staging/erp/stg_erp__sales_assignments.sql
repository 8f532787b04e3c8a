select
    tenant_id,
    id as sales_assignment_id,
    employee_id,
    region_id,
    starts_on,
    ends_on,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'sales_assignments') }}
