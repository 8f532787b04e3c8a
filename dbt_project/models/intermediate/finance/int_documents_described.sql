-- Grain: one row a posted or draft document that journal entries or stock moves may come from.
-- The two batch columns stay apart, so that a filter on either reaches the index of its own landing table.
with

invoices as (
    select
        tenant_id,
        invoice_id,
        invoice_kind,
        invoice_number,
        party_id,
        origin_id,
        salesperson_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__invoices') }}
),

deliveries as (
    select
        tenant_id,
        delivery_id,
        delivery_kind,
        delivery_number,
        order_id,
        customer_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__deliveries') }}
),

receipts as (
    select
        tenant_id,
        receipt_id,
        receipt_kind,
        receipt_number,
        order_id,
        supplier_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__purchase_receipts') }}
),

payments as (
    select
        tenant_id,
        payment_id,
        payment_kind,
        payment_number,
        party_id,
        created_by,
        _batch_id
    from {{ ref('stg_erp__payments') }}
),

stock_documents as (
    select
        tenant_id,
        stock_document_id,
        stock_document_kind,
        stock_document_number,
        created_by,
        _batch_id
    from {{ ref('stg_erp__stock_documents') }}
),

manual_entries as (
    select
        tenant_id,
        manual_entry_id,
        manual_entry_number,
        created_by,
        _batch_id
    from {{ ref('stg_erp__manual_entries') }}
),

sales_orders as (
    select
        tenant_id,
        order_id,
        order_number,
        region_id,
        salesperson_id,
        customer_category_id,
        unit_id,
        _batch_id
    from {{ ref('stg_erp__sales_orders') }}
),

purchase_orders as (
    select
        tenant_id,
        order_id,
        order_number,
        buyer_id,
        unit_id,
        _batch_id
    from {{ ref('stg_erp__purchase_orders') }}
),

sales_invoices_described as (
    select
        invoices.tenant_id,
        invoices.invoice_id as document_id,
        invoices.invoice_kind as document_type,
        invoices.invoice_number as document_number,
        invoices.party_id as customer_id,
        cast(null as uuid) as supplier_id,
        sales_orders.order_id,
        sales_orders.order_number,
        sales_orders.region_id,
        sales_orders.customer_category_id as customer_category_then_id,
        coalesce(invoices.salesperson_id, sales_orders.salesperson_id) as salesperson_id,
        cast(null as uuid) as buyer_id,
        sales_orders.unit_id,
        invoices.created_by,
        invoices._batch_id as document_batch_id,
        sales_orders._batch_id as order_batch_id
    from invoices
    left join sales_orders
        on invoices.tenant_id = sales_orders.tenant_id and invoices.origin_id = sales_orders.order_id
    where invoices.invoice_kind in ('sales_invoice', 'sales_credit_note')
),

purchase_invoices_described as (
    select
        invoices.tenant_id,
        invoices.invoice_id as document_id,
        invoices.invoice_kind as document_type,
        invoices.invoice_number as document_number,
        cast(null as uuid) as customer_id,
        invoices.party_id as supplier_id,
        purchase_orders.order_id,
        purchase_orders.order_number,
        cast(null as uuid) as region_id,
        cast(null as uuid) as customer_category_then_id,
        cast(null as uuid) as salesperson_id,
        purchase_orders.buyer_id,
        purchase_orders.unit_id,
        invoices.created_by,
        invoices._batch_id as document_batch_id,
        purchase_orders._batch_id as order_batch_id
    from invoices
    left join purchase_orders
        on invoices.tenant_id = purchase_orders.tenant_id and invoices.origin_id = purchase_orders.order_id
    where invoices.invoice_kind in ('purchase_invoice', 'purchase_credit_note')
),

