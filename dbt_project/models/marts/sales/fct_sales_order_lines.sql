-- Grain: one row a sales order line, drafts and cancelled orders included (see order_state).
-- Open quantities and amounts are of now: add them up over lines, never over days.
{{ config(
    unique_key=['tenant_id', 'order_id'],
    pre_hook="{{ forget_deleted('sales.sales_order_lines', 'order_line_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'order_id']},
        {'columns': ['tenant_id', 'order_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{# Items too: the lines tell their standard cost of now. #}
{{ touched_cte('order_id', [
    ['stg_erp__sales_orders'],
    ['stg_erp__sales_order_lines'],
    ['stg_erp__deliveries'],
    ['stg_erp__invoices', ('invoice_id', 'stg_erp__invoice_lines'), ('order_line_id', 'stg_erp__sales_order_lines')],
    ['stg_erp__offers', ('offer_id', 'stg_erp__sales_order_lines')],
    ['stg_erp__ship_methods', ('ship_method_id', 'stg_erp__sales_orders')],
    ['stg_erp__items', ('item_id', 'stg_erp__sales_order_lines')],
]) }}

orders as (
    select
        tenant_id,
        order_id,
        order_number,
        order_state,
        company_id,
        customer_id,
        customer_category_id,
        region_id,
        salesperson_id,
        unit_id,
        warehouse_id,
        channel,
        ship_method_id,
        coalesce(payment_currency_code, currency_code) as payment_currency_code,
        ship_to_state,
        ordered_on,
        promised_on,
        currency_code,
        exchange_rate,
        freight_amount,
        freight_tax_amount,
        created_by,
        _batch_id
    from {{ ref('stg_erp__sales_orders') }}
    {{ if_touched('where', 'order_id') }}
),

order_lines as (
    select
        lines.tenant_id,
        lines.order_line_id,
        lines.order_id,
        lines.line_number,
        lines.item_id,
        lines.stock_quantity,
        lines.net_amount,
        lines.discount_amount,
        lines.tax_amount,
        lines.company_net_amount,
        coalesce(lines.promised_on, orders.promised_on) as promised_on,
        lines.offer_id,
        lines.is_closed,
        -- What counts as full: less than ordered where the tolerance closed the line.
        case
            when lines.is_closed then lines.stock_quantity * (1 - lines.under_delivery_share)
            else lines.stock_quantity
        end as full_quantity,
        lines._batch_id
    from {{ ref('stg_erp__sales_order_lines') }} as lines
    inner join orders on lines.tenant_id = orders.tenant_id and lines.order_id = orders.order_id
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

items as (
    select
        tenant_id,
        item_id,
        standard_cost,
        _batch_id
    from {{ ref('stg_erp__items') }}
),

offers as (
    select
        tenant_id,
        offer_id,
        offer_name,
        offer_kind,
        offer_audience,
        _batch_id
    from {{ ref('stg_erp__offers') }}
),

ship_methods as (
    select
        tenant_id,
        ship_method_id,
        ship_method_name,
        _batch_id
    from {{ ref('stg_erp__ship_methods') }}
),

deliveries as (
    select
        deliveries.tenant_id,
        deliveries.delivery_id,
        deliveries.delivery_kind,
        deliveries.delivered_on,
        deliveries._batch_id
    from {{ ref('stg_erp__deliveries') }} as deliveries
    inner join orders on deliveries.tenant_id = orders.tenant_id and deliveries.order_id = orders.order_id
    where deliveries.delivery_state = 'posted'
),

delivery_lines as (
    select
        lines.tenant_id,
        lines.delivery_line_id,
        lines.order_line_id,
        lines.stock_quantity,
        deliveries.delivery_kind,
        deliveries.delivered_on,
        greatest(lines._batch_id, deliveries._batch_id) as _batch_id
    from {{ ref('stg_erp__delivery_lines') }} as lines
    inner join deliveries on lines.tenant_id = deliveries.tenant_id and lines.delivery_id = deliveries.delivery_id
),

delivered_running as (
    select
        tenant_id,
        order_line_id,
        delivery_kind,
        delivered_on,
        stock_quantity,
        sum(stock_quantity) filter (where delivery_kind = 'delivery') over (
            partition by tenant_id, order_line_id
            order by delivered_on, delivery_line_id
        ) as running_quantity,
        _batch_id
    from delivery_lines
),

-- Kept, like what was invoiced: of rows just written the planner expects one, and would work it all out anew for each.
delivered as materialized (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        coalesce(sum(delivered_running.stock_quantity) filter (
            where delivered_running.delivery_kind = 'delivery'
        ), 0) as delivered_quantity,
        coalesce(sum(delivered_running.stock_quantity) filter (
            where delivered_running.delivery_kind = 'return'
        ), 0) as returned_quantity,
        coalesce(sum(delivered_running.stock_quantity) filter (
            where
            delivered_running.delivery_kind = 'delivery'
            and delivered_running.delivered_on <= order_lines.promised_on
        ), 0) as on_time_quantity,
        min(delivered_running.delivered_on) filter (
            where delivered_running.delivery_kind = 'delivery'
        ) as first_delivered_on,
        min(delivered_running.delivered_on) filter (
            where
            delivered_running.delivery_kind = 'delivery'
            and delivered_running.running_quantity >= order_lines.full_quantity
        ) as delivered_in_full_on,
        max(delivered_running._batch_id) as _batch_id
    from order_lines
    inner join delivered_running
        on
            order_lines.tenant_id = delivered_running.tenant_id
            and order_lines.order_line_id = delivered_running.order_line_id
    group by order_lines.tenant_id, order_lines.order_line_id
),

invoiced as materialized (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        sum(
            case invoices.invoice_kind
                when 'sales_invoice' then invoice_lines.company_net_amount
                else -invoice_lines.company_net_amount
            end
        ) filter (where invoices.invoice_state = 'posted') as invoiced_amount,
        max(greatest(invoice_lines._batch_id, invoices._batch_id)) as _batch_id
    from order_lines
    inner join {{ ref('stg_erp__invoice_lines') }} as invoice_lines
        on
            order_lines.tenant_id = invoice_lines.tenant_id
            and order_lines.order_line_id = invoice_lines.order_line_id
    inner join {{ ref('stg_erp__invoices') }} as invoices
        on invoice_lines.tenant_id = invoices.tenant_id and invoice_lines.invoice_id = invoices.invoice_id
    where invoices.invoice_kind in ('sales_invoice', 'sales_credit_note')
    group by order_lines.tenant_id, order_lines.order_line_id
),

joined as (
    select
        order_lines.tenant_id,
        order_lines.order_line_id,
        orders.order_id,
        orders.order_number,
        order_lines.line_number,
        orders.order_state,
        orders.order_state in ('confirmed', 'closed') as is_confirmed,
        orders.company_id,
        companies.currency_code,
        orders.currency_code as document_currency_code,
        orders.customer_id,
        orders.customer_category_id as customer_category_then_id,
        orders.region_id,
        orders.salesperson_id,
        orders.unit_id,
        orders.created_by,
        orders.warehouse_id,
        order_lines.item_id,
        orders.channel,
        ship_methods.ship_method_name as ship_method,
        orders.payment_currency_code,
        orders.ship_to_state,
        offers.offer_name as offer,
        offers.offer_kind,
        offers.offer_audience,
        orders.ordered_on,
        order_lines.promised_on,
        delivered.first_delivered_on,
        delivered.delivered_in_full_on,
        order_lines.is_closed,
        order_lines.stock_quantity as ordered_quantity,
        coalesce(delivered.delivered_quantity, 0) as delivered_quantity,
        coalesce(delivered.returned_quantity, 0) as returned_quantity,
        coalesce(delivered.on_time_quantity, 0) as on_time_quantity,
        order_lines.company_net_amount as net_amount,
        {{ rounded('order_lines.stock_quantity * items.standard_cost', 'companies.currency_code') }}
            as standard_cost_amount,
        {{ rounded('order_lines.discount_amount * orders.exchange_rate', 'companies.currency_code') }}
            as discount_amount,
        order_lines.net_amount as document_net_amount,
        order_lines.tax_amount as document_tax_amount,
        {{ rounded('order_lines.tax_amount * orders.exchange_rate', 'companies.currency_code') }} as line_tax_amount,
        orders.freight_amount * orders.exchange_rate as order_freight_amount,
        orders.freight_tax_amount * orders.exchange_rate as order_freight_tax_amount,
        -- A free line still weighs a little, so that an order of free lines has somewhere to put its freight.
        greatest(abs(order_lines.net_amount), 0.0001) as weight_amount,
        coalesce(invoiced.invoiced_amount, 0) as invoiced_amount,
        greatest(
            order_lines._batch_id,
            orders._batch_id,
            delivered._batch_id,
            invoiced._batch_id,
            items._batch_id,
            offers._batch_id,
            ship_methods._batch_id
        ) as _batch_id
    from order_lines
    inner join orders on order_lines.tenant_id = orders.tenant_id and order_lines.order_id = orders.order_id
    inner join companies on orders.tenant_id = companies.tenant_id and orders.company_id = companies.company_id
    left join items on order_lines.tenant_id = items.tenant_id and order_lines.item_id = items.item_id
    left join offers on order_lines.tenant_id = offers.tenant_id and order_lines.offer_id = offers.offer_id
    left join ship_methods
        on orders.tenant_id = ship_methods.tenant_id and orders.ship_method_id = ship_methods.ship_method_id
    left join delivered
        on order_lines.tenant_id = delivered.tenant_id and order_lines.order_line_id = delivered.order_line_id
    left join invoiced
        on order_lines.tenant_id = invoiced.tenant_id and order_lines.order_line_id = invoiced.order_line_id
),

final as (
    select
        tenant_id,
        order_line_id,
        order_id,
        order_number,
        line_number,
        order_state,
        is_confirmed,
        is_closed,
        company_id,
        currency_code,
        document_currency_code,
        customer_id,
        customer_category_then_id,
        region_id,
        salesperson_id,
        unit_id,
        created_by,
        warehouse_id,
        item_id,
        channel,
        ship_method,
        payment_currency_code,
        ship_to_state,
        offer,
        offer_kind,
        offer_audience,
        ordered_on,
        promised_on,
        first_delivered_on,
        delivered_in_full_on,
        -- Of the order, told in its first line: from the order to the first delivery.
        case
            when line_number = min(line_number) over whole_order
                then min(first_delivered_on) over whole_order - ordered_on
        end as shipping_days,
        ordered_quantity,
        delivered_quantity,
        returned_quantity,
        least(on_time_quantity, ordered_quantity) as on_time_quantity,
        case
            when order_state = 'confirmed' and not is_closed then greatest(ordered_quantity - delivered_quantity, 0)
            else 0
        end as open_quantity,
        net_amount,
        discount_amount,
        net_amount + discount_amount as gross_amount,
        standard_cost_amount,
        -- Freight is of the order: each line bears its part of it, and of its tax, by value, rounded as a running sum
        -- so that no cent is lost.
        line_tax_amount
        + {{ share_by_weight('order_freight_tax_amount', 'currency_code') }} as tax_amount,
        {{ share_by_weight('order_freight_amount', 'currency_code') }} as freight_amount,
        -- The undelivered share of the line; a closed order or line expects nothing more.
        case
            when order_state = 'confirmed' and not is_closed and ordered_quantity > 0
                then {{ rounded(
                    'net_amount * greatest(ordered_quantity - delivered_quantity, 0) / ordered_quantity',
                    'currency_code'
                ) }}
            else 0
        end as open_amount,
        -- What the line comes to in invoices: by what was delivered where that is more, or all there will be.
        case
            when order_state != 'confirmed' or ordered_quantity = 0 then net_amount
            when is_closed or delivered_quantity > ordered_quantity
                then {{ rounded('net_amount * delivered_quantity / ordered_quantity', 'currency_code') }}
            else net_amount
        end as expected_amount,
        invoiced_amount,
        document_net_amount,
        document_tax_amount,
        coalesce(is_confirmed and delivered_in_full_on <= promised_on, false) as is_on_time_in_full,
        _batch_id
    from joined
    window
        whole_order as (partition by tenant_id, order_id),
        up_to_line as (partition by tenant_id, order_id order by line_number, order_line_id)
)

select * from final
