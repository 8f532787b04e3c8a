select
    tenant_id,
    id as sales_reason_id,
    code as sales_reason_code,
    name as sales_reason_name,
    kind as sales_reason_kind,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'sales_reasons') }}
