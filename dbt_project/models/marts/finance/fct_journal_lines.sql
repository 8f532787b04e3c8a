-- Grain: one row a line of a posted journal entry: the ledger as it stands.
-- Debits are positive and credits negative in amount; debit_amount and credit_amount carry the same without a sign.
-- Customer, region and salesperson are those of the document that the entry comes from.
{{ config(
    unique_key=['tenant_id', 'entry_id'],
    indexes=[
        {'columns': ['tenant_id', 'entry_id']},
        {'columns': ['tenant_id', 'journal_line_id'], 'unique': true},
        {'columns': ['tenant_id', 'account_id', 'posted_on']},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('entry_id', [
    ['stg_erp__journal_entries'],
    [('int_documents_described', 'document_batch_id'), ('document_id', 'stg_erp__journal_entries', 'origin_id')],
    [('int_documents_described', 'order_batch_id'), ('document_id', 'stg_erp__journal_entries', 'origin_id')],
]) }}

entries as (
    select
        tenant_id,
        entry_id,
        company_id,
        period_id,
        journal,
        fiscal_year,
        entry_sequence,
        origin_type,
        origin_id,
        reverses_id,
        description,
        created_at,
        _batch_id
    from {{ ref('stg_erp__journal_entries') }}
    {{ if_touched('where', 'entry_id') }}
),

journal_lines as (
    select
        tenant_id,
        journal_line_id,
        entry_id,
        line_number,
        account_id,
        posted_on,
        amount,
        currency_code,
        currency_amount,
        party_kind,
        party_id,
        item_id,
        warehouse_id,
        cost_centre_id,
        project_id,
        tax_code_id,
        description,
        created_by,
        _batch_id
    from {{ ref('stg_erp__journal_lines') }}
),

periods as (
    select
        tenant_id,
        period_id,
        period_number
    from {{ ref('stg_erp__periods') }}
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

documents as (
    select
        tenant_id,
        document_id,
        document_type,
        document_number,
        customer_id,
        supplier_id,
        order_id,
        order_number,
        region_id,
        customer_category_then_id,
        salesperson_id,
        buyer_id,
        unit_id,
        document_batch_id,
        order_batch_id
    from {{ ref('int_documents_described') }}
),

final as (
    select
        journal_lines.tenant_id,
        journal_lines.journal_line_id,
        entries.entry_id,
        entries.journal || '/' || entries.fiscal_year || '/' || entries.entry_sequence as entry_number,
        entries.journal,
        journal_lines.line_number,
        entries.company_id,
        companies.currency_code,
        journal_lines.currency_code as document_currency_code,
        journal_lines.posted_on,
        cast(entries.created_at at time zone 'UTC' as date) as recorded_on,
        entries.fiscal_year,
        entries.period_id,
        periods.period_number,
        journal_lines.account_id,
        case
            when journal_lines.party_kind = 'customer' then journal_lines.party_id
            else documents.customer_id
        end as customer_id,
        case
            when journal_lines.party_kind = 'supplier' then journal_lines.party_id
            else documents.supplier_id
        end as supplier_id,
        documents.customer_category_then_id,
        documents.region_id,
        documents.salesperson_id,
        documents.buyer_id,
        documents.unit_id,
        journal_lines.created_by,
        journal_lines.item_id,
        journal_lines.warehouse_id,
        journal_lines.cost_centre_id,
        journal_lines.project_id,
        journal_lines.tax_code_id,
        coalesce(documents.document_type, entries.origin_type) as document_type,
        entries.origin_id as document_id,
        documents.document_number,
        documents.order_id,
        documents.order_number,
        entries.reverses_id,
        coalesce(journal_lines.description, entries.description) as description,
        journal_lines.amount,
        greatest(journal_lines.amount, 0) as debit_amount,
        greatest(-journal_lines.amount, 0) as credit_amount,
        case when entries.journal = 'closing' then 0 else -journal_lines.amount end as profit_amount,
        journal_lines.currency_amount as document_amount,
        greatest(
            journal_lines._batch_id, entries._batch_id, documents.document_batch_id, documents.order_batch_id
        ) as _batch_id
    from entries
    inner join journal_lines
        on entries.tenant_id = journal_lines.tenant_id and entries.entry_id = journal_lines.entry_id
    inner join companies on entries.tenant_id = companies.tenant_id and entries.company_id = companies.company_id
    inner join periods on entries.tenant_id = periods.tenant_id and entries.period_id = periods.period_id
    left join documents on entries.tenant_id = documents.tenant_id and entries.origin_id = documents.document_id
)

select * from final
