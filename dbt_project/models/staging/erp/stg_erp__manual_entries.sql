select
    tenant_id,
    id as manual_entry_id,
    company_id,
    number as manual_entry_number,
    entry_on,
    description,
    state as manual_entry_state,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'manual_entries') }}
