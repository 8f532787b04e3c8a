-- Grain: one row a tenant and day, from 1990 to the end of the year after next.
-- The fiscal calendar is that of the tenant's first company; a fiscal year is named by the year in which it ends.
{{ config(materialized='table', indexes=[{'columns': ['tenant_id', 'date_day'], 'unique': true}]) }}
with

companies as (
    select
        tenant_id,
        company_code,
        fiscal_year_start_month,
        _batch_id
    from {{ ref('stg_erp__companies') }}
),

fiscal_years as (
    select
        tenant_id,
        min(starts_on) as books_from,
        max(_batch_id) as _batch_id
    from {{ ref('stg_erp__fiscal_years') }}
    group by tenant_id
),

first_codes as (
    select
        tenant_id,
        min(company_code) as company_code
    from companies
    group by tenant_id
),

calendars as (
    select
        companies.tenant_id,
        companies.fiscal_year_start_month - 1 as months_shifted,
        fiscal_years.books_from,
        greatest(companies._batch_id, fiscal_years._batch_id) as _batch_id
    from companies
    inner join first_codes
        on companies.tenant_id = first_codes.tenant_id and companies.company_code = first_codes.company_code
    left join fiscal_years on companies.tenant_id = fiscal_years.tenant_id
),

days as (
    select cast(series.instant as date) as date_day
    from generate_series(
        timestamp '1990-01-01',
        date_trunc('year', cast(current_date as timestamp)) + interval '3 years' - interval '1 day',
        interval '1 day'
    ) as series (instant)
),

shifted as (
    select
        calendars.tenant_id,
        days.date_day,
        calendars.months_shifted,
        -- A date in the fiscal calendar as if the year began in January.
        cast(date_trunc('month', days.date_day) - make_interval(months => calendars.months_shifted) as date)
            as shifted_month,
        days.date_day >= calendars.books_from as is_in_books,
        calendars._batch_id
    from days
    cross join calendars
),

final as (
    select
        tenant_id,
        date_day,
        cast(date_trunc('week', date_day) as date) as week_starts_on,
        cast(date_trunc('month', date_day) as date) as month_starts_on,
        cast(date_trunc('quarter', date_day) as date) as quarter_starts_on,
        cast(date_trunc('year', date_day) as date) as year_starts_on,
        cast(extract(year from date_day) as integer) as calendar_year,
        cast(extract(quarter from date_day) as integer) as calendar_quarter,
        cast(extract(month from date_day) as integer) as calendar_month,
        cast(extract(isodow from date_day) as integer) as weekday,
        cast(date_trunc('month', date_day) as date) as fiscal_period_starts_on,
        cast(date_trunc('quarter', shifted_month) + make_interval(months => months_shifted) as date)
            as fiscal_quarter_starts_on,
        cast(date_trunc('year', shifted_month) + make_interval(months => months_shifted) as date)
            as fiscal_year_starts_on,
        cast(extract(month from shifted_month) as integer) as fiscal_period_number,
        cast(extract(quarter from shifted_month) as integer) as fiscal_quarter_number,
        cast(extract(year from shifted_month) as integer) + case when months_shifted > 0 then 1 else 0 end
            as fiscal_year_number,
        coalesce(is_in_books, false) as is_in_books,
        _batch_id
    from shifted
)

select * from final
