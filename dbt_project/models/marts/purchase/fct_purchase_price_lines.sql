-- Grain: one row a line of a posted supplier invoice or credit note, beside what its item cost the calendar year before
-- and how much of its category's spend of the quarter went to its supplier. Credit notes carry negative amounts.
{{ config(
    unique_key=['tenant_id', 'company_id', 'invoice_year'],
    indexes=[
        {'columns': ['tenant_id', 'company_id', 'invoice_year']},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
{#- What is told of a line as its invoice says it. #}
{% set told = [
    'tenant_id',
    'invoice_line_id',
    'invoice_id',
    'invoice_number',
    'document_type',
    'company_id',
    'currency_code',
    'supplier_id',
    'supplier_category_then_id',
    'buyer_id',
    'unit_id',
    'created_by',
    'warehouse_id',
    'item_id',
    'cost_centre_id',
    'invoiced_on',
    'quantity',
    'net_amount',
] %}
with

items as (
    select
        tenant_id,
        item_id,
        item_category_id,
        _batch_id
    from {{ ref('dim_items') }}
),

all_lines as (
    select
        {% for column in told -%}
            lines.{{ column }},
        {% endfor -%}
        items.item_category_id,
        cast(extract(year from lines.invoiced_on) as integer) as invoice_year,
        cast(date_trunc('quarter', lines.invoiced_on) as date) as quarter_on,
        greatest(lines._batch_id, items._batch_id) as _batch_id
    from {{ ref('fct_purchase_invoice_lines') }} as lines
    left join items on lines.tenant_id = items.tenant_id and lines.item_id = items.item_id
),

{% if is_incremental() %}
    changed as (
        select distinct
            tenant_id,
            company_id,
            invoice_year
        from all_lines
        where _batch_id > {{ floor }}
    ),

    -- What a year's prices are compared with changes with the year before.
    touched as (
        select
            tenant_id,
            company_id,
            invoice_year
        from changed
        union distinct
        select
            tenant_id,
            company_id,
            invoice_year + 1 as invoice_year
        from changed
    ),
{% endif %}

lines as (
    select all_lines.*
    from all_lines
    {% if is_incremental() %}
        inner join touched
            on
                all_lines.tenant_id = touched.tenant_id
                and all_lines.company_id = touched.company_id
                and all_lines.invoice_year = touched.invoice_year
    {% endif %}
),

year_prices as (
    select
        tenant_id,
        company_id,
        item_id,
        invoice_year + 1 as invoice_year,
        sum(net_amount) / sum(quantity) as price
    from all_lines
    where item_id is not null
    group by tenant_id, company_id, item_id, invoice_year
    having sum(quantity) > 0 and sum(net_amount) > 0
),

year_batches as (
    select
        tenant_id,
        company_id,
        invoice_year,
        max(_batch_id) as _batch_id
    from all_lines
    group by tenant_id, company_id, invoice_year
),

supplier_spend as (
    select
        tenant_id,
        company_id,
        item_category_id,
        quarter_on,
        supplier_id,
        sum(net_amount) as supplier_amount,
        sum(sum(net_amount)) over (
            partition by tenant_id, company_id, item_category_id, quarter_on
        ) as category_amount
    from lines
    group by tenant_id, company_id, item_category_id, quarter_on, supplier_id
),

final as (
    select
        {% for column in told -%}
            lines.{{ column }},
        {% endfor -%}
        lines.invoice_year,
        {{ rounded('year_prices.price * lines.quantity', 'lines.currency_code') }} as baseline_amount,
        coalesce({{ rounded('year_prices.price * lines.quantity', 'lines.currency_code') }} - lines.net_amount, 0)
            as savings_amount,
        coalesce(
            round(lines.net_amount * supplier_spend.supplier_amount / nullif(supplier_spend.category_amount, 0), 6), 0
        ) as supplier_weighted_amount,
        greatest(year_batches._batch_id, earlier._batch_id) as _batch_id
    from lines
    inner join supplier_spend
        on
            lines.tenant_id = supplier_spend.tenant_id
            and lines.company_id = supplier_spend.company_id
            and lines.item_category_id is not distinct from supplier_spend.item_category_id
            and lines.quarter_on = supplier_spend.quarter_on
            and lines.supplier_id = supplier_spend.supplier_id
    inner join year_batches
        on
            lines.tenant_id = year_batches.tenant_id
            and lines.company_id = year_batches.company_id
            and lines.invoice_year = year_batches.invoice_year
    left join year_batches as earlier
        on
            lines.tenant_id = earlier.tenant_id
            and lines.company_id = earlier.company_id
            and lines.invoice_year - 1 = earlier.invoice_year
    left join year_prices
        on
            lines.tenant_id = year_prices.tenant_id
            and lines.company_id = year_prices.company_id
            and lines.item_id = year_prices.item_id
            and lines.invoice_year = year_prices.invoice_year
)

select * from final
