-- Grain: one row a revaluation of the stock move of a delivery or return whose line was invoiced or credited.
-- An invoice line carries the cost its delivery was posted with; what the stock ledger corrected stands here.
-- A delivery invoiced in parts has its corrections at the first part.
with

moves as (
    select
        tenant_id,
        move_id,
        move_kind,
        origin_line_id,
        reverses_id,
        value_amount,
        occurred_on,
        _batch_id
    from {{ ref('stg_erp__stock_moves') }}
),

delivery_lines as (
    select
        tenant_id,
        delivery_line_id,
        returned_line_id
    from {{ ref('stg_erp__delivery_lines') }}
),

corrections as (
    select
        corrections.tenant_id,
        corrections.move_id,
        corrections.occurred_on,
        corrections.value_amount,
        corrections._batch_id,
        -- A credit note names the delivery line that came back, not the line of its return.
        coalesce(delivery_lines.returned_line_id, delivery_lines.delivery_line_id) as delivery_line_id,
        case corrected.move_kind when 'delivery' then 'sales_invoice' else 'sales_credit_note' end as invoice_kind
    from moves as corrections
    inner join moves as corrected
        on corrections.tenant_id = corrected.tenant_id and corrections.reverses_id = corrected.move_id
    inner join delivery_lines
        on corrected.tenant_id = delivery_lines.tenant_id and corrected.origin_line_id = delivery_lines.delivery_line_id
    where
        corrections.move_kind = 'revaluation'
        and corrected.move_kind in ('delivery', 'sales_return')
),

final as (
    select
        corrections.tenant_id,
        corrections.move_id,
        invoiced.invoice_line_id,
        invoiced.invoice_id,
        greatest(corrections.occurred_on, invoiced.invoiced_on) as corrected_on,
        -- What leaves the stock account becomes cost of goods sold.
        -corrections.value_amount as cost_amount,
        corrections._batch_id
    from corrections
    cross join lateral (
        select
            invoice_lines.invoice_line_id,
            invoice_lines.invoice_id,
            invoices.invoiced_on
        from {{ ref('stg_erp__invoice_lines') }} as invoice_lines
        inner join {{ ref('stg_erp__invoices') }} as invoices
            on invoice_lines.tenant_id = invoices.tenant_id and invoice_lines.invoice_id = invoices.invoice_id
        where
            invoice_lines.tenant_id = corrections.tenant_id
            and invoice_lines.delivery_line_id = corrections.delivery_line_id
            and invoices.invoice_kind = corrections.invoice_kind
            and invoices.invoice_state = 'posted'
        order by invoice_lines.invoice_line_id
        limit 1
    ) as invoiced
)

select * from final
