select tenant_id, id as line_id, entry_id, company_id, account_id, posted_on, amount, currency_code, created_at, _batch_id
from {{ source("erp", "journal_lines") }}
