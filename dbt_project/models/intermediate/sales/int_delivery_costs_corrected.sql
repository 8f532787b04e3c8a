-- Grain: one row a revaluation of a delivery's or return's stock move, after its delivery line was invoiced.
-- An invoice line carries the cost the stock ledger had when it was posted; what came later stands here.
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
        created_at,
        _batch_id
    from {{ ref('stg_erp__stock_moves') }}
),

invoice_lines as (
    select
        tenant_id,
        invoice_line_id,
        invoice_id,
        delivery_line_id,
        created_at
    from {{ ref('stg_erp__invoice_lines') }}
),

final as (
    select
        corrections.tenant_id,
        corrections.move_id,
        invoice_lines.invoice_line_id,
        invoice_lines.invoice_id,
        corrections.occurred_on as corrected_on,
        -- What leaves the stock account becomes cost of goods sold.
        -corrections.value_amount as cost_amount,
        corrections._batch_id
    from moves as corrections
    inner join moves as corrected
        on corrections.tenant_id = corrected.tenant_id and corrections.reverses_id = corrected.move_id
    inner join invoice_lines
        on
            corrected.tenant_id = invoice_lines.tenant_id
            and corrected.origin_line_id = invoice_lines.delivery_line_id
            and corrections.created_at > invoice_lines.created_at
    where
        corrections.move_kind = 'revaluation'
        and corrected.move_kind in ('delivery', 'sales_return')
)

select * from final
