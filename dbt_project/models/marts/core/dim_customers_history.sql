-- Grain: one row a version of a customer, from the instant it was written to the next; the first reaches back for ever.
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
    where table_name = 'scm.customers'
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
        audit_record_id as customer_version_id,
        row_id as customer_id,
        after_values ->> 'code' as customer_code,
        after_values ->> 'name' as customer_name,
        cast(after_values ->> 'category_id' as uuid) as customer_category_id,
        cast(after_values ->> 'region_id' as uuid) as region_id,
        cast(after_values ->> 'salesperson_id' as uuid) as salesperson_id,
        after_values ->> 'grade' as grade,
        cast(after_values ->> 'is_blocked' as boolean) as is_blocked,
        cast(after_values ->> 'is_active' as boolean) as is_active,
        case when previous_at is null then timestamptz '1900-01-01 00:00:00+00' else recorded_at end as valid_from,
        coalesce(next_at, timestamptz '9999-12-31 00:00:00+00') as valid_to,
        next_at is null as is_current,
        _batch_id
    from versions
    where action <> 'delete' and (next_at is null or next_at > recorded_at)
)

select * from final
