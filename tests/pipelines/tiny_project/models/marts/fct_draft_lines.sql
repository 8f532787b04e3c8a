{{ config(
    unique_key=["tenant_id", "draft_id"],
    pre_hook="{{ forget_deleted('ledger.manual_entry_lines', 'line_id') }}",
) }}

select
    lines.tenant_id,
    lines.manual_entry_id as draft_id,
    lines.id as line_id,
    drafts.entry_on,
    (lines.debit_amount - lines.credit_amount)::numeric(20, 4) as amount,
    greatest(lines._batch_id, drafts._batch_id) as _batch_id
from {{ source("erp", "manual_entry_lines") }} as lines
inner join {{ source("erp", "manual_entries") }} as drafts
    on drafts.tenant_id = lines.tenant_id and drafts.id = lines.manual_entry_id
{% if is_incremental() %}
    where (lines.tenant_id, lines.manual_entry_id) in (
        select drafts.tenant_id, drafts.id from {{ source("erp", "manual_entries") }} as drafts
        where drafts._batch_id > {{ batch_floor() }}
        union all
        select lines.tenant_id, lines.manual_entry_id from {{ source("erp", "manual_entry_lines") }} as lines
        where lines._batch_id > {{ batch_floor() }}
    )
{% endif %}
