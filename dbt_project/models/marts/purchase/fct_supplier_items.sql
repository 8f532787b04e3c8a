-- Grain: one row an item that a supplier can deliver, with the terms of now.
-- Prices and lead times may not be summed.
{{ config(materialized='table') }}
with

supplied as (
    select
        tenant_id,
        supplier_item_id,
        supplier_id,
        item_id,
        unit_price,
        last_unit_price,
        last_received_on,
        lead_time_days,
        minimum_quantity,
        maximum_quantity,
        created_at,
        _batch_id
    from {{ ref('stg_erp__supplier_items') }}
),

suppliers as (
    select
        tenant_id,
        supplier_id,
        supplier_code,
        _batch_id
    from {{ ref('dim_suppliers') }}
),

final as (
    select
        supplied.tenant_id,
        supplied.supplier_item_id,
        supplied.supplier_id,
        suppliers.supplier_code,
        'supplier_item' as document_type,
        supplied.item_id,
        cast(supplied.created_at at time zone 'UTC' as date) as recorded_on,
        supplied.unit_price,
        supplied.last_unit_price,
        supplied.last_received_on,
        supplied.lead_time_days,
        supplied.minimum_quantity,
        supplied.maximum_quantity,
        1 as supplied_count,
        greatest(supplied._batch_id, suppliers._batch_id) as _batch_id
    from supplied
    inner join suppliers on supplied.tenant_id = suppliers.tenant_id and supplied.supplier_id = suppliers.supplier_id
)

select * from final
