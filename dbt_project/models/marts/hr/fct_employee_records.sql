-- Grain: one row an employee on file, with the personnel file and the pay of now.
-- Hours, bonuses and rates are of now: add them up over employees, never over days.
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
        manager_id,
        manager_name,
        hired_on,
        left_on,
        is_active,
        _batch_id
    from {{ ref('dim_employees') }}
),

recordings as (
    select
        tenant_id,
        employee_id,
        cast(created_at at time zone 'UTC' as date) as recorded_on
    from {{ ref('stg_erp__employees') }}
),

files as (
    select
        tenant_id,
        employee_id,
        gender,
        marital_status,
        born_on,
        is_salaried,
        vacation_hours,
        sick_leave_hours,
        organization_level,
        bonus_amount,
        commission_share,
        _batch_id
    from {{ ref('stg_erp__employee_files') }}
),

pays as (
    select distinct on (tenant_id, employee_id)
        tenant_id,
        employee_id,
        hourly_rate,
        pays_per_month,
        _batch_id
    from {{ ref('stg_erp__employee_pays') }}
    where valid_from <= current_date
    order by tenant_id asc, employee_id asc, valid_from desc
),

assignments as (
    select distinct on (assigned.tenant_id, assigned.employee_id)
        assigned.tenant_id,
        assigned.employee_id,
        shifts.shift_name,
        assigned._batch_id
    from {{ ref('stg_erp__employee_assignments') }} as assigned
    left join {{ ref('stg_erp__shifts') }} as shifts
        on assigned.tenant_id = shifts.tenant_id and assigned.shift_id = shifts.shift_id
    where assigned.ends_on is null
    order by assigned.tenant_id asc, assigned.employee_id asc, assigned.starts_on desc
),

final as (
    select
        employees.tenant_id,
        employees.employee_id,
        employees.employee_number,
        employees.employee_name,
        'employee' as document_type,
        employees.job_title,
        employees.unit_id,
        employees.manager_name,
        managers.unit_name as manager_unit,
        managers.job_title as manager_title,
        recordings.recorded_on,
        employees.hired_on,
        employees.left_on,
        files.born_on,
        employees.is_active and employees.left_on is null as is_employed,
        case
            when employees.is_active and employees.left_on is null and managers.unit_id <> employees.unit_id then 1
            else 0
        end as led_from_elsewhere_count,
        files.gender,
        files.marital_status,
        case
            when files.is_salaried then 'salaried'
            when not files.is_salaried then 'paid by the hour'
        end as pay_kind,
        case pays.pays_per_month
            when 1 then 'monthly'
            when 2 then 'biweekly'
        end as pay_frequency,
        assignments.shift_name,
        cast(files.organization_level as text) as organization_level,
        pays.hourly_rate,
        files.vacation_hours,
        files.sick_leave_hours,
        files.bonus_amount,
        files.commission_share,
        greatest(
            employees._batch_id, managers._batch_id, files._batch_id, pays._batch_id, assignments._batch_id
        ) as _batch_id
    from employees
    inner join recordings
        on employees.tenant_id = recordings.tenant_id and employees.employee_id = recordings.employee_id
    left join employees as managers
        on employees.tenant_id = managers.tenant_id and employees.manager_id = managers.employee_id
    left join files on employees.tenant_id = files.tenant_id and employees.employee_id = files.employee_id
    left join pays on employees.tenant_id = pays.tenant_id and employees.employee_id = pays.employee_id
    left join assignments
        on employees.tenant_id = assignments.tenant_id and employees.employee_id = assignments.employee_id
)

select * from final
