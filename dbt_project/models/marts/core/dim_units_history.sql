-- Grain: one row a time that a unit of the organization had one name, code and place, in days: the first reaches back
-- for ever, and of several changes on one day the last holds from that day on.
{{ config(materialized='table') }}
with

{{ recorded_versions('organization.units') }},

dated as (
    select
        tenant_id,
        audit_record_id,
        row_id,
        after_values,
        _batch_id,
        case
            when previous_at is null then date '1900-01-01'
            else cast(recorded_at at time zone 'utc' as date)
        end as valid_from_on,
        coalesce(cast(next_at at time zone 'utc' as date), date '9999-12-31') as valid_to_on
    from versions
    where {{ is_lasting_version() }}
),

final as (
    select
        tenant_id,
        audit_record_id as unit_version_id,
        row_id as unit_id,
        after_values ->> 'code' as unit_code,
        after_values ->> 'name' as unit_name,
        after_values ->> 'path' as unit_path,
        cast(after_values ->> 'cost_centre_id' as uuid) as cost_centre_id,
        valid_from_on,
        valid_to_on,
        _batch_id
    from dated
    where valid_to_on > valid_from_on
)

select * from final
