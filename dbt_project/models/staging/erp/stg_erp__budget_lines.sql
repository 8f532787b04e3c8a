select
    tenant_id,
    id as budget_line_id,
    budget_id,
    account_id,
    cost_centre_id,
    month_on,
    amount,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'budget_lines') }}
