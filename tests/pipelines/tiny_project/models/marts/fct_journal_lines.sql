{{ config(unique_key=["tenant_id", "entry_id"]) }}

select
    tenant_id,
    line_id,
    entry_id,
    company_id,
    account_id,
    posted_on,
    amount,
    currency_code,
    created_at,
    _batch_id
from {{ ref("stg_erp__journal_lines") }}
{% if is_incremental() %}
    where _batch_id > {{ batch_floor() }}
{% endif %}
