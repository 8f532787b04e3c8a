select
    tenant_id,
    id as exchange_rate_id,
    kind as exchange_rate_kind,
    from_currency_code,
    to_currency_code,
    valid_on,
    rate as exchange_rate,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'exchange_rates') }}
