-- Grain: one row a hiring of an employee, and one a leaving.
-- Summed up to a day, head_count_change is how many were employed on that day.
{{ config(materialized='table') }}
with

employees as (
    select
        tenant_id,
        employee_id,
        employee_number,
        employee_name,
        job_title,
        unit_id,
        unit_name,
        hired_on,
        left_on,
        _batch_id
    from {{ ref('dim_employees') }}
    where hired_on is not null
),

hirings as (
    select
        *,
        'hiring' as document_type,
        hired_on as changed_on,
        1 as head_count_change,
        1 as hired_count,
        0 as left_count
    from employees
),

leavings as (
    select
        *,
        'leaving' as document_type,
        left_on as changed_on,
        -1 as head_count_change,
        0 as hired_count,
        1 as left_count
    from employees
    where left_on is not null
),

changes as (
    select * from hirings
    union all
    select * from leavings
),

final as (
    select
        tenant_id,
        employee_id || ':' || document_type as employment_key,
        employee_id,
        employee_number,
        employee_name,
        job_title,
        unit_id,
        unit_name,
        document_type,
        changed_on,
        head_count_change,
        hired_count,
        left_count,
        _batch_id
    from changes
)

select * from final
