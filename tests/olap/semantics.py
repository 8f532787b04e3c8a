"""A semantic manifest in the form dbt writes, small enough to know every figure by heart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]


def manifest() -> Json:
    """The whole manifest: sales, stock, receivables and the ledger, their dimensions, and metrics over them."""
    return {
        "semantic_models": [*_facts(), *_dimensions()],
        "metrics": _metrics(),
        "project_configuration": {
            "time_spine_table_configurations": [],
            "metadata": None,
            "dsi_package_version": {"major_version": "0", "minor_version": "9", "patch_version": "0"},
            "time_spines": [
                {
                    "node_relation": _relation("dim_dates"),
                    "primary_column": {"name": "date_on", "time_granularity": "day"},
                    "custom_granularities": [
                        {"name": "fiscal_period", "column_name": "fiscal_period"},
                        {"name": "fiscal_year", "column_name": "fiscal_year"},
                    ],
                }
            ],
        },
        "saved_queries": [],
    }


def write_manifest(folder: Path) -> Path:
    """The file that olap reads, written where dbt would."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "semantic_manifest.json"
    path.write_text(json.dumps(manifest(), indent=1))
    return path


def _relation(mart: str) -> Json:
    return {
        "alias": mart,
        "schema_name": "marts",
        "database": "qooerp",
        "relation_name": f'"qooerp"."marts"."{mart}"',
    }


def _entity(name: str, kind: str, expr: str, **meta: object) -> Json:
    return {"name": name, "type": kind, "expr": expr, "role": None, "label": None, "config": {"meta": meta}}


def _dimension(name: str, public_name: str | None = None, expr: str | None = None, **meta: object) -> Json:
    given: Json = {"public_name": public_name, **meta} if public_name else dict(meta)
    return {"name": name, "type": "categorical", "expr": expr, "is_partition": False, "config": {"meta": given}}


def _day(name: str, public_name: str | None = None) -> Json:
    return {
        "name": name,
        "type": "time",
        "is_partition": False,
        "type_params": {"time_granularity": "day", "validity_params": None},
        "config": {"meta": {"public_name": public_name} if public_name else {}},
    }


def _measure(name: str, agg: str, expr: str, **more: object) -> Json:
    return {"name": name, "agg": agg, "expr": expr, "create_metric": False, **more}


def _model(name: str, day: str, entities: list[Json], dimensions: list[Json], measures: list[Json]) -> Json:
    return {
        "name": name,
        "defaults": {"agg_time_dimension": day} if day else None,
        "description": f"{name} of the test company",
        "node_relation": _relation(name),
        "primary_entity": None,
        "entities": entities,
        "dimensions": dimensions,
        "measures": measures,
        "config": {"meta": {}},
    }


def _facts() -> list[Json]:
    return [_invoice_lines(), _stock_days(), _receivable_movements(), _journal_lines()]


def _invoice_lines() -> Json:
    return _model(
        "fct_sales_invoice_lines",
        "invoiced_on",
        [
            _entity("sales_invoice_line", "primary", "sales_invoice_line_id"),
            _entity("customer", "foreign", "customer_id"),
            _entity("item", "foreign", "item_id"),
            _entity("company", "foreign", "company_id"),
        ],
        [
            _day("invoiced_on"),
            _dimension("invoice_number", "invoice_number", document=True),
            _dimension("invoice_id", "invoice_id", document=True),
            _dimension("currency_code", "currency"),
        ],
        [
            _measure("revenue", "sum", "revenue_amount"),
            _measure("discount", "sum", "discount_amount"),
            _measure("list_value", "sum", "revenue_amount + discount_amount"),
            _measure("cost_of_sales", "sum", "cost_amount"),
            _measure("invoices", "count_distinct", "invoice_id"),
            _measure("invoiced_customers", "count_distinct", "customer_id"),
            _measure("customer_lines", "count", "customer_id"),
        ],
    )


