-- Grain: one row a version of a customer's category, valid between two instants at which the customer was written.
-- The first version reaches back to the beginning of time: documents imported later may be older than the record.
with

records as (
    select
        tenant_id,
        audit_record_id,
        row_id,
        action,
        after_values,
        recorded_at
    from {{ ref('stg_erp__audit_log') }}
    where table_name = 'scm.customers'
),

versions as (
    select
        tenant_id,
        row_id as customer_id,
        action,
        cast(after_values ->> 'category_id' as uuid) as customer_category_id,
        recorded_at,
        lag(recorded_at) over timeline as previous_at,
        lead(recorded_at) over timeline as next_at
    from records
    window timeline as (partition by tenant_id, row_id order by audit_record_id)
),

final as (
    select
        tenant_id,
        customer_id,
        customer_category_id,
        case when previous_at is null then timestamptz '-infinity' else recorded_at end as known_from,
        coalesce(next_at, timestamptz 'infinity') as known_to
    from versions
    where action <> 'delete' and (next_at is null or next_at > recorded_at)
)

select * from final
