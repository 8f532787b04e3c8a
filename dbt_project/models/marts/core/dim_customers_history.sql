-- Grain: one row a version of a customer, from the instant it was written to the next; the first reaches back for ever.
{{ config(materialized='table') }}
with

{{ recorded_versions('scm.customers') }},

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
        {{ version_validity() }},
        _batch_id
    from versions
    where {{ is_lasting_version() }}
)

select * from final
