-- Receipt lines whose accepted, rejected and quarantined quantities differ from what arrived: none.
with

receipt_lines as (
    select
        tenant_id,
        receipt_line_id,
        document_type,
        arrived_quantity,
        accepted_quantity,
        rejected_quantity,
        quarantined_quantity
    from {{ ref('fct_purchase_receipt_lines') }}
)

select
    tenant_id,
    receipt_line_id
from receipt_lines
where
    document_type = 'purchase_receipt'
    and arrived_quantity <> accepted_quantity + rejected_quantity + quarantined_quantity
