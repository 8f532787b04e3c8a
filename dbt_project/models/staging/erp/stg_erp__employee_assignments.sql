select
    tenant_id,
    id as assignment_id,
    employee_id,
    unit_id,
    shift_id,
    starts_on,
    ends_on,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'employee_assignments') }}
