-- Grain: one row a change of a stock layer: what a receipt still has in stock, and what of the stock value it bears.
-- Summed up to a day, quantity and value are the layers of that day, and all of them together are the stock.
-- Goods leave in the order in which they came. A layer bears value by its quantity; of items costed by layers (FIFO) by
-- its own cost. What a document moves within one warehouse is no receipt; a transfer to another one is.
-- A layer lies still from one move of its timeline to the next. Its rows tell the day from which it is dead stock where
-- it lies until then, and nothing of shorter times: a day that leaves a layer as it was has no row.
-- A move changes the rows of its own day, of later ones and of the day that goods lay still from: a batch writes them
-- alone.
{{ config(
    unique_key=['tenant_id', 'layer_change_key'],
    pre_hook="{{ forget_touched_timelines() }}",
    indexes=[
        {'columns': ['tenant_id', 'layer_change_key'], 'unique': true},
        {'columns': ['tenant_id', 'item_id', 'warehouse_id', 'changed_on']},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
{# A layer is dead stock after more than so many days in which it was not received and its item not sold or issued. #}
{% set idle_days_max = 180 %}
with

items as (
    select
        tenant_id,
        item_id,
        costing_method,
        _batch_id
    from {{ ref('dim_items') }}
),

{% if is_incremental() %}
    touched as (
        {{ touched_stock_timelines(floor) }}
    ),
{% endif %}

-- A change of category moves nothing.
moves as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        company_id,
        currency_code,
        moved_on,
        move_id,
        move_kind,
        quantity,
        value_amount,
        document_type,
        document_id,
        document_number,
        supplier_id,
        created_by,
        _batch_id
    from {{ ref('fct_stock_moves') }}
    where
        move_kind <> 'reclassification'
        {% if is_incremental() %}
            and (tenant_id, item_id, warehouse_id) in (
                select
                    touched.tenant_id,
                    touched.item_id,
                    touched.warehouse_id
                from touched
            )
        {% endif %}
),

timelines as (
    select
        moves.tenant_id,
        moves.item_id,
        moves.warehouse_id,
        moves.company_id,
        moves.currency_code,
        max(items.costing_method) as costing_method,
        {{ 'touched.since_on' if is_incremental() else "date '-infinity'" }} as since_on,
        max(items._batch_id) as item_batch_id
    from moves
    inner join items on moves.tenant_id = items.tenant_id and moves.item_id = items.item_id
    {% if is_incremental() %}
        inner join touched
            on
                moves.tenant_id = touched.tenant_id
                and moves.item_id = touched.item_id
                and moves.warehouse_id = touched.warehouse_id
    {% endif %}
    group by
        moves.tenant_id,
        moves.item_id,
        moves.warehouse_id,
        moves.company_id,
        moves.currency_code,
        since_on
),

by_document as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        moved_on,
        document_type,
        document_id,
        document_number,
        min(cast(move_id as text)) as layer_id,
        min(cast(supplier_id as text)) as supplier_id,
        min(cast(created_by as text)) as created_by,
        bool_or(move_kind in ('delivery', 'issue') and quantity < 0) as is_used,
        sum(quantity) as quantity,
        sum(value_amount) as value_amount,
        max(_batch_id) as _batch_id
    from moves
    group by tenant_id, item_id, warehouse_id, moved_on, document_type, document_id, document_number
),

receipts as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        moved_on as received_on,
        document_type,
        document_id,
        document_number,
        layer_id,
        supplier_id,
        created_by,
        quantity,
        value_amount / quantity as unit_value,
        sum(quantity) over (
            partition by tenant_id, item_id, warehouse_id order by moved_on, layer_id
        ) as received_to_quantity
    from by_document
    where quantity > 0
),

day_sums as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        moved_on,
        sum(value_amount) as value_amount,
        sum(greatest(-quantity, 0)) as issued_quantity,
        max(case when is_used then moved_on end) as used_on,
        max(_batch_id) as _batch_id
    from by_document
    group by tenant_id, item_id, warehouse_id, moved_on
),

days as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        moved_on,
        lead(moved_on) over timeline as until_on,
        sum(value_amount) over timeline as value_amount,
        sum(issued_quantity) over timeline as issued_to_quantity,
        max(used_on) over timeline as used_on,
        max(_batch_id) over next_day as _batch_id
    from day_sums
    window
        timeline as (partition by tenant_id, item_id, warehouse_id order by moved_on),
        next_day as (timeline rows between unbounded preceding and 1 following)
),

