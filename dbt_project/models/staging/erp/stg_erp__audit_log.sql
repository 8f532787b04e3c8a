select
    tenant_id,
    id as audit_record_id,
    table_name,
    row_id,
    action,
    before as before_values,
    after as after_values,
    user_id,
    channel,
    trace_id,
    at as recorded_at,
    _loaded_at,
    _batch_id
from {{ source('erp', 'audit_log') }}
