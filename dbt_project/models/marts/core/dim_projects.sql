-- Grain: one row a project.
{{ config(materialized='table') }}
with

projects as (
    select
        tenant_id,
        project_id,
        project_code,
        project_name,
        company_id,
        is_active,
        _batch_id
    from {{ ref('stg_erp__projects') }}
)

select * from projects
