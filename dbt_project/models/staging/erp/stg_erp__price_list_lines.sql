select
    tenant_id,
    id as price_list_line_id,
    price_list_id,
    item_id,
    unit_id as measure_unit_id,
    min_qty as min_quantity,
    unit_price,
    discount_share,
    valid_from,
    valid_to,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'price_list_lines') }}
