{#
The keys of what has to be built again since this mart was last built, as a union of selects. Each way leads from a
model whose rows changed to the model that carries the key:

    ['stg_erp__orders']                                           the changed rows carry the key themselves
    ['stg_erp__offers', ('offer_id', 'stg_erp__order_lines')]     the rows that name a changed one
    ['stg_erp__orders', ('order_id', 'stg_erp__invoices', 'origin_id')]        ... in a column of another name
    [('int_documents_described', 'order_batch_id'), ...]          changed by another batch than `_batch_id`
#}
{% macro touched_rows(key, ways) -%}
    {%- set floor = batch_floor() -%}
    {%- for way in ways %}
        {%- set model, batch_id = (way[0], '_batch_id') if way[0] is string else way[0] -%}
        {%- set carrier = 'step_' ~ (way | length - 1) %}
        select
            {{ carrier }}.tenant_id,
            {{ carrier }}.{{ key }}
        from {{ ref(model) }} as step_0
        {%- for step in way[1:] %}
        inner join {{ ref(step[1]) }} as step_{{ loop.index }}
            on
                step_{{ loop.index0 }}.tenant_id = step_{{ loop.index }}.tenant_id
                and step_{{ loop.index0 }}.{{ step[0] }} = step_{{ loop.index }}.{{ step[2] or step[0] }}
        {%- endfor %}
        where step_0.{{ batch_id }} > {{ floor }}
        {%- if not loop.last %}
        union distinct
        {%- endif %}
    {%- endfor %}
{%- endmacro %}

{# The CTE `touched` of an incremental build, nothing where the mart is built as a whole. #}
{% macro touched_cte(key, ways) -%}
    {%- set rows = touched_rows(key, ways) -%}
    {%- if is_incremental() -%}
    touched as (
        {{- rows }}
    ),
    {%- endif -%}
{%- endmacro %}

{# A condition, begun by `where` or `and`, that keeps what is touched: nothing where the mart is built as a whole. #}
{% macro if_touched(word, key) -%}
    {%- if is_incremental() -%}
    {{ word }} (tenant_id, {{ key }}) in (
        select
            touched.tenant_id,
            touched.{{ key }}
        from touched
    )
    {%- endif -%}
{%- endmacro %}
