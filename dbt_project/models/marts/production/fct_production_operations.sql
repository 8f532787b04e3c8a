-- Grain: one row an operation of a production order.
{{ config(
    unique_key=['tenant_id', 'order_id'],
    pre_hook="{{ forget_deleted('production.production_operations', 'operation_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'order_id']},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('order_id', [
    ['stg_erp__production_operations'],
    ['stg_erp__production_orders'],
    ['stg_erp__production_papers'],
    ['stg_erp__work_centres', ('work_centre_id', 'stg_erp__production_operations')],
]) }}

operations as (
    select
        tenant_id,
        operation_id,
        order_id,
        line_number,
        operation_name,
        work_centre_id,
        planned_minutes,
        labour_hour_cost,
        machine_hour_cost,
        planned_amount,
        actual_amount,
        actual_hours,
        started_on,
        finished_on,
        _batch_id
    from {{ ref('stg_erp__production_operations') }}
    {{ if_touched('where', 'order_id') }}
),

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        company_id,
        item_id,
        starts_on,
        due_on,
        created_by,
        _batch_id
    from {{ ref('stg_erp__production_orders') }}
),

reports as (
    select
        papers.tenant_id,
        papers.operation_id,
        sum(greatest(papers.labour_minutes, papers.machine_minutes)) / 60 as actual_hours,
        sum(papers.work_amount) as actual_amount,
        min(papers.posted_on) as started_on,
        max(papers.posted_on) as finished_on,
        max(papers._batch_id) as _batch_id
    from {{ ref('stg_erp__production_papers') }} as papers
    inner join operations on papers.tenant_id = operations.tenant_id and papers.operation_id = operations.operation_id
    where papers.paper_state = 'posted'
    group by papers.tenant_id, papers.operation_id
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

centres as (
    select
        tenant_id,
        work_centre_id,
        work_centre_name,
        _batch_id
    from {{ ref('stg_erp__work_centres') }}
),

final as (
    select
        operations.tenant_id,
        operations.operation_id,
        operations.order_id,
        orders.order_number,
        'production_order' as document_type,
        operations.line_number,
        operations.operation_name,
        orders.company_id,
        orders.item_id,
        orders.created_by,
        centres.work_centre_name as work_centre,
        orders.due_on,
        -- Not reported yet: the day on which the order is to start.
        coalesce(operations.started_on, reports.started_on, orders.starts_on) as operation_on,
        coalesce(operations.finished_on, reports.finished_on) as operation_finished_on,
        case when coalesce(operations.started_on, reports.started_on) > orders.starts_on then 1 else 0 end
            as late_start_count,
        case when coalesce(operations.finished_on, reports.finished_on) > orders.due_on then 1 else 0 end
            as late_finish_count,
        round(coalesce(operations.actual_hours, reports.actual_hours, 0), 6) as actual_hours,
        {{ rounded(
            'coalesce(operations.planned_amount, operations.planned_minutes'
            ~ ' * (operations.labour_hour_cost + operations.machine_hour_cost) / 60)',
            'companies.currency_code'
        ) }} as planned_amount,
        coalesce(operations.actual_amount, reports.actual_amount, 0) as actual_amount,
        1 as operation_count,
        greatest(operations._batch_id, orders._batch_id, reports._batch_id, centres._batch_id) as _batch_id
    from operations
    inner join orders on operations.tenant_id = orders.tenant_id and operations.order_id = orders.order_id
    inner join companies on orders.tenant_id = companies.tenant_id and orders.company_id = companies.company_id
    left join reports
        on operations.tenant_id = reports.tenant_id and operations.operation_id = reports.operation_id
    left join centres
        on operations.tenant_id = centres.tenant_id and operations.work_centre_id = centres.work_centre_id
)

select * from final
