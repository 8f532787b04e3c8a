{{ config(unique_key=["tenant_id", "account_id", "posted_on"]) }}

with touched as (
    select distinct tenant_id, account_id, posted_on
    from {{ ref("fct_journal_lines") }}
    {% if is_incremental() %}
        where _batch_id > (select coalesce(max(written._batch_id), 0) from {{ this }} as written)
    {% endif %}
)

select
    lines.tenant_id,
    lines.account_id,
    lines.posted_on,
    sum(lines.amount)::numeric(20, 4) as amount,
    max(lines._batch_id) as _batch_id
from {{ ref("fct_journal_lines") }} as lines
inner join touched
    on touched.tenant_id = lines.tenant_id and touched.account_id = lines.account_id and touched.posted_on = lines.posted_on
group by lines.tenant_id, lines.account_id, lines.posted_on
