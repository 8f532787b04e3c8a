select
    tenant_id,
    id as tax_rate_id,
    tax_code_id,
    valid_from,
    rate as tax_rate,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'tax_rates') }}
