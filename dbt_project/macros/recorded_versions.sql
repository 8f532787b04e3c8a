{#
Every version of a record of one operational table, from the audit log: two CTEs, `records` and `versions`. A version
carries the later of the batches that brought it and ended it, so that an incremental reader sees both.
#}
{% macro recorded_versions(source_table) -%}
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
    where table_name = '{{ source_table }}'
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
)
{%- endmacro %}
{# When a version held: the first reaches back for ever, the last ahead. #}
{% macro version_validity() -%}
    case when previous_at is null then timestamptz '1900-01-01 00:00:00+00' else recorded_at end as valid_from,
    coalesce(next_at, timestamptz '9999-12-31 00:00:00+00') as valid_to,
    next_at is null as is_current
{%- endmacro %}
{# Leaves out deletions, and what the same transaction wrote over. #}
{% macro is_lasting_version() -%}
    action <> 'delete' and (next_at is null or next_at > recorded_at)
{%- endmacro %}
