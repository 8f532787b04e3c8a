-- Grain: one row a sales region.
{{ config(materialized='table') }}
with

regions as (
    select
        tenant_id,
        region_id,
        country_code,
        _batch_id
    from {{ ref('stg_erp__regions') }}
),

rooted as (
    select
        tenant_id,
        region_id,
        region_code,
        region_name,
        parent_id,
        group_code,
        group_name,
        _batch_id
    from {{ ref('int_regions_rooted') }}
),

final as (
    select
        rooted.tenant_id,
        rooted.region_id,
        rooted.region_code,
        rooted.region_name,
        rooted.parent_id,
        rooted.group_code as region_group_code,
        rooted.group_name as region_group_name,
        regions.country_code,
        rooted._batch_id
    from rooted
    inner join regions on rooted.tenant_id = regions.tenant_id and rooted.region_id = regions.region_id
)

select * from final
