select tenant_id, table_name, row_id, _batch_id
from {{ source("erp", "tombstones") }}
