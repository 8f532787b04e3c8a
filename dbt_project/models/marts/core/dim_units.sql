-- Grain: one row a unit of the organization.
{{ config(materialized='table') }}
with

units as (
    select
        tenant_id,
        unit_id,
        unit_code,
        unit_name,
        unit_kind,
        unit_path,
        parent_id,
        company_id,
        is_active,
        _batch_id
    from {{ ref('stg_erp__units') }}
),

final as (
    select
        units.tenant_id,
        units.unit_id,
        units.unit_code,
        units.unit_name,
        units.unit_kind,
        units.unit_path,
        -- The unit right above; what has none stands for itself.
        coalesce(parents.unit_name, units.unit_name) as unit_group_name,
        units.parent_id,
        units.company_id,
        units.is_active,
        greatest(units._batch_id, parents._batch_id) as _batch_id
    from units
    left join units as parents on units.tenant_id = parents.tenant_id and units.parent_id = parents.unit_id
)

select * from final
