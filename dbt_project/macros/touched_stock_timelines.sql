{#
The stock timelines (an item in a warehouse) that something since the floor has touched, each with the first day that
may differ. What is known of an item bears on all its days; a move on its own day, those after it, and the day of the
move before it, whose rows tell how long nothing moved.
#}
{% macro touched_stock_timelines(floor) -%}
    select
        touches.tenant_id,
        touches.item_id,
        touches.warehouse_id,
        coalesce((
            select max(earlier.moved_on)
            from {{ ref('fct_stock_moves') }} as earlier
            where
                earlier.tenant_id = touches.tenant_id
                and earlier.item_id = touches.item_id
                and earlier.warehouse_id = touches.warehouse_id
                and earlier.moved_on < min(touches.moved_on)
                and earlier.move_kind <> 'reclassification'
        ), min(touches.moved_on)) as since_on
    from (
        select
            tenant_id,
            item_id,
            warehouse_id,
            moved_on
        from {{ ref('fct_stock_moves') }}
        where _batch_id > {{ floor }} and move_kind <> 'reclassification'

        union all

        select
            moves.tenant_id,
            moves.item_id,
            moves.warehouse_id,
            moves.moved_on
        from {{ ref('dim_items') }} as items
        inner join {{ ref('fct_stock_moves') }} as moves
            on items.tenant_id = moves.tenant_id and items.item_id = moves.item_id
        where items._batch_id > {{ floor }}
    ) as touches
    group by touches.tenant_id, touches.item_id, touches.warehouse_id
{%- endmacro %}
{#
Deletes what this mart says of touched timelines from their first touched day on: some of it is not said again, such as
a layer that a move of an earlier day used up.
#}
{% macro forget_touched_timelines() -%}
    {%- set touched = touched_stock_timelines(batch_floor()) -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as kept
        using ({{ touched }}) as touched
        where
            kept.tenant_id = touched.tenant_id
            and kept.item_id = touched.item_id
            and kept.warehouse_id = touched.warehouse_id
            and kept.changed_on >= touched.since_on
    {%- endif -%}
{%- endmacro %}
