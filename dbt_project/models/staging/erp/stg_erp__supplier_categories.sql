select
    tenant_id,
    id as supplier_category_id,
    code as supplier_category_code,
    name as supplier_category_name,
    parent_id,
    payment_term_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'supplier_categories') }}
