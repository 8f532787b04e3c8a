-- Grain: one row a product, a part of it and a level of its current bill of materials, exploded down to what is bought.
-- Quantity is for one piece of the product. What is made on the way stands here beside its own parts (see is_made):
-- add quantities up over parts of one kind, never over products.
{{ config(materialized='table') }}
with recursive

lines as (
    select
        tenant_id,
        bill_id,
        bill_code,
        document_type,
        company_id,
        item_id,
        created_by,
        valid_from,
        component_id,
        component_code,
        component_name,
        component_quantity,
        _batch_id
    from {{ ref('fct_bill_lines') }}
    where is_counted
),

exploded as (
    select
        lines.tenant_id,
        lines.bill_id,
        lines.bill_code,
        lines.document_type,
        lines.company_id,
        lines.item_id,
        lines.created_by,
        lines.valid_from,
        lines.component_id,
        lines.component_code,
        lines.component_name,
        1 as level_number,
        lines.component_quantity::numeric as part_quantity,
        lines._batch_id
    from lines
    union all
    select
        exploded.tenant_id,
        exploded.bill_id,
        exploded.bill_code,
        exploded.document_type,
        exploded.company_id,
        exploded.item_id,
        exploded.created_by,
        exploded.valid_from,
        lines.component_id,
        lines.component_code,
        lines.component_name,
        exploded.level_number + 1 as level_number,
        exploded.part_quantity * lines.component_quantity as part_quantity,
        greatest(exploded._batch_id, lines._batch_id) as _batch_id
    from exploded
    inner join lines
        on
            exploded.tenant_id = lines.tenant_id
            and exploded.company_id = lines.company_id
            and exploded.component_id = lines.item_id
    -- Bills that hold each other are refused when they are written; this ends the walk where one slipped by.
    where exploded.level_number < 50
),

made as (
    select distinct
        tenant_id,
        company_id,
        item_id
    from lines
),

final as (
    select
        exploded.tenant_id,
        exploded.item_id || ':' || exploded.company_id || ':' || exploded.component_id || ':' || exploded.level_number
            as bill_part_key,
        exploded.bill_id,
        exploded.bill_code,
        exploded.document_type,
        exploded.company_id,
        exploded.item_id,
        exploded.created_by,
        exploded.valid_from,
        exploded.component_id,
        exploded.component_code,
        exploded.component_name,
        exploded.level_number,
        made.item_id is not null as is_made,
        round(sum(exploded.part_quantity), 6) as part_quantity,
        max(exploded._batch_id) as _batch_id
    from exploded
    left join made
        on
            exploded.tenant_id = made.tenant_id
            and exploded.company_id = made.company_id
            and exploded.component_id = made.item_id
    group by
        exploded.tenant_id,
        exploded.bill_id,
        exploded.bill_code,
        exploded.document_type,
        exploded.company_id,
        exploded.item_id,
        exploded.created_by,
        exploded.valid_from,
        exploded.component_id,
        exploded.component_code,
        exploded.component_name,
        exploded.level_number,
        made.item_id
)

select * from final
