{#
The part of an order's amount that a line bears by its weight, as a difference of rounded running sums: the parts add up
to the amount, and no cent is lost. The model has `weight_amount` and the windows `up_to_line` and `whole_order`.
#}
{% macro share_by_weight(amount, currency) -%}
{{ rounded(amount ~ ' * sum(weight_amount) over up_to_line / sum(weight_amount) over whole_order', currency) }}
- {{ rounded(
    amount ~ ' * (sum(weight_amount) over up_to_line - weight_amount) / sum(weight_amount) over whole_order', currency
) }}
{%- endmacro %}
