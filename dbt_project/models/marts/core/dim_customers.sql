-- Grain: one row a customer, with the attributes of now; dim_customers_history has those of then.
{{ config(materialized='table') }}
with

customers as (
    select
        tenant_id,
        customer_id,
        customer_code,
        {{ distinct_name('customer_name', 'customer_code') }} as customer_name,
        customer_category_id,
        head_id,
        region_id,
        salesperson_id,
        currency_code,
        country_code,
        city,
        attributes,
        credit_limit_amount,
        grade,
        merged_into_id,
        is_blocked,
        is_active,
        created_by,
        _batch_id
    from {{ ref('stg_erp__customers') }}
),

-- Houses by names of their own: the numbers that buy for one do not make its name ambiguous.
heads as (
    select
        tenant_id,
        customer_id,
        {{ distinct_name('customer_name', 'customer_code') }} as customer_name,
        _batch_id
    from {{ ref('stg_erp__customers') }}
    where head_id is null
),

categories as (
    select
        tenant_id,
        customer_category_id,
        customer_category_code,
        customer_category_name,
        group_name,
        _batch_id
    from {{ ref('int_customer_categories_rooted') }}
),

regions as (
    select
        tenant_id,
        region_id,
        region_code,
        region_name,
        region_group_name,
        country_code,
        _batch_id
    from {{ ref('dim_regions') }}
),

employees as (
    select
        tenant_id,
        employee_id,
        employee_name,
        unit_id,
        _batch_id
    from {{ ref('stg_erp__employees') }}
),

final as (
    select
        customers.tenant_id,
        customers.customer_id,
        customers.customer_code,
        customers.customer_name,
        customers.customer_category_id,
        categories.customer_category_code,
        categories.customer_category_name,
        categories.group_name as customer_category_group_name,
        -- Whose number it is, where a house buys under several.
        coalesce(heads.customer_name, customers.customer_name) as customer_account_name,
        customers.region_id,
        regions.region_code,
        regions.region_name,
        regions.region_group_name,
        coalesce(customers.country_code, regions.country_code) as country_code,
        customers.city,
        customers.salesperson_id,
        employees.employee_name as salesperson_name,
        employees.unit_id,
        customers.created_by,
        customers.currency_code as document_currency_code,
        customers.credit_limit_amount as document_credit_limit_amount,
        customers.grade,
        -- What is known of persons and shops, where their attributes say so.
        customers.attributes ->> 'gender' as customer_gender,
        customers.attributes ->> 'marital_status' as customer_marital_status,
        customers.attributes ->> 'education' as customer_education,
        customers.attributes ->> 'occupation' as customer_occupation,
        customers.attributes ->> 'income' as customer_income,
        customers.attributes ->> 'commute' as customer_commute_distance,
        customers.attributes ->> 'home' as customer_home_ownership,
        customers.attributes ->> 'cars' as customer_cars_owned,
        customers.attributes ->> 'children' as customer_child_count,
        customers.attributes ->> 'specialty' as customer_specialty,
        customers.attributes ->> 'business_type' as customer_business_type,
        customers.attributes ->> 'brands' as customer_brands,
        customers.attributes ->> 'internet' as customer_internet,
        customers.attributes ->> 'bank' as customer_bank,
        customers.merged_into_id,
        customers.is_blocked,
        customers.is_active,
        greatest(
            customers._batch_id, heads._batch_id, categories._batch_id, regions._batch_id, employees._batch_id
        ) as _batch_id
    from customers
    left join heads
        on
            customers.tenant_id = heads.tenant_id
            and coalesce(customers.head_id, customers.customer_id) = heads.customer_id
    left join categories
        on
            customers.tenant_id = categories.tenant_id
            and customers.customer_category_id = categories.customer_category_id
    left join regions on customers.tenant_id = regions.tenant_id and customers.region_id = regions.region_id
    left join employees
        on customers.tenant_id = employees.tenant_id and customers.salesperson_id = employees.employee_id
)

select * from final
