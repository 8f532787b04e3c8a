-- Grain: one row a move of the stock ledger. Summed up to a day, quantity and value are the stock of that day.
-- An item that changes its category leaves the old one and enters the new one: two rows more a stock place, of the kind
-- reclassification, on the day of the change, with what stood there by earlier days. They cancel out but by category.
{{ config(
    unique_key=['tenant_id', 'move_id'],
    indexes=[
        {'columns': ['tenant_id', 'move_id'], 'unique': true},
        {'columns': ['tenant_id', 'item_id', 'warehouse_id', 'moved_on']},
        {'columns': ['tenant_id', 'company_id', 'moved_on']},
        {'columns': ['_batch_id']},
    ],
) }}
{% set floor = batch_floor() %}
with

category_periods as (
    {{ dated_item_categories(ref('dim_items_history')) }}
),

{% if is_incremental() %}
    touched as (
        {{ touched_rows('move_id', [
            ['stg_erp__stock_moves'],
            [('int_documents_described', 'document_batch_id'), ('document_id', 'stg_erp__stock_moves', 'origin_id')],
            [('int_documents_described', 'order_batch_id'), ('document_id', 'stg_erp__stock_moves', 'origin_id')],
        ]) }}
        union distinct
        select
            moves.tenant_id,
            moves.move_id
        from category_periods
        inner join {{ ref('stg_erp__stock_moves') }} as moves
            on
                category_periods.tenant_id = moves.tenant_id
                and category_periods.item_id = moves.item_id
                and category_periods.from_on <= moves.occurred_on
        where category_periods._batch_id > {{ floor }}
        union distinct
        select
            moves.tenant_id,
            moves.move_id
        from {{ ref('stg_erp__recostings') }} as recostings
        inner join {{ ref('stg_erp__stock_moves') }} as moves
            on
                recostings.tenant_id = moves.tenant_id
                and recostings.company_id = moves.company_id
                and recostings.item_id = moves.item_id
                and recostings.from_on <= moves.occurred_on
        where recostings._batch_id > {{ floor }}
    ),

    touched_changes as (
        select
            tenant_id,
            item_version_id
        from category_periods
        where _batch_id > {{ floor }}
        union distinct
        select
            category_periods.tenant_id,
            category_periods.item_version_id
        from {{ ref('stg_erp__stock_moves') }} as moves
        inner join category_periods
            on
                moves.tenant_id = category_periods.tenant_id
                and moves.item_id = category_periods.item_id
                and moves.occurred_on < category_periods.from_on
        where moves._batch_id > {{ floor }}
        union distinct
        select
            category_periods.tenant_id,
            category_periods.item_version_id
        from {{ ref('stg_erp__recostings') }} as recostings
        inner join category_periods
            on
                recostings.tenant_id = category_periods.tenant_id
                and recostings.item_id = category_periods.item_id
                and recostings.from_on <= category_periods.from_on
        where recostings._batch_id > {{ floor }}
    ),
{% endif %}

moves as (
    select
        tenant_id,
        move_id,
        company_id,
        item_id,
        warehouse_id,
        location_id,
        move_kind,
        quantity,
        value_amount,
        occurred_on,
        account_id,
        journal_entry_id,
        origin_type,
        origin_id,
        origin_line_id,
        reverses_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__stock_moves') }}
    {{ if_touched('where', 'move_id') }}
),

corrected_moves as (
    select
        tenant_id,
        move_id,
        move_kind
    from {{ ref('stg_erp__stock_moves') }}
),

recostings as (
    select
        tenant_id,
        company_id,
        item_id,
        from_on,
        is_pending,
        _batch_id
    from {{ ref('stg_erp__recostings') }}
),

