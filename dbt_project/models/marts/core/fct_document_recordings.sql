-- Grain: one row a document or journal entry: when it was written, by whom, and who let it pass.
{{ config(
    unique_key=['tenant_id', 'document_id'],
    indexes=[
        {'columns': ['tenant_id', 'document_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

entries as (
    select
        tenant_id,
        entry_id,
        company_id,
        posted_on,
        created_at,
        created_by,
        _batch_id
    from {{ ref('stg_erp__journal_entries') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

invoices as (
    select
        tenant_id,
        invoice_id,
        company_id,
        invoiced_on,
        created_at,
        created_by,
        _batch_id
    from {{ ref('stg_erp__invoices') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

payments as (
    select
        tenant_id,
        payment_id,
        company_id,
        paid_on,
        created_at,
        created_by,
        approved_by,
        _batch_id
    from {{ ref('stg_erp__payments') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

final as (
    select
        tenant_id,
        entry_id as document_id,
        'journal_entry' as document_type,
        company_id,
        posted_on as documented_on,
        created_at as recorded_at,
        created_by,
        cast(null as uuid) as approved_by,
        _batch_id
    from entries
    union all
    select
        tenant_id,
        invoice_id as document_id,
        'invoice' as document_type,
        company_id,
        invoiced_on as documented_on,
        created_at as recorded_at,
        created_by,
        cast(null as uuid) as approved_by,
        _batch_id
    from invoices
    union all
    select
        tenant_id,
        payment_id as document_id,
        'payment' as document_type,
        company_id,
        paid_on as documented_on,
        created_at as recorded_at,
        created_by,
        approved_by,
        _batch_id
    from payments
)

select * from final
