-- Grain: one row a payment received from a customer or made to a supplier, or given back by the one or the other.
{{ config(
    unique_key=['tenant_id', 'payment_id'],
    pre_hook="{{ forget_deleted('finance.payments', 'payment_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'payment_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

payments as (
    select
        tenant_id,
        payment_id,
        payment_number,
        payment_kind,
        payment_state,
        company_id,
        party_id,
        bank_account_id,
        paid_on,
        currency_code,
        exchange_rate,
        amount,
        charge_amount,
        company_amount,
        journal_entry_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__payments') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

bank_accounts as (
    select
        tenant_id,
        bank_account_id,
        bank_account_code,
        account_id
    from {{ ref('stg_erp__bank_accounts') }}
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

final as (
    select
        payments.tenant_id,
        payments.payment_id,
        payments.payment_number,
        {{ payment_type('payments.payment_kind') }} as document_type,
        payments.payment_state,
        payments.company_id,
        companies.currency_code,
        payments.currency_code as document_currency_code,
        case when payments.payment_kind in ('receipt', 'customer_refund') then payments.party_id end as customer_id,
        case when payments.payment_kind in ('disbursement', 'supplier_refund') then payments.party_id end
            as supplier_id,
        payments.bank_account_id,
        bank_accounts.bank_account_code,
        bank_accounts.account_id,
        payments.created_by,
        payments.journal_entry_id as entry_id,
        payments.paid_on,
        case payments.payment_kind
            when 'receipt' then payments.company_amount
            when 'customer_refund' then -payments.company_amount
            else 0
        end as received_amount,
        case payments.payment_kind
            when 'disbursement' then payments.company_amount
            when 'supplier_refund' then -payments.company_amount
            else 0
        end as paid_out_amount,
        {{ rounded('payments.charge_amount * payments.exchange_rate', 'companies.currency_code') }} as charge_amount,
        payments.amount as document_amount,
        payments._batch_id
    from payments
    inner join companies on payments.tenant_id = companies.tenant_id and payments.company_id = companies.company_id
    inner join bank_accounts
        on payments.tenant_id = bank_accounts.tenant_id and payments.bank_account_id = bank_accounts.bank_account_id
)

select * from final
