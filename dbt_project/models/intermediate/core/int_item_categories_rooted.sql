-- Grain: one row a item category, with the top of its branch.
{{ rooted_categories(ref('stg_erp__item_categories'), 'item_category') }}
