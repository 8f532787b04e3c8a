select
    tenant_id,
    id as manual_entry_line_id,
    manual_entry_id,
    line_number,
    account_id,
    debit_amount,
    credit_amount,
    currency_code,
    cost_centre_id,
    description,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'manual_entry_lines') }}
