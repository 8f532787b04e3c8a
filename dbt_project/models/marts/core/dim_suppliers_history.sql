-- Grain: one row a version of a supplier, from the instant it was written to the next; the first reaches back for ever.
{{ config(materialized='table') }}
with

{{ recorded_versions('scm.suppliers') }},

final as (
    select
        tenant_id,
        audit_record_id as supplier_version_id,
        row_id as supplier_id,
        after_values ->> 'code' as supplier_code,
        after_values ->> 'name' as supplier_name,
        cast(after_values ->> 'category_id' as uuid) as supplier_category_id,
        cast(after_values ->> 'is_blocked' as boolean) as is_blocked,
        cast(after_values ->> 'is_active' as boolean) as is_active,
        {{ version_validity() }},
        _batch_id
    from versions
    where {{ is_lasting_version() }}
)

select * from final
