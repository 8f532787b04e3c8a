select
    tenant_id,
    id as item_cost_id,
    item_id,
    company_id,
    valid_from,
    unit_cost,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'item_costs') }}
