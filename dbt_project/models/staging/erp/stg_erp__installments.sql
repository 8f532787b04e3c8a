select
    tenant_id,
    id as installment_id,
    invoice_id,
    part_number,
    due_on,
    amount,
    company_amount,
    created_at,
    created_by,
    _loaded_at,
    _batch_id
from {{ source('erp', 'installments') }}
