select
    tenant_id,
    id as item_unit_id,
    item_id,
    unit_id as measure_unit_id,
    numerator,
    denominator,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'item_units') }}
