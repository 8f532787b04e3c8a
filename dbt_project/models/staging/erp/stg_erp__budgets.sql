select
    tenant_id,
    id as budget_id,
    company_id,
    fiscal_year_id,
    revision as budget_revision,
    name as budget_name,
    state as budget_state,
    approved_by,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'budgets') }}
