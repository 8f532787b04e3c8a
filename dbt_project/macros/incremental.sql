{#
dbt's incremental materialization with a short way for the micro-batch: where the mart stands already, rows, deletion
and insertion go to the database in one statement. The standard way looks up the columns of both tables and plans the
query three times, which costs more than a micro-batch itself. The contract names the columns and the table keeps their
types; a first build and a full refresh take the standard way and check it.
#}
{% materialization incremental, adapter='postgres' %}
    {%- set existing_relation = load_cached_relation(this) -%}
    {%- if existing_relation is none or existing_relation.is_view or should_full_refresh() -%}
        {{ return(materialization_incremental_default()) }}
    {%- endif -%}

    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set fresh_rows = make_temp_relation(target_relation) -%}
    {%- set columns = model.columns.keys() | map('tojson') | join(', ') -%}

    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {% call statement('main') %}
        create temporary table {{ fresh_rows }} on commit drop as (
            {{ sql }}
        );
        delete from {{ target_relation }} as standing
        using (select distinct {{ config.get('unique_key') | join(', ') }} from {{ fresh_rows }}) as fresh
        where
            {% for key in config.get('unique_key') -%}
                standing.{{ key }} = fresh.{{ key }} {{ 'and' if not loop.last }}
            {% endfor %};
        insert into {{ target_relation }} ({{ columns }})
        select {{ columns }} from {{ fresh_rows }};
    {% endcall %}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
