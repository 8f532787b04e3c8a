select
    tenant_id,
    id as bill_id,
    company_id,
    code as bill_code,
    item_id,
    qty as made_quantity,
    valid_from,
    valid_to,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'bills') }}
