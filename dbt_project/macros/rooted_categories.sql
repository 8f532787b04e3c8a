{#
A tree of categories with, for each node, the name of its top-most ancestor and the names from there down to it.
A cycle cannot occur: the operational table refuses it.
#}
{% macro rooted_categories(relation, prefix) -%}
with recursive

categories as (
    select
        tenant_id,
        {{ prefix }}_id as category_id,
        {{ prefix }}_code as category_code,
        {{ prefix }}_name as category_name,
        parent_id,
        _batch_id
    from {{ relation }}
),

rooted as (
    select
        tenant_id,
        category_id,
        category_code,
        category_name,
        parent_id,
        category_code as group_code,
        category_name as group_name,
        cast(category_name as text) as category_path,
        _batch_id
    from categories
    where parent_id is null
    union all
    select
        categories.tenant_id,
        categories.category_id,
        categories.category_code,
        categories.category_name,
        categories.parent_id,
        rooted.group_code,
        rooted.group_name,
        rooted.category_path || ' / ' || categories.category_name as category_path,
        greatest(categories._batch_id, rooted._batch_id) as _batch_id
    from categories
    inner join rooted on categories.tenant_id = rooted.tenant_id and categories.parent_id = rooted.category_id
)

select
    tenant_id,
    category_id as {{ prefix }}_id,
    category_code as {{ prefix }}_code,
    category_name as {{ prefix }}_name,
    parent_id,
    group_code,
    group_name,
    category_path,
    _batch_id
from rooted
{%- endmacro %}
