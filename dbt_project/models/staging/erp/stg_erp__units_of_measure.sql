select
    tenant_id,
    id as measure_unit_id,
    code as measure_unit_code,
    name as measure_unit_name,
    is_whole,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'units_of_measure') }}
