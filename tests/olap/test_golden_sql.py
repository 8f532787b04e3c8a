"""The SQL of typical questions, letter by letter: an upgrade of MetricFlow that changes it has to be looked at.

Run with QOOERP_GOLDEN=write to write the files anew.
"""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlglot import exp

from olap.asker import Asker
from olap.checks import check
from olap.compiler import Dialect
from olap.manifest import parse_manifest
from olap.plan import Request
from olap.policies import restrict
from olap.query import MetricQuery
from olap.vocabulary import Vocabulary, build
from tests.olap.company import ACME, SCHEMAS, TODAY
from tests.olap.semantics import manifest

GOLDEN = Path(__file__).parent / "golden"
YEAR = {"start": "2026-01-01", "end": "2026-12-31"}

QUESTIONS: dict[str, dict[str, Any]] = {
    "revenue_in_all": {"metrics": ["net_revenue"]},
    "margin_by_month_and_region": {
        "metrics": ["net_revenue", "gross_margin", "average_order_value"],
        "group_by": ["month", "region"],
        "time": YEAR,
        "order_by": ["-gross_margin"],
        "limit": 10,
    },
    "filtered_revenue": {
        "metrics": ["net_revenue"],
        "where": [
            {"field": "region", "values": ["O'Hare", None]},
            {"field": "item_category", "op": "contains", "value": "{{ x }}"},
        ],
    },
    "revenue_by_fiscal_period": {"metrics": ["net_revenue"], "group_by": ["fiscal_period"], "time": YEAR},
    "stock_by_month": {"metrics": ["stock_value"], "group_by": ["month", "warehouse"], "time": YEAR},
    "turns_by_category": {"metrics": ["stock_turns"], "group_by": ["item_category"], "time": YEAR},
    "receivables_by_age": {
        "metrics": ["ar_open_amount"],
        "group_by": ["aging_bucket"],
        "time": {"as_of": "2026-03-01"},
    },
    "balance_by_period": {"metrics": ["account_balance"], "group_by": ["fiscal_period", "account"], "time": YEAR},
    "profit_with_a_filter": {"metrics": ["profit_movement", "debit_amount"], "group_by": ["account_type"]},
    "profit_by_month": {"metrics": ["net_profit", "credit_amount"], "group_by": ["month"], "time": YEAR},
    "counts_by_region": {"metrics": ["order_count", "customer_count"], "group_by": ["region"], "time": YEAR},
    "discounts_by_customer": {
        "metrics": ["discount_rate", "discount_given", "list_revenue", "cogs"],
        "group_by": ["customer"],
        "order_by": ["-discount_rate"],
        "limit": 5,
    },
    "days_to_be_paid": {"metrics": ["dso_days"], "group_by": ["quarter"], "time": YEAR},
    "mean_stock": {"metrics": ["stock_value_average", "stock_quantity"], "group_by": ["warehouse"], "time": YEAR},
}
COLUMNS = {
    mart: {"tenant_id": "VARCHAR", **{name: str(kind) for name, kind in columns.items()}}
    for mart, columns in SCHEMAS.items()
}


@pytest.fixture(scope="module")
def vocabularies() -> dict[Dialect, Vocabulary]:
    parsed = parse_manifest(json.dumps(manifest()))
    return {"duckdb": build(parsed, "duckdb"), "postgres": build(parsed, "postgres")}


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_sql_is_what_it_was(vocabularies: dict[Dialect, Vocabulary], name: str, dialect: Dialect) -> None:
    sql = _sql(vocabularies[dialect], QUESTIONS[name], dialect)
    path = GOLDEN / f"{name}.{dialect}.sql"
    if os.environ.get("QOOERP_GOLDEN") == "write":
        path.write_text(sql + "\n", encoding="utf-8")
    assert path.read_text(encoding="utf-8") == sql + "\n", "run with QOOERP_GOLDEN=write and look at the difference"


def test_the_sql_of_every_metric_is_looked_at(vocabularies: dict[Dialect, Vocabulary]) -> None:
    looked_at = {name for question in QUESTIONS.values() for name in question["metrics"]}
    assert {metric.name for metric in vocabularies["duckdb"].manifest.listed_metrics()} == looked_at
    kept = {path.name for path in GOLDEN.glob("*.sql")}
    assert kept == {f"{name}.{dialect}.sql" for name in QUESTIONS for dialect in vocabularies}


def _sql(vocabulary: Vocabulary, question: dict[str, Any], dialect: Dialect) -> str:
    asker = Asker(
        ACME,
        frozenset({"*"}),
        {"invoice": [[{"field": "customer.region_id", "operator": "in_or_empty", "values": ["region-north"]}]]},
    )
    query = MetricQuery.from_data(question)
    checked = check(query, vocabulary.names, asker=asker, today=TODAY)
    request = Request(
        metrics=query.metrics,
        grain=checked.grain,
        dimensions=checked.dimensions,
        where=query.where,
        start=query.time.start,
        end=query.time.last_day,
        as_of=min(query.time.last_day or TODAY, date(2026, 3, 16)),
        order_by=query.order_by,
        limit=query.limit,
    )
    tree = vocabulary.planner.tree(request)
    tree = restrict(
        tree, asker, schema="marts", marts=COLUMNS, relation=lambda mart: exp.table_(mart, db="marts", quoted=True)
    )
    return tree.sql(dialect=dialect, pretty=True, comments=False)
