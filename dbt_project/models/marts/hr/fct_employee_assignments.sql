-- Grain: one row a time in which an employee works in a unit and shift.
{{ config(materialized='table') }}
with

assignments as (
    select
        tenant_id,
        assignment_id,
        employee_id,
        unit_id,
        shift_id,
        starts_on,
        ends_on,
        lag(unit_id) over (partition by tenant_id, employee_id order by starts_on, assignment_id) as unit_before_id,
        _batch_id
    from {{ ref('stg_erp__employee_assignments') }}
),

employees as (
    select
        tenant_id,
        employee_id,
        employee_number,
        employee_name,
        job_title,
        _batch_id
    from {{ ref('dim_employees') }}
),

shifts as (
    select
        tenant_id,
        shift_id,
        shift_name,
        _batch_id
    from {{ ref('stg_erp__shifts') }}
),

final as (
    select
        assignments.tenant_id,
        assignments.assignment_id,
        assignments.employee_id,
        employees.employee_number,
        employees.employee_name,
        'employee_assignment' as document_type,
        employees.job_title,
        assignments.unit_id,
        shifts.shift_name,
        assignments.starts_on,
        assignments.ends_on,
        case when assignments.unit_before_id <> assignments.unit_id then 1 else 0 end as unit_change_count,
        1 as assignment_count,
        greatest(assignments._batch_id, employees._batch_id, shifts._batch_id) as _batch_id
    from assignments
    inner join employees
        on assignments.tenant_id = employees.tenant_id and assignments.employee_id = employees.employee_id
    left join shifts on assignments.tenant_id = shifts.tenant_id and assignments.shift_id = shifts.shift_id
)

select * from final
