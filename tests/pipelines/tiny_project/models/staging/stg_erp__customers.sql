select tenant_id, id as customer_id, code as customer_code, name as customer_name, credit_limit_amount, _batch_id
from {{ source("erp", "customers") }}
