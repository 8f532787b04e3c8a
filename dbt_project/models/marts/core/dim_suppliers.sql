-- Grain: one row a supplier, with the attributes of now; dim_suppliers_history has those of then.
{{ config(materialized='table') }}
with

suppliers as (
    select
        tenant_id,
        supplier_id,
        supplier_code,
        {{ distinct_name('supplier_name', 'supplier_code') }} as supplier_name,
        supplier_category_id,
        currency_code,
        country_code,
        credit_rating,
        is_blocked,
        is_active,
        created_by,
        _batch_id
    from {{ ref('stg_erp__suppliers') }}
),

categories as (
    select
        tenant_id,
        supplier_category_id,
        supplier_category_code,
        supplier_category_name,
        group_name,
        _batch_id
    from {{ ref('int_supplier_categories_rooted') }}
),

final as (
    select
        suppliers.tenant_id,
        suppliers.supplier_id,
        suppliers.supplier_code,
        suppliers.supplier_name,
        suppliers.supplier_category_id,
        categories.supplier_category_code,
        categories.supplier_category_name,
        categories.group_name as supplier_category_group_name,
        suppliers.country_code,
        suppliers.currency_code as document_currency_code,
        suppliers.created_by,
        cast(suppliers.credit_rating as text) as supplier_credit_rating,
        case when suppliers.is_active then 'active' else 'inactive' end as supplier_activity,
        suppliers.is_blocked,
        suppliers.is_active,
        greatest(suppliers._batch_id, categories._batch_id) as _batch_id
    from suppliers
    left join categories
        on
            suppliers.tenant_id = categories.tenant_id
            and suppliers.supplier_category_id = categories.supplier_category_id
)

select * from final
