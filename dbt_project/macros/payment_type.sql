{# What a kind of payment is called as a document. #}
{% macro payment_type(kind) -%}
case {{ kind }}
    when 'receipt' then 'customer_payment'
    when 'disbursement' then 'supplier_payment'
    else {{ kind }}
end
{%- endmacro %}