-- Value that stands without goods, as a correction of what is gone may leave it, ages from its own day.
open_layers as (
    select
        days.tenant_id,
        days.item_id,
        days.warehouse_id,
        days.moved_on,
        days.until_on,
        days.value_amount,
        days._batch_id,
        coalesce(receipts.received_on, days.moved_on) as received_on,
        greatest(receipts.received_on, days.used_on, case when receipts.layer_id is null then days.moved_on end)
        + {{ idle_days_max + 1 }} as dead_from_on,
        receipts.layer_id,
        receipts.received_to_quantity,
        coalesce(least(receipts.quantity, receipts.received_to_quantity - days.issued_to_quantity), 0) as quantity,
        case timelines.costing_method when 'fifo' then receipts.unit_value else 1 end as unit_weight
    from days
    inner join timelines
        on
            days.tenant_id = timelines.tenant_id
            and days.item_id = timelines.item_id
            and days.warehouse_id = timelines.warehouse_id
            and (days.until_on >= timelines.since_on or days.until_on is null)
    left join receipts
        on
            days.tenant_id = receipts.tenant_id
            and days.item_id = receipts.item_id
            and days.warehouse_id = receipts.warehouse_id
            and days.moved_on >= receipts.received_on
            and days.issued_to_quantity < receipts.received_to_quantity
),

weighed as (
    select
        *,
        sum(quantity * unit_weight) over oldest_first as weight_to,
        sum(quantity * unit_weight) over whole_day as weight,
        sum(quantity) over oldest_first as quantity_to,
        sum(quantity) over whole_day as day_quantity,
        lead(received_on) over oldest_first is null as is_last
    from open_layers
    window
        whole_day as (partition by tenant_id, item_id, warehouse_id, moved_on),
        oldest_first as (
            partition by tenant_id, item_id, warehouse_id, moved_on order by received_to_quantity, layer_id
        )
),

-- Rounded as a running total, so that the layers of a day add up to the stock's value to the last digit.
valued as (
    select
        *,
        case
            when is_last then value_amount
            when weight > 0 then round(value_amount * weight_to / weight, 2)
            else round(value_amount * quantity_to / nullif(day_quantity, 0), 2)
        end as value_to_amount
    from weighed
),

layers as (
    select
        tenant_id,
        item_id,
        warehouse_id,
        layer_id,
        received_on,
        moved_on,
        until_on,
        case when dead_from_on < until_on or until_on is null then dead_from_on end as dead_from_on,
        quantity,
        value_to_amount - lag(value_to_amount, 1, cast(0 as numeric)) over (
            partition by tenant_id, item_id, warehouse_id, moved_on order by received_to_quantity, layer_id
        ) as value_amount,
        _batch_id
    from valued
),

-- What a layer was until a day, taken away, and what it is from then on; where both are the same, nothing is left.
changes as (
    select
        layers.tenant_id,
        layers.item_id,
        layers.warehouse_id,
        layers.layer_id,
        layers.received_on,
        layers.dead_from_on,
        case sides.direction when 1 then layers.moved_on else layers.until_on end as changed_on,
        sum(sides.direction * layers.quantity) as quantity,
        sum(sides.direction * layers.value_amount) as value_amount,
        max(layers._batch_id) as _batch_id
    from layers
    cross join (values (1), (-1)) as sides (direction)
    group by
        layers.tenant_id,
        layers.item_id,
        layers.warehouse_id,
        layers.layer_id,
        layers.received_on,
        layers.dead_from_on,
        changed_on
    having sum(sides.direction * layers.quantity) <> 0 or sum(sides.direction * layers.value_amount) <> 0
),

final as (
    select
        changes.tenant_id,
        md5(concat_ws(
            '/',
            changes.item_id,
            changes.warehouse_id,
            coalesce(changes.layer_id, 'none'),
            changes.received_on,
            changes.changed_on,
            coalesce(cast(changes.dead_from_on as text), 'moved')
        )) as layer_change_key,
        cast(changes.layer_id as uuid) as layer_id,
        timelines.company_id,
        timelines.currency_code,
        changes.item_id,
        changes.warehouse_id,
        cast(receipts.supplier_id as uuid) as supplier_id,
        cast(receipts.created_by as uuid) as created_by,
        changes.changed_on,
        changes.received_on,
        changes.dead_from_on,
        receipts.document_type,
        receipts.document_id,
        receipts.document_number,
        changes.quantity,
        changes.value_amount,
        greatest(changes._batch_id, timelines.item_batch_id) as _batch_id
    from changes
    inner join timelines
        on
            changes.tenant_id = timelines.tenant_id
            and changes.item_id = timelines.item_id
            and changes.warehouse_id = timelines.warehouse_id
            and changes.changed_on >= timelines.since_on
    left join receipts
        on
            changes.tenant_id = receipts.tenant_id
            and changes.item_id = receipts.item_id
            and changes.warehouse_id = receipts.warehouse_id
            and changes.layer_id = receipts.layer_id
)

select * from final
