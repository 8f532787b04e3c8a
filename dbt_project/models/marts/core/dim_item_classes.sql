-- Grain: one row an item that was ever in stock, with its class by what it costs when sold and how steadily it sells.
-- Both look at the twelve months that end with the last month in which the tenant sold anything.
{{ config(materialized='table') }}
{#- Shares of all cost of sales at which A and B end, and the coefficients of variation at which X and Y do. -#}
{% set a_share_max = 0.8 %}
{% set b_share_max = 0.95 %}
{% set x_variation_max = 0.5 %}
{% set y_variation_max = 1.0 %}
with

stock_months as (
    select
        tenant_id,
        item_id,
        month_on,
        currency_code,
        sold_quantity,
        cost_of_sales_amount,
        _batch_id
    from {{ ref('fct_stock_months') }}
),

last_months as (
    select
        tenant_id,
        max(month_on) as month_on
    from stock_months
    where sold_quantity <> 0
    group by tenant_id
),

items as (
    select
        tenant_id,
        item_id,
        min(month_on) as first_month_on,
        max(_batch_id) as _batch_id
    from stock_months
    group by tenant_id, item_id
),

counted as (
    select
        stock_months.tenant_id,
        stock_months.item_id,
        stock_months.month_on,
        stock_months.currency_code,
        sum(stock_months.sold_quantity) as sold_quantity,
        sum(stock_months.cost_of_sales_amount) as cost_of_sales_amount
    from stock_months
    inner join last_months on stock_months.tenant_id = last_months.tenant_id
    where
        stock_months.month_on <= last_months.month_on
        and stock_months.month_on > last_months.month_on - interval '12 months'
    group by stock_months.tenant_id, stock_months.item_id, stock_months.month_on, stock_months.currency_code
),

currency_sums as (
    select
        tenant_id,
        currency_code,
        sum(cost_of_sales_amount) as cost_of_sales_amount
    from counted
    group by tenant_id, currency_code
    having sum(cost_of_sales_amount) > 0
),

currencies as (
    select
        tenant_id,
        currency_code,
        cost_of_sales_amount,
        count(*) over (partition by tenant_id) as currency_count
    from currency_sums
),

-- Amounts of several currencies have no sum: an item's shares of each currency's total do.
shares as (
    select
        counted.tenant_id,
        counted.item_id,
        sum(counted.cost_of_sales_amount / currencies.cost_of_sales_amount / currencies.currency_count) as cost_share
    from counted
    inner join currencies
        on counted.tenant_id = currencies.tenant_id and counted.currency_code = currencies.currency_code
    group by counted.tenant_id, counted.item_id
),

ranked as (
    select
        tenant_id,
        item_id,
        cost_share,
        sum(cost_share) over (partition by tenant_id order by cost_share desc, item_id asc) - cost_share as share_before
    from shares
    where cost_share > 0
),

months as (
    select
        tenant_id,
        item_id,
        month_on,
        sum(sold_quantity) as sold_quantity
    from counted
    group by tenant_id, item_id, month_on
),

demands as (
    select
        months.tenant_id,
        months.item_id,
        sum(months.sold_quantity) as sold_quantity,
        sum(months.sold_quantity * months.sold_quantity) as squares
    from months
    group by months.tenant_id, months.item_id
),

-- A month without a row sold nothing; months before the item was first in stock do not count.
spans as (
    select
        items.tenant_id,
        items.item_id,
        least(
            12,
            (extract(year from last_months.month_on) - extract(year from items.first_month_on)) * 12
            + extract(month from last_months.month_on) - extract(month from items.first_month_on) + 1
        ) as month_count
    from items
    inner join last_months on items.tenant_id = last_months.tenant_id
),

variations as (
    select
        demands.tenant_id,
        demands.item_id,
        sqrt(greatest(demands.squares / spans.month_count - power(demands.sold_quantity / spans.month_count, 2), 0))
        / nullif(demands.sold_quantity / spans.month_count, 0) as demand_variation
    from demands
    inner join spans on demands.tenant_id = spans.tenant_id and demands.item_id = spans.item_id
    where demands.sold_quantity > 0 and spans.month_count > 0
),

final as (
    select
        items.tenant_id,
        items.item_id,
        case
            when ranked.share_before < {{ a_share_max }} then 'A'
            when ranked.share_before < {{ b_share_max }} then 'B'
            else 'C'
        end as abc_class,
        case
            when variations.demand_variation <= {{ x_variation_max }} then 'X'
            when variations.demand_variation <= {{ y_variation_max }} then 'Y'
            else 'Z'
        end as xyz_class,
        round(coalesce(shares.cost_share, 0), 6) as cost_share,
        round(variations.demand_variation, 6) as demand_variation,
        items._batch_id
    from items
    left join shares on items.tenant_id = shares.tenant_id and items.item_id = shares.item_id
    left join ranked on items.tenant_id = ranked.tenant_id and items.item_id = ranked.item_id
    left join variations on items.tenant_id = variations.tenant_id and items.item_id = variations.item_id
)

select * from final
