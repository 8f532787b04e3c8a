select
    tenant_id,
    id as daily_latency_id,
    name as route,
    release,
    measured_on,
    request_count,
    total_ms,
    p95_ms,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'daily_latencies') }}
