select
    tenant_id,
    id as tombstone_id,
    table_name,
    row_id,
    deleted_at,
    _loaded_at,
    _batch_id
from {{ source('erp', 'tombstones') }}
