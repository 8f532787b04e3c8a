-- Grain: one row a customer, with the attributes of now; dim_customers_history has those of then.
-- One that was merged into another is told as that one: its documents are the other's. Whose rows somebody may see goes
-- by what each record says itself: own_ columns and ids.
{{ config(materialized='table') }}
with

customers as (
    select
        tenant_id,
        customer_id,
        customer_code,
        customer_name,
        customer_category_id,
        head_id,
        region_id,
        salesperson_id,
        currency_code,
        country_code,
        city,
        credit_limit_amount,
        grade,
        merged_into_id,
        coalesce(merged_into_id, customer_id) as survivor_id,
        is_blocked,
        is_active,
        created_by,
        _batch_id
    from {{ ref('stg_erp__customers') }}
),

-- Who customers are now: those that were merged into others do not make a name ambiguous.
survivors as (
    select
        tenant_id,
        customer_id,
        customer_code,
        {{ distinct_name('customer_name', 'customer_code') }} as customer_name,
        customer_category_id,
        region_id,
        salesperson_id,
        country_code,
        city,
        attributes,
        grade,
        _batch_id
    from {{ ref('stg_erp__customers') }}
    where merged_into_id is null
),

-- Houses by names of their own: the numbers that buy for one do not make its name ambiguous.
heads as (
    select
        tenant_id,
        customer_id,
        {{ distinct_name('customer_name', 'customer_code') }} as customer_name,
        _batch_id
    from {{ ref('stg_erp__customers') }}
    where head_id is null and merged_into_id is null
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
        survivors.customer_code,
        survivors.customer_name,
        customers.customer_code as own_code,
        customers.customer_name as own_name,
        customers.customer_category_id,
        categories.customer_category_code,
        categories.customer_category_name,
        categories.group_name as customer_category_group_name,
        -- Whose number it is, where a house buys under several.
        coalesce(heads.customer_name, survivors.customer_name) as customer_account_name,
        customers.region_id,
        regions.region_code,
        regions.region_name,
        regions.region_group_name,
        coalesce(survivors.country_code, regions.country_code) as country_code,
        customers.country_code as own_country_code,
        survivors.city,
        customers.city as own_city,
        customers.salesperson_id,
        employees.employee_name as salesperson_name,
        owners.unit_id,
        customers.created_by,
        customers.currency_code as document_currency_code,
        customers.credit_limit_amount as document_credit_limit_amount,
        survivors.grade,
        customers.grade as own_grade,
        -- What is known of persons and shops, where their attributes say so.
        survivors.attributes ->> 'gender' as customer_gender,
        survivors.attributes ->> 'marital_status' as customer_marital_status,
        survivors.attributes ->> 'education' as customer_education,
        survivors.attributes ->> 'occupation' as customer_occupation,
        survivors.attributes ->> 'income' as customer_income,
        survivors.attributes ->> 'commute' as customer_commute_distance,
        survivors.attributes ->> 'home' as customer_home_ownership,
        survivors.attributes ->> 'cars' as customer_cars_owned,
        survivors.attributes ->> 'children' as customer_child_count,
        survivors.attributes ->> 'specialty' as customer_specialty,
        survivors.attributes ->> 'business_type' as customer_business_type,
        survivors.attributes ->> 'brands' as customer_brands,
        survivors.attributes ->> 'internet' as customer_internet,
        survivors.attributes ->> 'bank' as customer_bank,
        customers.merged_into_id,
        customers.is_blocked,
        customers.is_active,
        greatest(
            customers._batch_id,
            survivors._batch_id,
            heads._batch_id,
            categories._batch_id,
            regions._batch_id,
            employees._batch_id,
            owners._batch_id
        ) as _batch_id
    from customers
    inner join survivors
        on customers.tenant_id = survivors.tenant_id and customers.survivor_id = survivors.customer_id
    left join heads
        on
            customers.tenant_id = heads.tenant_id
            and coalesce(customers.head_id, customers.customer_id) = heads.customer_id
    left join categories
        on
            survivors.tenant_id = categories.tenant_id
            and survivors.customer_category_id = categories.customer_category_id
    left join regions on survivors.tenant_id = regions.tenant_id and survivors.region_id = regions.region_id
    left join employees
        on survivors.tenant_id = employees.tenant_id and survivors.salesperson_id = employees.employee_id
    left join employees as owners
        on customers.tenant_id = owners.tenant_id and customers.salesperson_id = owners.employee_id
)

select * from final
