select
    tenant_id,
    id as payment_term_id,
    code as payment_term_code,
    name as payment_term_name,
    installments,
    discount_share,
    discount_days,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'payment_terms') }}
