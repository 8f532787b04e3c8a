-- Grain: one row a month, item, region, salesperson, customer category then, unit, document type and channel of a
-- company: the sums of fct_sales_invoice_lines, for questions of nothing finer. invoiced_on is the first of the month.
{{ config(
    unique_key=['tenant_id', 'company_id', 'invoiced_on'],
    indexes=[
        {'columns': ['tenant_id', 'company_id', 'invoiced_on']},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

{% if is_incremental() %}
    touched as (
        select distinct
            tenant_id,
            company_id,
            cast(date_trunc('month', invoiced_on) as date) as month_on
        from {{ ref('fct_sales_invoice_lines') }}
        where _batch_id > {{ floor }}
    ),
{% endif %}

lines as (
    select
        lines.tenant_id,
        lines.company_id,
        lines.currency_code,
        lines.customer_category_then_id,
        lines.region_id,
        lines.salesperson_id,
        lines.unit_id,
        lines.item_id,
        lines.document_type,
        lines.channel,
        cast(date_trunc('month', lines.invoiced_on) as date) as month_on,
        lines.quantity,
        lines.gross_amount,
        lines.discount_amount,
        lines.net_amount,
        lines.credited_amount,
        lines.cost_amount,
        lines._batch_id
    from {{ ref('fct_sales_invoice_lines') }} as lines
    {% if is_incremental() %}
        inner join touched
            on
                lines.tenant_id = touched.tenant_id
                and lines.company_id = touched.company_id
                and lines.invoiced_on >= touched.month_on
                and lines.invoiced_on < touched.month_on + interval '1 month'
    {% endif %}
),

final as (
    select
        tenant_id,
        company_id,
        currency_code,
        customer_category_then_id,
        region_id,
        salesperson_id,
        unit_id,
        item_id,
        document_type,
        channel,
        month_on as invoiced_on,
        sum(quantity) as quantity,
        sum(gross_amount) as gross_amount,
        sum(discount_amount) as discount_amount,
        sum(net_amount) as net_amount,
        sum(credited_amount) as credited_amount,
        sum(cost_amount) as cost_amount,
        max(_batch_id) as _batch_id
    from lines
    group by
        tenant_id,
        company_id,
        currency_code,
        customer_category_then_id,
        region_id,
        salesperson_id,
        unit_id,
        item_id,
        document_type,
        channel,
        month_on
)

select * from final
