select
    tenant_id,
    id as account_mapping_id,
    company_id,
    role,
    account_id,
    item_category_id,
    warehouse_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'account_mappings') }}
