-- Grain: one row a line of a budget, every revision included (see budget_state): an account, cost centre and month.
-- planned_amount is positive for income and for expense; profit_amount adds up to the planned profit.
{{ config(
    unique_key=['tenant_id', 'budget_id'],
    pre_hook="{{ forget_deleted('finance.budget_lines', 'budget_line_id') }}",
    indexes=[
        {'columns': ['tenant_id', 'budget_id']},
        {'columns': ['tenant_id', 'budget_line_id'], 'unique': true},
        {'columns': ['_batch_id']},
    ],
) }}
with

{{ touched_cte('budget_id', [
    ['stg_erp__budgets'],
    ['stg_erp__budget_lines'],
    ['stg_erp__accounts', ('account_id', 'stg_erp__budget_lines')],
]) }}

budgets as (
    select
        tenant_id,
        budget_id,
        company_id,
        budget_name,
        budget_revision,
        budget_state,
        _batch_id
    from {{ ref('stg_erp__budgets') }}
    {{ if_touched('where', 'budget_id') }}
),

budget_lines as (
    select
        tenant_id,
        budget_line_id,
        budget_id,
        account_id,
        cost_centre_id,
        month_on,
        amount,
        created_by,
        _batch_id
    from {{ ref('stg_erp__budget_lines') }}
),

accounts as (
    select
        tenant_id,
        account_id,
        account_type,
        _batch_id
    from {{ ref('stg_erp__accounts') }}
),

companies as (
    select
        tenant_id,
        company_id,
        currency_code
    from {{ ref('stg_erp__companies') }}
),

final as (
    select
        budget_lines.tenant_id,
        budget_lines.budget_line_id,
        budgets.budget_id,
        budgets.budget_name || ' / ' || budgets.budget_revision as budget_name,
        budgets.budget_revision,
        budgets.budget_state,
        budgets.company_id,
        companies.currency_code,
        budget_lines.account_id,
        budget_lines.cost_centre_id,
        budget_lines.created_by,
        budget_lines.month_on,
        budget_lines.amount as planned_amount,
        case accounts.account_type
            when 'income' then budget_lines.amount
            when 'expense' then -budget_lines.amount
            else 0
        end as profit_amount,
        greatest(budget_lines._batch_id, budgets._batch_id, accounts._batch_id) as _batch_id
    from budgets
    inner join budget_lines
        on budgets.tenant_id = budget_lines.tenant_id and budgets.budget_id = budget_lines.budget_id
    inner join accounts
        on budget_lines.tenant_id = accounts.tenant_id and budget_lines.account_id = accounts.account_id
    inner join companies on budgets.tenant_id = companies.tenant_id and budgets.company_id = companies.company_id
)

select * from final
