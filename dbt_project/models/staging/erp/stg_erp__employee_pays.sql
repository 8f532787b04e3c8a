select
    tenant_id,
    id as employee_pay_id,
    employee_id,
    valid_from,
    hourly_rate,
    pays_per_month,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'employee_pays') }}
