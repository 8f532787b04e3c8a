select
    tenant_id,
    id as login_id,
    user_id,
    username,
    result as login_result,
    country as country_code,
    is_new_country,
    occurred_at,
    _loaded_at,
    _batch_id
from {{ source('erp', 'logins') }}
