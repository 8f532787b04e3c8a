select
    code as currency_code,
    name as currency_name,
    decimals,
    _loaded_at,
    _batch_id
from {{ source('erp', 'currencies') }}
