-- Grain: one row a bank account entered for a supplier. Its number stays behind; accounts that are one share an id.
{{ config(materialized='table') }}
with

accounts as (
    select
        tenant_id,
        supplier_bank_account_id,
        supplier_id,
        account_fingerprint,
        bank_account_state,
        proposed_by,
        approved_by,
        created_at,
        approved_at,
        _batch_id
    from {{ ref('stg_erp__supplier_bank_accounts') }}
),

final as (
    select
        tenant_id,
        supplier_bank_account_id,
        supplier_id,
        first_value(supplier_bank_account_id) over (
            partition by tenant_id, account_fingerprint
            order by created_at, supplier_bank_account_id
        ) as same_account_id,
        bank_account_state,
        proposed_by,
        approved_by,
        created_at as proposed_at,
        approved_at,
        _batch_id
    from accounts
)

select * from final
