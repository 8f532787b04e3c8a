-- Grain: one row a sales region, with the top of its branch.
{{ rooted_categories(ref('stg_erp__regions'), 'region') }}
