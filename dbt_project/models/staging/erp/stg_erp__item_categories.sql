select
    tenant_id,
    id as item_category_id,
    code as item_category_code,
    name as item_category_name,
    parent_id,
    tax_class,
    costing_method,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'item_categories') }}
