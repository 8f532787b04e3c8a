-- Grain: one row a rate that an employee's hour is paid from a day on.
-- A rate may not be summed.
{{ config(materialized='table') }}
with

pays as (
    select
        tenant_id,
        employee_pay_id,
        employee_id,
        valid_from,
        hourly_rate,
        lag(hourly_rate) over (partition by tenant_id, employee_id order by valid_from) as rate_before,
        _batch_id
    from {{ ref('stg_erp__employee_pays') }}
),

employees as (
    select
        tenant_id,
        employee_id,
        employee_number,
        employee_name,
        job_title,
        unit_id,
        _batch_id
    from {{ ref('dim_employees') }}
),

final as (
    select
        pays.tenant_id,
        pays.employee_pay_id,
        pays.employee_id,
        employees.employee_number,
        employees.employee_name,
        'employee_pay' as document_type,
        employees.job_title,
        employees.unit_id,
        pays.valid_from,
        pays.hourly_rate,
        case when pays.hourly_rate > pays.rate_before then 1 else 0 end as raise_count,
        case when pays.rate_before is null then 0 else 1 end as change_count,
        pays.hourly_rate - pays.rate_before as raise_amount,
        greatest(pays._batch_id, employees._batch_id) as _batch_id
    from pays
    inner join employees on pays.tenant_id = employees.tenant_id and pays.employee_id = employees.employee_id
)

select * from final
