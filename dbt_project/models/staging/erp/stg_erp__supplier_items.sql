select
    tenant_id,
    id as supplier_item_id,
    supplier_id,
    item_id,
    unit_price,
    last_unit_price,
    last_received_on,
    lead_time_days,
    min_qty as minimum_quantity,
    max_qty as maximum_quantity,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'supplier_items') }}
