{#
The changes of what is open on each part of the invoices and credit notes in the CTE `invoices`: a chain of CTEs ending
in `moved`. A macro and no view, because the windows must run over the touched invoices alone.

Settlements name invoices, not parts: they take off the parts in the order they fall due. A credit note is used up by
the invoices that it settles and by what is refunded of it. Amounts are positive where
the invoice raises what is owed, for customers and suppliers alike.
#}
{% macro open_item_movements(invoice_kind) -%}
entries as (
    select
        tenant_id,
        entry_id,
        posted_on
    from {{ ref('stg_erp__journal_entries') }}
),

installments as (
    select
        tenant_id,
        invoice_id,
        part_number,
        due_on,
        company_amount
    from {{ ref('stg_erp__installments') }}
),

settlements as (
    select
        settlements.tenant_id,
        settlements.settlement_id,
        settlements.invoice_id,
        settlements.refund_id,
        settlements.payment_id,
        settlements.credit_note_id,
        settlements.company_amount,
        settlements.payment_company_amount,
        coalesce(entries.posted_on, settlements.settled_on) as posted_on,
        settlements._batch_id
    from {{ ref('stg_erp__settlements') }} as settlements
    left join entries
        on settlements.tenant_id = entries.tenant_id and settlements.journal_entry_id = entries.entry_id
),

items as (
    select
        invoices.tenant_id,
        invoices.invoice_id,
        case invoices.invoice_kind when '{{ invoice_kind }}' then 1 else -1 end as direction,
        coalesce(entries.posted_on, invoices.invoiced_on) as posted_on,
        invoices.invoiced_on,
        invoices.company_total_amount,
        invoices._batch_id
    from invoices
    left join entries on invoices.tenant_id = entries.tenant_id and invoices.journal_entry_id = entries.entry_id
),

parts as (
    select
        items.tenant_id,
        items.invoice_id,
        coalesce(installments.part_number, 1) as part_number,
        coalesce(installments.due_on, items.invoiced_on) as due_on,
        coalesce(installments.company_amount, items.company_total_amount) as part_amount,
        items.direction,
        items.posted_on,
        items._batch_id
    from items
    left join installments
        on items.tenant_id = installments.tenant_id and items.invoice_id = installments.invoice_id
),

bounded_parts as (
    select
        tenant_id,
        invoice_id,
        part_number,
        due_on,
        part_amount,
        direction,
        posted_on,
        _batch_id,
        -- The first part also takes what is below nothing, the last what is above the total.
        case
            when row_number() over by_due = 1 then cast('-infinity' as numeric)
            else sum(part_amount) over by_due - part_amount
        end as settled_from,
        case
            when row_number() over by_due = count(*) over (partition by tenant_id, invoice_id)
                then cast('infinity' as numeric)
            else sum(part_amount) over by_due
        end as settled_to
    from parts
    window by_due as (partition by tenant_id, invoice_id order by due_on, part_number)
),

uses as (
    select
        tenant_id,
        invoice_id,
        settlement_id,
        payment_id,
        posted_on,
        case
            when payment_id is not null then 'payment'
            when credit_note_id is not null then 'credit'
            else 'write_off'
        end as movement_kind,
        company_amount as used_amount,
        _batch_id
    from settlements
    where (tenant_id, invoice_id) in (
        select
            invoices.tenant_id,
            invoices.invoice_id
        from invoices
    )

    union all

    select
        tenant_id,
        credit_note_id as invoice_id,
        settlement_id,
        payment_id,
        posted_on,
        case when refund_id is null then 'credit' else 'refund' end as movement_kind,
        payment_company_amount as used_amount,
        _batch_id
    from settlements
    where (tenant_id, credit_note_id) in (
        select
            invoices.tenant_id,
            invoices.invoice_id
        from invoices
    )
),

running_uses as (
    select
        tenant_id,
        invoice_id,
        settlement_id,
        payment_id,
        posted_on,
        movement_kind,
        used_amount,
        _batch_id,
        sum(used_amount) over (
            partition by tenant_id, invoice_id
            order by posted_on, settlement_id
        ) as used_to
    from uses
),

allocated as (
    select
        bounded_parts.tenant_id,
        bounded_parts.invoice_id,
        bounded_parts.part_number,
        bounded_parts.due_on,
        bounded_parts.direction,
        running_uses.settlement_id,
        running_uses.payment_id,
        running_uses.posted_on,
        running_uses.movement_kind,
        running_uses._batch_id,
        least(greatest(running_uses.used_to, bounded_parts.settled_from), bounded_parts.settled_to)
        - least(
            greatest(running_uses.used_to - running_uses.used_amount, bounded_parts.settled_from),
            bounded_parts.settled_to
        ) as used_amount
    from bounded_parts
    inner join running_uses
        on bounded_parts.tenant_id = running_uses.tenant_id and bounded_parts.invoice_id = running_uses.invoice_id
),

moved as (
    select
        tenant_id,
        invoice_id,
        part_number,
        due_on,
        cast(null as uuid) as settlement_id,
        cast(null as uuid) as payment_id,
        posted_on,
        'opened' as movement_kind,
        direction * part_amount as amount,
        _batch_id
    from bounded_parts

    union all

    select
        tenant_id,
        invoice_id,
        part_number,
        due_on,
        settlement_id,
        payment_id,
        posted_on,
        movement_kind,
        -direction * used_amount as amount,
        _batch_id
    from allocated
    where used_amount <> 0
)
{%- endmacro %}
