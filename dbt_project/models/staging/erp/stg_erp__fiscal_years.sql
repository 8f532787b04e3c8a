select
    tenant_id,
    id as fiscal_year_id,
    company_id,
    code as fiscal_year_code,
    starts_on,
    ends_on,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'fiscal_years') }}
