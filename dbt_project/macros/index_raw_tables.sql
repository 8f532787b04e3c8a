{#
Indexes on the landing tables for the ways the marts look rows up: a landed document finds its lines, a line its
deliveries and invoices. Without them a micro-batch would read whole tables.
#}
{% macro raw_indexes() %}
    {{ return([
        ('delivery_lines', 'delivery_id'),
        ('delivery_lines', 'order_line_id'),
        ('delivery_lines', 'order_id'),
        ('deliveries', 'order_id'),
        ('installments', 'invoice_id'),
        ('invoice_lines', 'invoice_id'),
        ('invoice_lines', 'order_line_id'),
        ('invoice_lines', 'delivery_line_id'),
        ('invoices', 'origin_id'),
        ('journal_entries', 'origin_id'),
        ('journal_lines', 'entry_id'),
        ('purchase_order_lines', 'order_id'),
        ('purchase_receipt_lines', 'receipt_id'),
        ('purchase_receipt_lines', 'order_line_id'),
        ('purchase_receipts', 'order_id'),
        ('sales_order_lines', 'order_id'),
        ('settlements', 'invoice_id'),
        ('settlements', 'credit_note_id'),
        ('stock_moves', 'item_id, warehouse_id'),
        ('stock_moves', 'origin_id'),
        ('stock_moves', 'origin_line_id'),
        ('stock_moves', 'reverses_id'),
        ('audit_log', 'row_id'),
    ]) }}
{% endmacro %}

{% macro index_raw_tables() %}
    {% if execute is defined and execute and flags.WHICH in ('run', 'build') %}
        {% set known = run_query("select indexname from pg_indexes where schemaname = 'raw'").columns[0].values() %}
        {% for table, columns in raw_indexes() %}
            {% set name = 'ix_' ~ table ~ '__' ~ columns | replace(', ', '__') %}
            {% if name not in known %}
                {% do run_query('create index if not exists ' ~ name ~ ' on raw.' ~ table
                    ~ ' (tenant_id, ' ~ columns ~ ')') %}
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
