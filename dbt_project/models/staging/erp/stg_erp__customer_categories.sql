select
    tenant_id,
    id as customer_category_id,
    code as customer_category_code,
    name as customer_category_name,
    parent_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'customer_categories') }}
