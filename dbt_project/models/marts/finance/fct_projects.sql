-- Grain: one row a project, on its first day.
{{ config(materialized='table') }}
with

projects as (
    select
        tenant_id,
        project_id,
        company_id,
        customer_id,
        manager_id,
        starts_on,
        ends_on,
        budget_amount,
        _batch_id
    from {{ ref('stg_erp__projects') }}
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code,
        _batch_id
    from {{ ref('stg_erp__companies') }}
),

final as (
    select
        projects.tenant_id,
        projects.project_id,
        projects.company_id,
        companies.currency_code,
        projects.customer_id,
        projects.manager_id,
        projects.starts_on,
        projects.ends_on,
        projects.budget_amount,
        greatest(projects._batch_id, companies._batch_id) as _batch_id
    from projects
    inner join companies on projects.tenant_id = companies.tenant_id and projects.company_id = companies.company_id
)

select * from final