def _stock_days() -> Json:
    return _model(
        "fct_stock_daily",
        "stock_on",
        [
            _entity("stock_day", "primary", "stock_day_id"),
            _entity("item", "foreign", "item_id"),
            _entity("warehouse", "foreign", "warehouse_id"),
        ],
        [_day("stock_on")],
        [
            _measure(
                "on_hand",
                "sum",
                "on_hand_qty",
                non_additive_dimension={"name": "stock_on", "window_choice": "max", "window_groupings": []},
            ),
            _measure(
                "stock_worth",
                "sum",
                "value_amount",
                non_additive_dimension={"name": "stock_on", "window_choice": "max", "window_groupings": []},
            ),
            _measure("stock_worth_over_days", "sum", "value_amount"),
            _measure("stock_days", "count_distinct", "stock_on"),
        ],
    )


def _receivable_movements() -> Json:
    return _model(
        "fct_receivable_movements",
        "posted_on",
        [
            _entity("receivable_movement", "primary", "receivable_movement_id"),
            _entity("customer", "foreign", "customer_id"),
        ],
        [
            _day("posted_on"),
            _day("due_on"),
            _dimension("invoice_number", "invoice_number", document=True),
            _dimension(
                "aging_bucket",
                "aging_bucket",
                expr="case when due_on >= current_date then 'not due' "
                "when current_date - due_on <= 30 then '1-30' else 'over 30' end",
            ),
        ],
        [_measure("receivable_change", "sum", "open_amount")],
    )


def _journal_lines() -> Json:
    return _model(
        "fct_journal_lines",
        "posted_on",
        [
            _entity("journal_line", "primary", "journal_line_id"),
            _entity("account", "foreign", "account_id"),
            _entity("company", "foreign", "company_id"),
        ],
        [
            _day("posted_on"),
            _dimension("entry_number", "entry_number", document=True),
            _dimension("entry_id", "entry_id", document=True),
        ],
        [
            _measure("movement", "sum", "amount"),
            _measure("debit", "sum", "debit_amount"),
            _measure("loss_reversed", "sum", "-amount"),
            _measure("credit", "sum", "credit_amount"),
        ],
    )


def _dimensions() -> list[Json]:
    return [
        _model(
            "dim_customers",
            "",
            [_entity("customer", "primary", "customer_id")],
            [
                _dimension("customer_name", "customer", synonyms={"en": ["client"], "zh": ["客户"]}),
                _dimension("region", "region"),
                _dimension("country", "country"),
            ],
            [],
        ),
        _model(
            "dim_items",
            "",
            [_entity("item", "primary", "item_id")],
            [_dimension("item_name", "item"), _dimension("item_category", "item_category")],
            [],
        ),
        _model(
            "dim_warehouses",
            "",
            [_entity("warehouse", "primary", "warehouse_id")],
            [_dimension("warehouse_name", "warehouse")],
            [],
        ),
        _model(
            "dim_companies",
            "",
            [_entity("company", "primary", "company_id")],
            [_dimension("company_name", "company")],
            [],
        ),
        _model(
            "dim_accounts",
            "",
            [_entity("account", "primary", "account_id")],
            [
                _dimension("account_name", "account"),
                _dimension("account_code", "account_code"),
                _dimension("account_type", "account_type"),
                _dimension("statement_line", "statement_line"),
            ],
            [],
        ),
    ]


def _meta(area: str, unit: str, label_zh: str, **more: object) -> Json:
    return {
        "meta": {
            "area": area,
            "unit": unit,
            "owner": f"{area} team",
            "good_direction": "up",
            "label_zh": label_zh,
            "synonyms": {"en": [], "zh": [label_zh]},
            **more,
        }
    }


def _simple(name: str, measure: str, label: str, config: Json, condition: str | None = None) -> Json:
    used = {"name": measure, "filter": None, "alias": None, "join_to_timespine": False, "fill_nulls_with": None}
    return {
        "name": name,
        "label": label,
        "description": f"{label}.",
        "type": "simple",
        "type_params": {"measure": used, "input_measures": [used]},
        "filter": {"where_filters": [{"where_sql_template": condition}]} if condition else None,
        "config": config,
    }