deliveries_described as (
    select
        deliveries.tenant_id,
        deliveries.delivery_id as document_id,
        case deliveries.delivery_kind when 'return' then 'sales_return' else 'delivery' end as document_type,
        deliveries.delivery_number as document_number,
        deliveries.customer_id,
        cast(null as uuid) as supplier_id,
        deliveries.order_id,
        sales_orders.order_number,
        sales_orders.region_id,
        sales_orders.customer_category_id as customer_category_then_id,
        sales_orders.salesperson_id,
        cast(null as uuid) as buyer_id,
        sales_orders.unit_id,
        deliveries.created_by,
        deliveries._batch_id as document_batch_id,
        sales_orders._batch_id as order_batch_id
    from deliveries
    left join sales_orders
        on deliveries.tenant_id = sales_orders.tenant_id and deliveries.order_id = sales_orders.order_id
),

receipts_described as (
    select
        receipts.tenant_id,
        receipts.receipt_id as document_id,
        case receipts.receipt_kind when 'return' then 'purchase_return' else 'purchase_receipt' end as document_type,
        receipts.receipt_number as document_number,
        cast(null as uuid) as customer_id,
        receipts.supplier_id,
        receipts.order_id,
        purchase_orders.order_number,
        cast(null as uuid) as region_id,
        cast(null as uuid) as customer_category_then_id,
        cast(null as uuid) as salesperson_id,
        purchase_orders.buyer_id,
        purchase_orders.unit_id,
        receipts.created_by,
        receipts._batch_id as document_batch_id,
        purchase_orders._batch_id as order_batch_id
    from receipts
    left join purchase_orders
        on receipts.tenant_id = purchase_orders.tenant_id and receipts.order_id = purchase_orders.order_id
),

payments_described as (
    select
        tenant_id,
        payment_id as document_id,
        {{ payment_type('payment_kind') }} as document_type,
        payment_number as document_number,
        case when payment_kind in ('receipt', 'customer_refund') then party_id end as customer_id,
        case when payment_kind in ('disbursement', 'supplier_refund') then party_id end as supplier_id,
        cast(null as uuid) as order_id,
        cast(null as text) as order_number,
        cast(null as uuid) as region_id,
        cast(null as uuid) as customer_category_then_id,
        cast(null as uuid) as salesperson_id,
        cast(null as uuid) as buyer_id,
        cast(null as uuid) as unit_id,
        created_by,
        _batch_id as document_batch_id,
        cast(null as bigint) as order_batch_id
    from payments
),

stock_documents_described as (
    select
        tenant_id,
        stock_document_id as document_id,
        'stock_' || stock_document_kind as document_type,
        stock_document_number as document_number,
        cast(null as uuid) as customer_id,
        cast(null as uuid) as supplier_id,
        cast(null as uuid) as order_id,
        cast(null as text) as order_number,
        cast(null as uuid) as region_id,
        cast(null as uuid) as customer_category_then_id,
        cast(null as uuid) as salesperson_id,
        cast(null as uuid) as buyer_id,
        cast(null as uuid) as unit_id,
        created_by,
        _batch_id as document_batch_id,
        cast(null as bigint) as order_batch_id
    from stock_documents
),

manual_entries_described as (
    select
        tenant_id,
        manual_entry_id as document_id,
        'manual_entry' as document_type,
        manual_entry_number as document_number,
        cast(null as uuid) as customer_id,
        cast(null as uuid) as supplier_id,
        cast(null as uuid) as order_id,
        cast(null as text) as order_number,
        cast(null as uuid) as region_id,
        cast(null as uuid) as customer_category_then_id,
        cast(null as uuid) as salesperson_id,
        cast(null as uuid) as buyer_id,
        cast(null as uuid) as unit_id,
        created_by,
        _batch_id as document_batch_id,
        cast(null as bigint) as order_batch_id
    from manual_entries
),

final as (
    {% for part in [
        'sales_invoices_described', 'purchase_invoices_described', 'deliveries_described', 'receipts_described',
        'payments_described', 'stock_documents_described', 'manual_entries_described',
    ] %}
        {% if not loop.first %}
            union all
        {% endif %}
        select
            tenant_id,
            document_id,
            document_type,
            document_number,
            customer_id,
            supplier_id,
            order_id,
            order_number,
            region_id,
            customer_category_then_id,
            salesperson_id,
            buyer_id,
            unit_id,
            created_by,
            document_batch_id,
            order_batch_id
        from {{ part }}
    {% endfor %}
)

select * from final
