-- Grain: one row a beginning of an employee's time in a unit and shift, and one an end.
-- Summed up to a day, assigned_change is how many worked in a unit on that day.
{{ config(materialized='table') }}
with

assignments as (
    select
        tenant_id,
        assignment_id,
        employee_id,
        employee_number,
        employee_name,
        job_title,
        unit_id,
        shift_name,
        starts_on,
        ends_on,
        _batch_id
    from {{ ref('fct_employee_assignments') }}
),

changes as (
    select
        *,
        'beginning' as change_kind,
        starts_on as changed_on,
        1 as assigned_change
    from assignments
    union all
    select
        *,
        'end' as change_kind,
        ends_on + 1 as changed_on,
        -1 as assigned_change
    from assignments
    where ends_on is not null
),

final as (
    select
        tenant_id,
        assignment_id || ':' || change_kind as assignment_change_key,
        assignment_id,
        employee_id,
        employee_number,
        employee_name,
        'employee_assignment' as document_type,
        job_title,
        unit_id,
        shift_name,
        changed_on,
        assigned_change,
        _batch_id
    from changes
)

select * from final
