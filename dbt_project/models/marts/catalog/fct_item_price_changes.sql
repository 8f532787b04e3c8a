-- Grain: one row a day from which a list price, or a company's standard cost, of an item changes.
-- Summed up to a day, the changes of an item are what it was listed at, or cost, on that day; the count changes, how
-- many list prices or standard costs there were. Over several items the one is divided by the other.
{{ config(materialized='table') }}
with

items as (
    select
        tenant_id,
        item_id,
        item_code,
        _batch_id
    from {{ ref('dim_items') }}
),

companies as (
    select
        tenant_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

-- A list without a price says nothing, be it the default.
priced_lists as (
    select distinct
        tenant_id,
        price_list_id
    from {{ ref('stg_erp__price_list_lines') }}
),

-- The list that holds where no other is agreed.
lists as (
    select distinct on (price_lists.tenant_id)
        price_lists.tenant_id,
        price_lists.price_list_id,
        price_lists._batch_id
    from {{ ref('stg_erp__price_lists') }} as price_lists
    inner join companies
        on price_lists.tenant_id = companies.tenant_id and price_lists.currency_code = companies.currency_code
    inner join priced_lists
        on
            price_lists.tenant_id = priced_lists.tenant_id
            and price_lists.price_list_id = priced_lists.price_list_id
    where price_lists.price_list_kind = 'sales' and price_lists.is_active
    order by
        price_lists.tenant_id asc,
        price_lists.is_default desc,
        price_lists.priority desc,
        price_lists.price_list_code asc
),

prices as (
    select
        lines.tenant_id,
        lines.item_id,
        lines.valid_from,
        lines.unit_price,
        lead(lines.valid_from) over items_prices as next_from,
        -- The day after the last one.
        least(lines.valid_to + 1, lead(lines.valid_from) over items_prices) as valid_until,
        lag(lines.unit_price) over items_prices as former_price,
        lag(lines.valid_to + 1) over items_prices as former_to,
        greatest(lines._batch_id, lists._batch_id) as _batch_id
    from {{ ref('stg_erp__price_list_lines') }} as lines
    inner join lists on lines.tenant_id = lists.tenant_id and lines.price_list_id = lists.price_list_id
    where lines.min_quantity = 0 and lines.measure_unit_id is null
    window items_prices as (partition by lines.tenant_id, lines.item_id order by lines.valid_from)
),

-- A price takes the place of one that still holds.
beginnings as (
    select
        *,
        former_price is not null and coalesce(former_to >= valid_from, true) as has_former
    from prices
),

costs as (
    select
        tenant_id,
        company_id,
        item_id,
        valid_from,
        unit_cost,
        lag(unit_cost) over item_costs as former_cost,
        _batch_id
    from {{ ref('stg_erp__item_costs') }}
    window item_costs as (partition by tenant_id, company_id, item_id order by valid_from)
),

changes as (
    select
        tenant_id,
        item_id,
        'list price' as price_kind,
        item_id || ':list price:' || valid_from as price_change_key,
        valid_from as changed_on,
        unit_price - case when has_former then former_price else 0 end as list_price_change,
        case when has_former then 0 else 1 end as list_price_count_change,
        case when has_former and unit_price <> former_price then 1 else 0 end as list_price_changed_count,
        0 as standard_cost_change,
        0 as standard_cost_count_change,
        0 as standard_cost_changed_count,
        _batch_id
    from beginnings
    union all
    -- What ends without another price after it.
    select
        tenant_id,
        item_id,
        'list price' as price_kind,
        item_id || ':list price until:' || valid_until as price_change_key,
        valid_until as changed_on,
        -unit_price as list_price_change,
        -1 as list_price_count_change,
        0 as list_price_changed_count,
        0 as standard_cost_change,
        0 as standard_cost_count_change,
        0 as standard_cost_changed_count,
        _batch_id
    from beginnings
    where valid_until is not null and valid_until is distinct from next_from
    union all
    select
        tenant_id,
        item_id,
        'standard cost' as price_kind,
        item_id || ':' || company_id || ':' || valid_from as price_change_key,
        valid_from as changed_on,
        0 as list_price_change,
        0 as list_price_count_change,
        0 as list_price_changed_count,
        unit_cost - coalesce(former_cost, 0) as standard_cost_change,
        case when former_cost is null then 1 else 0 end as standard_cost_count_change,
        case when unit_cost <> former_cost then 1 else 0 end as standard_cost_changed_count,
        _batch_id
    from costs
),

final as (
    select
        changes.tenant_id,
        changes.price_change_key,
        changes.item_id,
        items.item_code,
        'item' as document_type,
        changes.price_kind,
        changes.changed_on,
        cast(changes.list_price_change as numeric(20, 6)) as list_price_change,
        changes.list_price_count_change,
        changes.list_price_changed_count,
        cast(changes.standard_cost_change as numeric(20, 6)) as standard_cost_change,
        changes.standard_cost_count_change,
        changes.standard_cost_changed_count,
        greatest(changes._batch_id, items._batch_id) as _batch_id
    from changes
    inner join items on changes.tenant_id = items.tenant_id and changes.item_id = items.item_id
)

select * from final
