select
    tenant_id,
    id as entry_id,
    company_id,
    period_id,
    journal,
    fiscal_year,
    number as entry_sequence,
    posted_on,
    description,
    origin_type,
    origin_id,
    reverses_id,
    chain_position,
    created_at,
    created_by,
    _loaded_at,
    _batch_id
from {{ source('erp', 'journal_entries') }}
