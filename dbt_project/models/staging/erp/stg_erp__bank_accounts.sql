select
    tenant_id,
    id as bank_account_id,
    code as bank_account_code,
    name as bank_account_name,
    company_id,
    currency_code,
    account_id,
    iban,
    is_default,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'bank_accounts') }}
