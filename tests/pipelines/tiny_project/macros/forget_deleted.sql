{#
Deletes the rows of this mart whose source row is gone: such a row can no longer be found by its batch, only by its
tombstone. Ids are never used twice, so every tombstone of the table counts, however old.
#}
{% macro forget_deleted(source_table, key) -%}
    {%- set tombstones = ref('stg_erp__tombstones') -%}
    {%- if is_incremental() -%}
        delete from {{ this }} as kept
        using {{ tombstones }} as tombstones
        where
            tombstones.table_name = '{{ source_table }}'
            and tombstones._batch_id > {{ batch_floor() }}
            and kept.tenant_id = tombstones.tenant_id
            and kept.{{ key }} = tombstones.row_id
    {%- endif -%}
{%- endmacro %}
