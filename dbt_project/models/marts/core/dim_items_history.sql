-- Grain: one row a version of a item, from the instant it was written to the next; the first reaches back for ever.
{{ config(materialized='table') }}
with

records as (
    select
        tenant_id,
        audit_record_id,
        row_id,
        action,
        after_values,
        recorded_at,
        _batch_id
    from {{ ref('stg_erp__audit_log') }}
    where table_name = 'catalog.items'
),

versions as (
    select
        tenant_id,
        audit_record_id,
        row_id,
        action,
        after_values,
        recorded_at,
        lag(recorded_at) over timeline as previous_at,
        lead(recorded_at) over timeline as next_at,
        greatest(_batch_id, lead(_batch_id) over timeline) as _batch_id
    from records
    window timeline as (partition by tenant_id, row_id order by audit_record_id)
),

final as (
    select
        tenant_id,
        audit_record_id as item_version_id,
        row_id as item_id,
        after_values ->> 'code' as item_code,
        after_values ->> 'name' as item_name,
        cast(after_values ->> 'category_id' as uuid) as item_category_id,
        after_values ->> 'costing_method' as costing_method,
        cast(after_values ->> 'list_price' as numeric) as list_price,
        cast(after_values ->> 'standard_cost' as numeric) as standard_cost,
        cast(after_values ->> 'is_active' as boolean) as is_active,
        case when previous_at is null then timestamptz '1900-01-01 00:00:00+00' else recorded_at end as valid_from,
        coalesce(next_at, timestamptz '9999-12-31 00:00:00+00') as valid_to,
        next_at is null as is_current,
        _batch_id
    from versions
    where action <> 'delete' and (next_at is null or next_at > recorded_at)
)

select * from final
