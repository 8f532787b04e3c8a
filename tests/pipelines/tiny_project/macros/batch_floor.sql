{#
The last batch that this mart has seen, as a literal: with a number the planner knows from its statistics that only a
few rows are newer, with a sub-query it would have to guess a third of the table.
#}
{% macro batch_floor() -%}
    {%- if execute is defined and execute and is_incremental() -%}
        {{ run_query('select coalesce(max(_batch_id), -1) from ' ~ this).columns[0].values()[0] }} /* batch floor */
    {%- else -%}
        -1
    {%- endif -%}
{%- endmacro %}
