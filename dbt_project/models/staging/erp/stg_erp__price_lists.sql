select
    tenant_id,
    id as price_list_id,
    code as price_list_code,
    name as price_list_name,
    kind as price_list_kind,
    currency_code,
    supplier_id,
    priority,
    is_default,
    is_active,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'price_lists') }}
