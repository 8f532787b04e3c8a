-- Grain: one row an item, warehouse and month, from the first move on until a year after the company's last one.
-- Levels hold at the end of the month and add up over items, never over months; *_days columns add up over both.
-- The running month counts its days up to through_on, the day on which the row was computed.
{{ config(
    unique_key=['tenant_id', 'item_id', 'warehouse_id', 'month_on'],
    indexes=[
        {'columns': ['tenant_id', 'item_id', 'warehouse_id', 'month_on'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
{# An empty shelf counts as sold out for a year; after that the item is taken to be no longer kept. #}
{% set stockout_days_max = 365 %}
with

-- A change of category moves nothing: months are of items and warehouses.
moves as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        company_id,
        moved_on,
        quantity,
        value_amount,
        received_quantity,
        issued_quantity,
        received_value_amount,
        issued_value_amount,
        sold_quantity,
        cost_of_sales_amount,
        _batch_id
    from {{ ref('fct_stock_moves') }}
    where move_kind <> 'reclassification'
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

warehouses as (
    select
        tenant_id,
        warehouse_id,
        company_id
    from {{ ref('stg_erp__warehouses') }}
),

horizons as (
    select
        warehouses.tenant_id,
        warehouses.warehouse_id,
        companies.company_id,
        companies.currency_code,
        least(
            current_date,
            cast(date_trunc('month', latest.moved_on) + interval '13 months' - interval '1 day' as date)
        ) as horizon_on
    from warehouses
    inner join companies
        on warehouses.tenant_id = companies.tenant_id and warehouses.company_id = companies.company_id
    cross join lateral (
        select max(moves.moved_on) as moved_on
        from moves
        where moves.tenant_id = companies.tenant_id and moves.company_id = companies.company_id
    ) as latest
),

{% if is_incremental() %}
    open_months as (
        select
            tenant_id,
            item_id,
            warehouse_id,
            month_on,
            through_on
        from {{ this }}
        where is_last_month
    ),

    changed as (
        select
            tenant_id,
            item_id,
            warehouse_id,
            cast(date_trunc('month', min(moved_on)) as date) as month_on
        from moves
        where _batch_id > {{ floor }}
        group by tenant_id, item_id, warehouse_id
    ),

    -- A new day passes over every item in stock: its last month has become longer, or another has begun.
    starts as (
        select
            coalesce(changed.tenant_id, open_months.tenant_id) as tenant_id,
            coalesce(changed.item_id, open_months.item_id) as item_id,
            coalesce(changed.warehouse_id, open_months.warehouse_id) as warehouse_id,
            least(changed.month_on, open_months.month_on) as from_month_on
        from changed
        full outer join open_months
            on
                changed.tenant_id = open_months.tenant_id
                and changed.item_id = open_months.item_id
                and changed.warehouse_id = open_months.warehouse_id
        left join horizons
            on
                open_months.tenant_id = horizons.tenant_id
                and open_months.warehouse_id = horizons.warehouse_id
        where changed.item_id is not null or open_months.through_on < horizons.horizon_on
    ),

    bases as (
        select
            starts.tenant_id,
            starts.item_id,
            starts.warehouse_id,
            starts.from_month_on,
            coalesce(earlier.closing_quantity, 0) as quantity,
            coalesce(earlier.closing_value_amount, 0) as value_amount,
            earlier.last_moved_on,
            coalesce(earlier._batch_id, -1) as _batch_id
        from starts
        left join {{ this }} as earlier
            on
                starts.tenant_id = earlier.tenant_id
                and starts.item_id = earlier.item_id
                and starts.warehouse_id = earlier.warehouse_id
                and earlier.month_on = cast(starts.from_month_on - interval '1 month' as date)
    ),
{% else %}
    bases as (
        select
            tenant_id,
            item_id,
            warehouse_id,
            cast(date_trunc('month', min(moved_on)) as date) as from_month_on,
            0 as quantity,
            0 as value_amount,
            cast(null as date) as last_moved_on,
            -1 as _batch_id
        from moves
        group by tenant_id, item_id, warehouse_id
    ),
{% endif %}

day_moves as (
    select
        moves.tenant_id,
        moves.item_id,
        moves.warehouse_id,
        moves.moved_on as day_on,
        moves.moved_on,
        sum(moves.quantity) as quantity,
        sum(moves.value_amount) as value_amount,
        sum(moves.received_quantity) as received_quantity,
        sum(moves.issued_quantity) as issued_quantity,
        sum(moves.received_value_amount) as received_value_amount,
        sum(moves.issued_value_amount) as issued_value_amount,
        sum(moves.sold_quantity) as sold_quantity,
        sum(moves.cost_of_sales_amount) as cost_of_sales_amount,
        max(moves._batch_id) as _batch_id
    from moves
    inner join bases
        on
            moves.tenant_id = bases.tenant_id
            and moves.item_id = bases.item_id
            and moves.warehouse_id = bases.warehouse_id
            and moves.moved_on >= bases.from_month_on
    inner join horizons on moves.tenant_id = horizons.tenant_id and moves.warehouse_id = horizons.warehouse_id
    where moves.moved_on <= horizons.horizon_on
    group by moves.tenant_id, moves.item_id, moves.warehouse_id, moves.moved_on
),

month_starts as (
    select
        bases.tenant_id,
        bases.item_id,
        bases.warehouse_id,
        cast(series.month_on as date) as day_on,
        case when series.month_on = bases.from_month_on then bases.last_moved_on end as moved_on,
        case when series.month_on = bases.from_month_on then bases.quantity else 0 end as carried_quantity,
        case when series.month_on = bases.from_month_on then bases.value_amount else 0 end as carried_value_amount,
        case when series.month_on = bases.from_month_on then bases._batch_id end as _batch_id
    from bases
    inner join horizons on bases.tenant_id = horizons.tenant_id and bases.warehouse_id = horizons.warehouse_id
    cross join lateral generate_series(
        cast(bases.from_month_on as timestamp), cast(horizons.horizon_on as timestamp), interval '1 month'
    ) as series (month_on)
),

boundaries as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        day_on,
        moved_on,
        0 as carried_quantity,
        0 as carried_value_amount,
        quantity,
        value_amount,
        received_quantity,
        issued_quantity,
        received_value_amount,
        issued_value_amount,
        sold_quantity,
        cost_of_sales_amount,
        _batch_id
    from day_moves

    union all

    select
        tenant_id,
        item_id,
        warehouse_id,
        day_on,
        moved_on,
        carried_quantity,
        carried_value_amount,
        0 as quantity,
        0 as value_amount,
        0 as received_quantity,
        0 as issued_quantity,
        0 as received_value_amount,
        0 as issued_value_amount,
        0 as sold_quantity,
        0 as cost_of_sales_amount,
        _batch_id
    from month_starts
),

boundary_days as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        day_on,
        max(moved_on) as moved_on,
        sum(carried_quantity) as carried_quantity,
        sum(carried_value_amount) as carried_value_amount,
        sum(quantity) as quantity,
        sum(value_amount) as value_amount,
        sum(received_quantity) as received_quantity,
        sum(issued_quantity) as issued_quantity,
        sum(received_value_amount) as received_value_amount,
        sum(issued_value_amount) as issued_value_amount,
        sum(sold_quantity) as sold_quantity,
        sum(cost_of_sales_amount) as cost_of_sales_amount,
        max(_batch_id) as _batch_id
    from boundaries
    group by tenant_id, item_id, warehouse_id, day_on
),

segments as (
    select
        boundary_days.tenant_id,
        boundary_days.item_id,
        boundary_days.warehouse_id,
        horizons.company_id,
        horizons.currency_code,
        horizons.horizon_on,
        boundary_days.day_on,
        cast(date_trunc('month', boundary_days.day_on) as date) as month_on,
        boundary_days.quantity,
        boundary_days.value_amount,
        boundary_days.received_quantity,
        boundary_days.issued_quantity,
        boundary_days.received_value_amount,
        boundary_days.issued_value_amount,
        boundary_days.sold_quantity,
        boundary_days.cost_of_sales_amount,
        sum(boundary_days.carried_quantity + boundary_days.quantity) over timeline as level_quantity,
        sum(boundary_days.carried_value_amount + boundary_days.value_amount) over timeline as level_value_amount,
        max(boundary_days.moved_on) over timeline as last_moved_on,
        max(boundary_days._batch_id) over timeline as _batch_id,
        lead(boundary_days.day_on, 1, horizons.horizon_on + 1) over timeline as next_on
    from boundary_days
    inner join horizons
        on
            boundary_days.tenant_id = horizons.tenant_id
            and boundary_days.warehouse_id = horizons.warehouse_id
    window timeline as (
        partition by boundary_days.tenant_id, boundary_days.item_id, boundary_days.warehouse_id
        order by boundary_days.day_on
    )
),

counted_segments as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        company_id,
        currency_code,
        horizon_on,
        day_on,
        month_on,
        quantity,
        value_amount,
        received_quantity,
        issued_quantity,
        received_value_amount,
        issued_value_amount,
        sold_quantity,
        cost_of_sales_amount,
        level_quantity,
        level_value_amount,
        last_moved_on,
        _batch_id,
        next_on - day_on as day_count,
        case
            when level_quantity > 0 or last_moved_on is null then 0
            else greatest(least(next_on, last_moved_on + {{ stockout_days_max }}) - day_on, 0)
        end as stockout_days
    from segments
),

final as (
    select
        tenant_id,
        item_id || '/' || warehouse_id || '/' || month_on as stock_month_key,
        item_id,
        warehouse_id,
        month_on,
        company_id,
        currency_code,
        cast(least(month_on + interval '1 month' - interval '1 day', horizon_on) as date) as through_on,
        month_on = cast(date_trunc('month', horizon_on) as date) as is_last_month,
        max(last_moved_on) as last_moved_on,
        (array_agg(level_quantity order by day_on desc))[1] - sum(quantity) as opening_quantity,
        sum(received_quantity) as received_quantity,
        sum(issued_quantity) as issued_quantity,
        (array_agg(level_quantity order by day_on desc))[1] as closing_quantity,
        (array_agg(level_value_amount order by day_on desc))[1] - sum(value_amount) as opening_value_amount,
        sum(received_value_amount) as received_value_amount,
        sum(issued_value_amount) as issued_value_amount,
        (array_agg(level_value_amount order by day_on desc))[1] as closing_value_amount,
        sum(sold_quantity) as sold_quantity,
        sum(cost_of_sales_amount) as cost_of_sales_amount,
        sum(level_quantity * day_count) as quantity_days,
        sum(level_value_amount * day_count) as value_amount_days,
        cast(sum(stockout_days) as integer) as stockout_days,
        cast(
            sum(stockout_days) + coalesce(sum(day_count) filter (where level_quantity > 0), 0) as integer
        ) as kept_days,
        max(_batch_id) as _batch_id
    from counted_segments
    group by tenant_id, item_id, warehouse_id, month_on, company_id, currency_code, horizon_on
)

select * from final
