-- Grain: one row a region that an employee sells in, by the day on which it is taken over.
{{ config(materialized='table') }}
with

assignments as (
    select
        tenant_id,
        sales_assignment_id,
        employee_id,
        region_id,
        starts_on,
        ends_on,
        _batch_id
    from {{ ref('stg_erp__sales_assignments') }}
),

employees as (
    select
        tenant_id,
        employee_id,
        employee_number,
        _batch_id
    from {{ ref('dim_employees') }}
),

final as (
    select
        assignments.tenant_id,
        assignments.sales_assignment_id,
        assignments.employee_id as salesperson_id,
        employees.employee_number,
        'sales_assignment' as document_type,
        assignments.region_id,
        assignments.starts_on,
        assignments.ends_on,
        1 as assignment_count,
        case when assignments.ends_on is null then 1 else 0 end as open_count,
        greatest(assignments._batch_id, employees._batch_id) as _batch_id
    from assignments
    inner join employees
        on assignments.tenant_id = employees.tenant_id and assignments.employee_id = employees.employee_id
)

select * from final