def _derived(name: str, expr: str, inputs: list[str], label: str, config: Json) -> Json:
    return {
        "name": name,
        "label": label,
        "description": f"{label}: {expr}.",
        "type": "derived",
        "type_params": {
            "expr": expr,
            "metrics": [
                {"name": each, "filter": None, "alias": None, "offset_window": None, "offset_to_grain": None}
                for each in inputs
            ],
            "input_measures": [],
        },
        "filter": None,
        "config": config,
    }


def _balance(name: str, measure: str, label: str, config: Json) -> Json:
    simple = _simple(name, measure, label, config)
    simple["type"] = "cumulative"
    simple["type_params"]["cumulative_type_params"] = {"window": None, "grain_to_date": None, "period_agg": "last"}
    return simple


def _metrics() -> list[Json]:
    money = "currency"
    revenue_of_profit = "{{ Dimension('account__account_type') }} in ('income', 'expense')"
    return [
        _simple("net_revenue", "revenue", "Net revenue", _meta("sales", money, "净收入")),
        _simple("discount_given", "discount", "Discount given", _meta("sales", money, "折扣额")),
        _simple("list_revenue", "list_value", "List revenue", _meta("sales", money, "标价收入")),
        _simple("cogs", "cost_of_sales", "Cost of goods sold", _meta("sales", money, "销售成本")),
        _simple("customer_count", "invoiced_customers", "Invoiced customers", _meta("sales", "count", "开票客户数")),
        _simple("order_count", "invoices", "Orders", _meta("sales", "count", "订单数")),
        _simple("customer_line_count", "customer_lines", "Lines", _meta("sales", "count", "客户行数", hidden=True)),
        _derived(
            "gross_margin",
            "net_revenue - cogs",
            ["net_revenue", "cogs"],
            "Gross margin",
            _meta("sales", money, "毛利"),
        ),
        _derived(
            "average_order_value",
            "net_revenue / nullif(order_count, 0)",
            ["net_revenue", "order_count"],
            "Average order value",
            _meta("sales", money, "平均订单额"),
        ),
        _derived(
            "discount_rate",
            "discount_given / nullif(list_revenue, 0)",
            ["discount_given", "list_revenue"],
            "Discount rate",
            _meta("sales", "share", "折扣率"),
        ),
        _simple("stock_quantity", "on_hand", "Stock quantity", _meta("inventory", "quantity", "库存数量")),
        _simple("stock_value", "stock_worth", "Stock value", _meta("inventory", money, "库存金额")),
        _simple(
            "stock_worth_over_days",
            "stock_worth_over_days",
            "Stock value times days",
            _meta("inventory", money, "库存日积", hidden=True),
        ),
        _simple("stock_days", "stock_days", "Days of stock", _meta("inventory", "days", "库存天数", hidden=True)),
        _derived(
            "stock_value_average",
            "stock_worth_over_days / nullif(stock_days, 0)",
            ["stock_worth_over_days", "stock_days"],
            "Average stock value",
            _meta("inventory", money, "平均库存金额"),
        ),
        _derived(
            "stock_turns",
            "cogs / nullif(stock_value_average, 0)",
            ["cogs", "stock_value_average"],
            "Stock turns",
            _meta("inventory", "ratio", "周转次数"),
        ),
        _balance("ar_open_amount", "receivable_change", "Open receivables", _meta("finance", money, "应收余额")),
        _balance("account_balance", "movement", "Account balance", _meta("finance", money, "科目余额")),
        _simple("debit_amount", "debit", "Debits", _meta("finance", money, "借方")),
        _simple("credit_amount", "credit", "Credits", _meta("finance", money, "贷方")),
        _simple("net_profit", "loss_reversed", "Net profit", _meta("finance", money, "净利润"), revenue_of_profit),
        _simple("profit_movement", "movement", "Profit", _meta("finance", money, "利润"), revenue_of_profit),
        _derived(
            "dso_days",
            "ar_open_amount / nullif(net_revenue, 0) * 30",
            ["ar_open_amount", "net_revenue"],
            "Days sales outstanding",
            _meta("finance", "days", "应收周转天数"),
        ),
    ]
