-- Grain: one row a route, release and day: how often it was asked and how long it took.
-- The p95 must not be summed or averaged: it is one of all requests of its row.
{{ config(
    unique_key=['tenant_id', 'request_latency_id'],
    pre_hook="{{ forget_deleted('platform.daily_latencies', 'request_latency_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'request_latency_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

latencies as (
    select
        tenant_id,
        daily_latency_id,
        route,
        release,
        measured_on,
        request_count,
        total_ms,
        p95_ms,
        _batch_id
    from {{ ref('stg_erp__daily_latencies') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

final as (
    select
        tenant_id,
        daily_latency_id as request_latency_id,
        route,
        release,
        measured_on,
        request_count,
        total_ms,
        p95_ms,
        _batch_id
    from latencies
)

select * from final