-- What was ever valued anew; while that waits, the value of a move may still be corrected by a later row.
recosted_moves as (
    select
        moves.tenant_id,
        moves.move_id,
        bool_or(recostings.is_pending) as is_provisional,
        max(recostings._batch_id) as _batch_id
    from moves
    inner join recostings
        on
            moves.tenant_id = recostings.tenant_id
            and moves.company_id = recostings.company_id
            and moves.item_id = recostings.item_id
            and moves.occurred_on >= recostings.from_on
    group by moves.tenant_id, moves.move_id
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

documents as (
    select
        tenant_id,
        document_id,
        document_type,
        document_number,
        customer_id,
        supplier_id,
        unit_id,
        document_batch_id,
        order_batch_id
    from {{ ref('int_documents_described') }}
),

joined as (
    select
        moves.tenant_id,
        moves.move_id,
        moves.company_id,
        companies.currency_code,
        moves.item_id,
        category_periods.item_category_id as item_category_then_id,
        moves.warehouse_id,
        moves.location_id,
        moves.move_kind,
        -- A revaluation counts for what it corrects: of a delivery it is cost of sales.
        case
            when moves.move_kind = 'revaluation' then coalesce(corrected_moves.move_kind, 'revaluation')
            else moves.move_kind
        end as counted_kind,
        moves.occurred_on as moved_on,
        moves.quantity,
        moves.value_amount,
        moves.account_id,
        moves.journal_entry_id as entry_id,
        coalesce(documents.document_type, moves.origin_type) as document_type,
        moves.origin_id as document_id,
        documents.document_number,
        moves.origin_line_id as document_line_id,
        moves.reverses_id,
        documents.customer_id,
        documents.supplier_id,
        documents.unit_id,
        moves.created_by,
        coalesce(recosted_moves.is_provisional, false) as is_provisional,
        greatest(
            moves._batch_id,
            documents.document_batch_id,
            documents.order_batch_id,
            category_periods._batch_id,
            recosted_moves._batch_id
        ) as _batch_id
    from moves
    inner join companies on moves.tenant_id = companies.tenant_id and moves.company_id = companies.company_id
    left join documents on moves.tenant_id = documents.tenant_id and moves.origin_id = documents.document_id
    left join corrected_moves
        on moves.tenant_id = corrected_moves.tenant_id and moves.reverses_id = corrected_moves.move_id
    left join recosted_moves
        on moves.tenant_id = recosted_moves.tenant_id and moves.move_id = recosted_moves.move_id
    left join category_periods
        on
            moves.tenant_id = category_periods.tenant_id
            and moves.item_id = category_periods.item_id
            and moves.occurred_on >= category_periods.from_on
            and moves.occurred_on < category_periods.to_on
),

reclassified as (
    select
        changes.tenant_id,
        changes.item_version_id,
        changes.item_id,
        changes.earlier_category_id,
        changes.item_category_id,
        changes.from_on,
        moves.company_id,
        moves.warehouse_id,
        moves.location_id,
        moves.account_id,
        sum(moves.quantity) as quantity,
        sum(moves.value_amount) as value_amount,
        (
            select coalesce(bool_or(recostings.is_pending), false)
            from recostings
            where
                recostings.tenant_id = changes.tenant_id
                and recostings.company_id = moves.company_id
                and recostings.item_id = changes.item_id
                and recostings.from_on <= changes.from_on
        ) as is_provisional,
        greatest(
            max(moves._batch_id),
            changes._batch_id,
            (
                select max(recostings._batch_id)
                from recostings
                where
                    recostings.tenant_id = changes.tenant_id
                    and recostings.company_id = moves.company_id
                    and recostings.item_id = changes.item_id
                    and recostings.from_on <= changes.from_on
            )
        ) as _batch_id
    from category_periods as changes
    inner join {{ ref('stg_erp__stock_moves') }} as moves
        on
            changes.tenant_id = moves.tenant_id
            and changes.item_id = moves.item_id
            and changes.from_on > moves.occurred_on
    where
        not changes.is_first
        {% if is_incremental() %}
            and (changes.tenant_id, changes.item_version_id) in (
                select
                    touched_changes.tenant_id,
                    touched_changes.item_version_id
                from touched_changes
            )
        {% endif %}
    group by
        changes.tenant_id,
        changes.item_version_id,
        changes.item_id,
        changes.earlier_category_id,
        changes.item_category_id,
        changes.from_on,
        changes._batch_id,
        moves.company_id,
        moves.warehouse_id,
        moves.location_id,
        moves.account_id
),

reclassifications as (
    select
        reclassified.tenant_id,
        cast(md5(concat_ws(
            '/',
            reclassified.item_version_id,
            sides.direction,
            reclassified.company_id,
            reclassified.warehouse_id,
            reclassified.location_id,
            reclassified.account_id
        )) as uuid) as move_id,
        reclassified.company_id,
        companies.currency_code,
        reclassified.item_id,
        case sides.direction
            when -1 then reclassified.earlier_category_id else reclassified.item_category_id
        end as item_category_then_id,
        reclassified.warehouse_id,
        reclassified.location_id,
        reclassified.from_on as moved_on,
        sides.direction * reclassified.quantity as quantity,
        sides.direction * reclassified.value_amount as value_amount,
        reclassified.account_id,
        reclassified.is_provisional,
        reclassified._batch_id
    from reclassified
    inner join companies
        on reclassified.tenant_id = companies.tenant_id and reclassified.company_id = companies.company_id
    cross join (values (-1), (1)) as sides (direction)
),

final as (
    select
        tenant_id,
        move_id,
        company_id,
        currency_code,
        item_id,
        item_category_then_id,
        warehouse_id,
        location_id,
        move_kind,
        moved_on,
        quantity,
        value_amount,
        greatest(quantity, 0) as received_quantity,
        greatest(-quantity, 0) as issued_quantity,
        -- Corrections have no quantity; they count with their sign as receipts of value.
        case when quantity >= 0 then value_amount else 0 end as received_value_amount,
        case when quantity < 0 then -value_amount else 0 end as issued_value_amount,
        case when move_kind = 'adjustment' then value_amount else 0 end as adjustment_amount,
        case when counted_kind in ('delivery', 'sales_return') then -value_amount else 0 end as cost_of_sales_amount,
        case when counted_kind in ('delivery', 'sales_return') then -quantity else 0 end as sold_quantity,
        account_id,
        entry_id,
        document_type,
        document_id,
        document_number,
        document_line_id,
        reverses_id,
        customer_id,
        supplier_id,
        unit_id,
        created_by,
        is_provisional,
        _batch_id
    from joined

    union all

    select
        tenant_id,
        move_id,
        company_id,
        currency_code,
        item_id,
        item_category_then_id,
        warehouse_id,
        location_id,
        'reclassification' as move_kind,
        moved_on,
        quantity,
        value_amount,
        0 as received_quantity,
        0 as issued_quantity,
        0 as received_value_amount,
        0 as issued_value_amount,
        0 as adjustment_amount,
        0 as cost_of_sales_amount,
        0 as sold_quantity,
        account_id,
        cast(null as uuid) as entry_id,
        'reclassification' as document_type,
        cast(null as uuid) as document_id,
        cast(null as text) as document_number,
        cast(null as uuid) as document_line_id,
        cast(null as uuid) as reverses_id,
        cast(null as uuid) as customer_id,
        cast(null as uuid) as supplier_id,
        cast(null as uuid) as unit_id,
        cast(null as uuid) as created_by,
        is_provisional,
        _batch_id
    from reclassifications
)

select * from final
