-- Grain: one row an account of a company's chart, with the roles that posting rules give it.
{{ config(materialized='table') }}
with

accounts as (
    select
        tenant_id,
        account_id,
        company_id,
        account_code,
        account_name,
        account_type,
        parent_id,
        statement_line,
        cash_flow_class,
        is_posting,
        is_control,
        is_active,
        _batch_id
    from {{ ref('stg_erp__accounts') }}
),

account_mappings as (
    select
        tenant_id,
        account_id,
        role,
        _batch_id
    from {{ ref('stg_erp__account_mappings') }}
),

bank_accounts as (
    select
        tenant_id,
        account_id,
        _batch_id
    from {{ ref('stg_erp__bank_accounts') }}
),

all_roles as (
    select
        tenant_id,
        account_id,
        role,
        _batch_id
    from account_mappings
    union all
    select
        tenant_id,
        account_id,
        'bank' as role,
        _batch_id
    from bank_accounts
),

account_roles as (
    select
        tenant_id,
        account_id,
        string_agg(distinct role, ', ' order by role) as account_roles,
        bool_or(role in ('revenue', 'sales_returns')) as is_revenue,
        bool_or(role = 'cogs') as is_cost_of_sales,
        bool_or(role = 'freight_revenue') as is_freight_revenue,
        bool_or(role in ('inventory', 'in_transit')) as is_inventory,
        bool_or(role = 'grni') as is_goods_received_not_invoiced,
        bool_or(role = 'receivable') as is_receivable,
        bool_or(role = 'payable') as is_payable,
        bool_or(role = 'bank') as is_bank,
        bool_or(role = 'output_tax') as is_output_tax,
        bool_or(role = 'input_tax') as is_input_tax,
        bool_or(role in ('exchange_gain', 'exchange_loss', 'unrealized_gain', 'unrealized_loss'))
            as is_exchange_difference,
        max(_batch_id) as _batch_id
    from all_roles
    group by tenant_id, account_id
),

-- What stands on the same line of the income statement as the cost of goods sold.
cost_of_sales_lines as (
    select
        accounts.tenant_id,
        accounts.company_id,
        accounts.statement_line,
        max(accounts._batch_id) as _batch_id
    from accounts
    inner join account_roles
        on accounts.tenant_id = account_roles.tenant_id and accounts.account_id = account_roles.account_id
    where account_roles.is_cost_of_sales and accounts.statement_line is not null
    group by accounts.tenant_id, accounts.company_id, accounts.statement_line
),

final as (
    select
        accounts.tenant_id,
        accounts.account_id,
        accounts.company_id,
        accounts.account_code,
        accounts.account_name,
        accounts.account_type,
        case
            when accounts.account_type in ('income', 'expense') then 'income_statement'
            else 'balance_sheet'
        end as statement,
        accounts.statement_line,
        accounts.cash_flow_class,
        parents.account_code as parent_code,
        parents.account_name as parent_name,
        account_roles.account_roles,
        coalesce(account_roles.is_revenue, false) as is_revenue,
        coalesce(account_roles.is_cost_of_sales, false) as is_cost_of_sales,
        -- Price variances, adjustments, freight in and the like: no cost of what was delivered, and no overhead either.
        accounts.account_type = 'expense'
        and cost_of_sales_lines.statement_line is not null
        and not coalesce(account_roles.is_cost_of_sales, false)
        and not coalesce(account_roles.is_exchange_difference, false) as is_other_cost_of_sales,
        coalesce(account_roles.is_freight_revenue, false) as is_freight_revenue,
        coalesce(account_roles.is_inventory, false) as is_inventory,
        coalesce(account_roles.is_goods_received_not_invoiced, false) as is_goods_received_not_invoiced,
        coalesce(account_roles.is_receivable, false) as is_receivable,
        coalesce(account_roles.is_payable, false) as is_payable,
        coalesce(account_roles.is_bank, false) as is_bank,
        coalesce(account_roles.is_output_tax, false) as is_output_tax,
        coalesce(account_roles.is_input_tax, false) as is_input_tax,
        -- Exchange differences are financial: they count for the profit, not for the operating profit.
        accounts.account_type in ('income', 'expense')
        and not coalesce(account_roles.is_exchange_difference, false) as is_operating,
        accounts.is_posting,
        accounts.is_control,
        accounts.is_active,
        greatest(
            accounts._batch_id, account_roles._batch_id, cost_of_sales_lines._batch_id, parents._batch_id
        ) as _batch_id
    from accounts
    left join account_roles
        on accounts.tenant_id = account_roles.tenant_id and accounts.account_id = account_roles.account_id
    left join cost_of_sales_lines
        on
            accounts.tenant_id = cost_of_sales_lines.tenant_id
            and accounts.company_id = cost_of_sales_lines.company_id
            and accounts.statement_line = cost_of_sales_lines.statement_line
    left join accounts as parents
        on accounts.tenant_id = parents.tenant_id and accounts.parent_id = parents.account_id
)

select * from final
