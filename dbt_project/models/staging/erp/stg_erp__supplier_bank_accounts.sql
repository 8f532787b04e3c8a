select
    tenant_id,
    id as supplier_bank_account_id,
    supplier_id,
    md5(tenant_id::text || upper(replace(iban, ' ', ''))) as account_fingerprint,
    state as bank_account_state,
    proposed_by,
    approved_by,
    approved_at,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'supplier_bank_accounts') }}
