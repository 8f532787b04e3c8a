-- Grain: one row a supplier category, with the top of its branch.
{{ rooted_categories(ref('stg_erp__supplier_categories'), 'supplier_category') }}
