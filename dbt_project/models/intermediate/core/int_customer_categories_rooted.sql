-- Grain: one row a customer category, with the top of its branch.
{{ rooted_categories(ref('stg_erp__customer_categories'), 'customer_category') }}
