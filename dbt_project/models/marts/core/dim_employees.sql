-- Grain: one row an employee: salespeople and buyers among them.
{{ config(materialized='table') }}
with

employees as (
    select
        tenant_id,
        employee_id,
        employee_number,
        {{ distinct_name('employee_name', 'employee_number') }} as employee_name,
        job_title,
        unit_id,
        manager_id,
        user_id,
        hired_on,
        left_on,
        is_active,
        _batch_id
    from {{ ref('stg_erp__employees') }}
),

units as (
    select
        tenant_id,
        unit_id,
        unit_code,
        unit_name,
        _batch_id
    from {{ ref('stg_erp__units') }}
),

final as (
    select
        employees.tenant_id,
        employees.employee_id,
        employees.employee_number,
        employees.employee_name,
        employees.job_title,
        employees.unit_id,
        units.unit_code,
        units.unit_name,
        employees.manager_id,
        managers.employee_name as manager_name,
        employees.user_id,
        employees.hired_on,
        employees.left_on,
        employees.is_active,
        greatest(employees._batch_id, units._batch_id, managers._batch_id) as _batch_id
    from employees
    left join units on employees.tenant_id = units.tenant_id and employees.unit_id = units.unit_id
    left join employees as managers
        on employees.tenant_id = managers.tenant_id and employees.manager_id = managers.employee_id
)

select * from final
