select
    tenant_id,
    id as delivery_line_id,
    delivery_id,
    order_id,
    order_line_id,
    item_id,
    location_id,
    qty as quantity,
    stock_qty as stock_quantity,
    cost_amount,
    returned_line_id,
    created_at,
    created_by,
    _loaded_at,
    _batch_id
from {{ source('erp', 'delivery_lines') }}
