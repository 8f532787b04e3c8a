-- Grain: one row a try of a tenant's user to sign in; never changed.
-- Addresses and devices stay behind: who may read figures need not know where somebody sits.
{{ config(
    unique_key=['tenant_id', 'login_id'],
    indexes=[
        {'columns': ['tenant_id', 'login_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

logins as (
    select
        tenant_id,
        login_id,
        user_id,
        username,
        login_result,
        country_code,
        is_new_country,
        occurred_at,
        _batch_id
    from {{ ref('stg_erp__logins') }}
    {% if is_incremental() %}
        where _batch_id > {{ floor }}
    {% endif %}
),

final as (
    select
        tenant_id,
        login_id,
        user_id,
        username,
        'login' as document_type,
        login_result,
        country_code,
        is_new_country,
        cast(occurred_at at time zone 'UTC' as date) as occurred_on,
        to_char(date_trunc('hour', occurred_at at time zone 'UTC'), 'YYYY-MM-DD HH24:MI') as login_hour,
        occurred_at,
        _batch_id
    from logins
)

select * from final
