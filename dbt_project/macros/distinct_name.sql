{#
A name to group by: two records of one name are told apart by their codes, so that grouping by the name never adds them
up. The name of one that stands alone is shown as it is.
#}
{% macro distinct_name(name, code) -%}
    case
        when count(*) over (partition by tenant_id, {{ name }}) > 1 then {{ name }} || ' (' || {{ code }} || ')'
        else {{ name }}
    end
{%- endmacro %}
