{#
The times an item got a category, each with the days on which that category was the item's last of the day: the first
reaches back for ever, one that did not last until the end of its day has no days. To be given the versions of items.
Not a model: a view would be dropped with the mart it reads.
#}
{% macro dated_item_categories(relation) -%}
with

versions as (
    select
        tenant_id,
        item_id,
        item_version_id,
        item_category_id,
        cast(valid_from at time zone 'utc' as date) as valid_on,
        lag(item_version_id) over timeline as earlier_version_id,
        lag(item_category_id) over timeline as earlier_category_id,
        -- A version carries the batch that ended it: the one before tells the batch that brought this one.
        lag(_batch_id) over timeline as _batch_id
    from {{ relation }}
    window timeline as (partition by tenant_id, item_id order by item_version_id)
),

changes as (
    select
        tenant_id,
        item_id,
        item_version_id,
        item_category_id,
        earlier_category_id,
        earlier_version_id is null as is_first,
        -- A transaction that began before midnight may commit after one that began later.
        max(valid_on) over (partition by tenant_id, item_id order by item_version_id) as from_on,
        _batch_id
    from versions
    where earlier_version_id is null or item_category_id is distinct from earlier_category_id
)

select
    tenant_id,
    item_id,
    item_version_id,
    item_category_id,
    earlier_category_id,
    is_first,
    from_on,
    lead(from_on, 1, date '9999-12-31') over (partition by tenant_id, item_id order by item_version_id) as to_on,
    _batch_id
from changes
{%- endmacro %}
