-- Grain: one row a production order, drafts and cancelled ones included (see order_state).
-- Quantities are in the item's stock unit.
{{ config(
    unique_key=['tenant_id', 'order_id'],
    pre_hook="{{ forget_deleted('production.production_orders', 'order_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'order_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('order_id', [
    ['stg_erp__production_orders'],
    ['stg_erp__production_papers'],
    ['stg_erp__scrap_reasons', ('scrap_reason_id', 'stg_erp__production_orders')],
    ['stg_erp__scrap_reasons', ('scrap_reason_id', 'stg_erp__production_papers')],
]) }}

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        order_state,
        company_id,
        item_id,
        warehouse_id,
        starts_on,
        due_on,
        finished_on,
        ordered_quantity,
        produced_quantity,
        scrapped_quantity,
        scrap_reason_id,
        is_taken_over,
        created_by,
        _batch_id
    from {{ ref('stg_erp__production_orders') }}
    {{ if_touched('where', 'order_id') }}
),

reports as (
    select
        papers.tenant_id,
        papers.order_id,
        papers.scrap_reason_id,
        sum(papers.scrapped_quantity) as scrapped_quantity,
        max(papers._batch_id) as _batch_id
    from {{ ref('stg_erp__production_papers') }} as papers
    inner join orders on papers.tenant_id = orders.tenant_id and papers.order_id = orders.order_id
    where papers.paper_state = 'posted' and papers.scrap_reason_id is not null
    group by papers.tenant_id, papers.order_id, papers.scrap_reason_id
),

-- Where several reasons were reported, the one that cost most pieces.
main_reasons as (
    select distinct on (tenant_id, order_id)
        tenant_id,
        order_id,
        scrap_reason_id,
        _batch_id
    from reports
    order by tenant_id asc, order_id asc, scrapped_quantity desc, scrap_reason_id asc
),

scrap_reasons as (
    select
        tenant_id,
        scrap_reason_id,
        scrap_reason_name,
        _batch_id
    from {{ ref('stg_erp__scrap_reasons') }}
),

final as (
    select
        orders.tenant_id,
        orders.order_id,
        orders.order_number,
        'production_order' as document_type,
        orders.order_state,
        orders.order_state in ('released', 'closed') as is_ordered,
        orders.is_taken_over,
        orders.company_id,
        orders.item_id,
        orders.warehouse_id,
        orders.created_by,
        orders.starts_on,
        orders.due_on,
        orders.finished_on,
        scrap_reasons.scrap_reason_name as scrap_reason,
        case
            when orders.finished_on is null then 'unfinished'
            when orders.finished_on > orders.due_on then 'finished late'
            else 'finished on time'
        end as punctuality,
        orders.ordered_quantity,
        orders.produced_quantity,
        orders.scrapped_quantity,
        -- Of a finished order; early ones count as punctual.
        case when orders.finished_on is not null then greatest(orders.finished_on - orders.due_on, 0) end as days_late,
        greatest(orders._batch_id, main_reasons._batch_id, scrap_reasons._batch_id) as _batch_id
    from orders
    left join main_reasons
        on orders.tenant_id = main_reasons.tenant_id and orders.order_id = main_reasons.order_id
    left join scrap_reasons
        on
            orders.tenant_id = scrap_reasons.tenant_id
            and coalesce(orders.scrap_reason_id, main_reasons.scrap_reason_id) = scrap_reasons.scrap_reason_id
)

select * from final
