select
    tenant_id,
    id as tax_code_id,
    code as tax_code_code,
    name as tax_code_name,
    kind as tax_code_kind,
    item_tax_class,
    party_tax_class,
    country_code,
    compounds_on_id,
    created_at,
    created_by,
    updated_at,
    updated_by,
    version,
    _loaded_at,
    _batch_id
from {{ source('erp', 'tax_codes') }}
