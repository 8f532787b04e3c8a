-- Grain: one row a version of an item, from the instant it was written to the next; the first reaches back for ever.
{{ config(materialized='table') }}
with

{{ recorded_versions('catalog.items') }},

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
        {{ version_validity() }},
        _batch_id
    from versions
    where {{ is_lasting_version() }}
)

select * from final
