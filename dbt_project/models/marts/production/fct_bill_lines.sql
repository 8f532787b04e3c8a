-- Grain: one row a line of a version of a bill of materials, versions of the past included (see is_current).
-- Quantity and cost are for one piece of the product: add them up over the lines of a bill, never over products.
{{ config(materialized='table') }}
with

bills as (
    select
        tenant_id,
        bill_id,
        bill_code,
        company_id,
        item_id,
        made_quantity,
        valid_from,
        created_by,
        -- The day after the last one.
        least(
            valid_to + 1,
            lead(valid_from) over (partition by tenant_id, company_id, item_id order by valid_from)
        ) as valid_to,
        _batch_id
    from {{ ref('stg_erp__bills') }}
),

bill_lines as (
    select
        tenant_id,
        bill_line_id,
        bill_id,
        line_number,
        line_kind,
        item_id,
        measure_unit_id,
        quantity,
        scrap_share,
        alternative_group,
        -- Of alternatives the first is the one that is planned with.
        alternative_group is null
        or row_number() over (
            partition by tenant_id, bill_id, alternative_group order by line_number, bill_line_id
        ) = 1 as is_planned,
        _batch_id
    from {{ ref('stg_erp__bill_lines') }}
),

item_units as (
    select
        tenant_id,
        item_id,
        measure_unit_id,
        numerator,
        denominator,
        _batch_id
    from {{ ref('stg_erp__item_units') }}
),

items as (
    select
        tenant_id,
        item_id,
        item_code,
        item_name,
        standard_cost,
        _batch_id
    from {{ ref('dim_items') }}
),

counted as (
    select
        bill_lines.tenant_id,
        bill_lines.bill_line_id,
        bill_lines.bill_id,
        bill_lines.line_number,
        bill_lines.line_kind,
        bill_lines.alternative_group,
        bill_lines.is_planned,
        bill_lines.item_id as component_id,
        items.item_code as component_code,
        items.item_name as component_name,
        items.standard_cost,
        bill_lines.quantity * coalesce(item_units.numerator, 1) / coalesce(item_units.denominator, 1)
        * (1 + bill_lines.scrap_share) as quantity,
        greatest(bill_lines._batch_id, items._batch_id, item_units._batch_id) as _batch_id
    from bill_lines
    inner join items on bill_lines.tenant_id = items.tenant_id and bill_lines.item_id = items.item_id
    left join item_units
        on
            bill_lines.tenant_id = item_units.tenant_id
            and bill_lines.item_id = item_units.item_id
            and bill_lines.measure_unit_id = item_units.measure_unit_id
),

final as (
    select
        counted.tenant_id,
        counted.bill_line_id,
        bills.bill_id,
        bills.bill_code,
        'bill_of_materials' as document_type,
        bills.company_id,
        bills.item_id,
        bills.created_by,
        counted.line_number,
        counted.line_kind,
        counted.alternative_group,
        counted.is_planned,
        bills.valid_to is null as is_current,
        bills.valid_to is null and counted.is_planned and counted.line_kind = 'component' as is_counted,
        bills.valid_from,
        bills.valid_to,
        counted.component_id,
        counted.component_code,
        counted.component_name,
        round(counted.quantity / bills.made_quantity, 6) as component_quantity,
        round(counted.quantity * counted.standard_cost / bills.made_quantity, 6) as component_cost_amount,
        greatest(bills._batch_id, counted._batch_id) as _batch_id
    from counted
    inner join bills on counted.tenant_id = bills.tenant_id and counted.bill_id = bills.bill_id
)

select * from final
