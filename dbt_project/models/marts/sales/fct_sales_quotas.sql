-- Grain: one row what an employee is to sell in the quarter that begins on a day.
{{ config(materialized='table') }}
with

quotas as (
    select
        tenant_id,
        sales_quota_id,
        employee_id,
        starts_on,
        quota_amount,
        _batch_id
    from {{ ref('stg_erp__sales_quotas') }}
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
        quotas.tenant_id,
        quotas.sales_quota_id,
        quotas.employee_id as salesperson_id,
        employees.employee_number,
        'sales_quota' as document_type,
        quotas.starts_on,
        quotas.quota_amount,
        greatest(quotas._batch_id, employees._batch_id) as _batch_id
    from quotas
    inner join employees on quotas.tenant_id = employees.tenant_id and quotas.employee_id = employees.employee_id
)

select * from final
