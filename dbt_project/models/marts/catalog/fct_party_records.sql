-- Grain: one row a customer or supplier on file; those merged into another are none of their own.
{{ config(materialized='table') }}
with

customers as (
    select
        tenant_id,
        customer_id,
        customer_code,
        attributes,
        created_at,
        _batch_id
    from {{ ref('stg_erp__customers') }}
    where merged_into_id is null
),

suppliers as (
    select
        tenant_id,
        supplier_id,
        supplier_code,
        created_at,
        _batch_id
    from {{ ref('stg_erp__suppliers') }}
),

records as (
    select
        tenant_id,
        customer_id as party_id,
        customer_code as party_code,
        'customer' as document_type,
        customer_id,
        cast(null as uuid) as supplier_id,
        attributes,
        created_at,
        _batch_id
    from customers
    union all
    select
        tenant_id,
        supplier_id as party_id,
        supplier_code as party_code,
        'supplier' as document_type,
        cast(null as uuid) as customer_id,
        supplier_id,
        cast(null as jsonb) as attributes,
        created_at,
        _batch_id
    from suppliers
),

final as (
    select
        tenant_id,
        party_id,
        party_code,
        document_type,
        customer_id,
        supplier_id,
        cast(created_at at time zone 'UTC' as date) as recorded_on,
        case when customer_id is null then 0 else 1 end as customer_count,
        case when supplier_id is null then 0 else 1 end as supplier_count,
        {{ number_of("(attributes ->> 'employees')") }} as customer_staff,
        {{ number_of("(attributes ->> 'square_feet')") }} as customer_floor_area,
        {{ number_of("(attributes ->> 'annual_sales')") }} as customer_annual_sales,
        {{ number_of("(attributes ->> 'annual_revenue')") }} as customer_annual_revenue,
        {{ number_of("(attributes ->> 'opened_in')") }} as customer_opening_year,
        {{ number_of("(attributes ->> 'cars')") }} as customer_cars,
        {{ number_of("(attributes ->> 'children')") }} as customer_children,
        {{ number_of("(attributes ->> 'children_at_home')") }} as customer_children_at_home,
        _batch_id
    from records
)

select * from final
