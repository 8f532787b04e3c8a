"""The traps of analysis by name: each test tells the wrong number that one would have got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from olap.asker import Asker
from olap.compiled import compiled
from olap.engines.duckdb import DuckDBEngine
from olap.errors import QueryInvalid
from olap.pivot import PivotQuery, pivot
from olap.query import MetricQuery, QueryResult, TimeRange
from olap.service import Numbers
from olap.streaming import streamed
from tests.olap.company import ACME, TODAY, acme, invoice_line, publish
from tests.olap.semantics import write_manifest

Ask = Callable[..., QueryResult]
Naive = Callable[[str], Any]
NEW_YORK = ZoneInfo("America/New_York")
YEAR = {"start": "2026-01-01", "end": "2026-03-16"}


@pytest.fixture
def naive(numbers: Numbers) -> Naive:
    """What SQL written in haste says; marts stand as {mart} in it."""

    def asked(text: str) -> Any:
        with numbers.engine.snapshot(ACME) as snapshot:
            marts = {mart: snapshot.relation(mart).sql(dialect="duckdb") for mart in snapshot.columns}
            return snapshot.fetch(text.format(**marts)).rows[0][0]

    return asked


def only(result: QueryResult, name: str) -> Any:
    """The one figure of an answer."""
    (row,) = result.rows
    return row[name]


@pytest.mark.feature("5.2.14")
def test_fan_out_an_invoices_open_amount_is_not_repeated_for_each_of_its_lines(ask: Ask, naive: Naive) -> None:
    wrong = naive("""select sum(m.open_amount) from {fct_receivable_movements} m
        join {fct_sales_invoice_lines} l using (invoice_number) where m.posted_on <= date '2026-01-31'""")
    assert wrong == Decimal("810.00")  # invoice 2 has two lines, so its 300.00 come twice
    as_of = {"as_of": "2026-01-31"}
    assert only(ask(metrics=["ar_open_amount"], time=as_of), "ar_open_amount") == Decimal("510.00")
    with pytest.raises(QueryInvalid) as refused:
        ask(metrics=["ar_open_amount"], group_by=["item"], time=as_of)
    assert "its rows do not carry one" in refused.value.problems[0].reason


@pytest.mark.feature("5.2.14")
def test_chasm_two_facts_of_one_customer_do_not_multiply_each_other(ask: Ask, naive: Naive) -> None:
    wrong = naive("""select sum(l.revenue_amount) from {dim_customers} c
        join {fct_sales_invoice_lines} l using (customer_id) join {fct_receivable_movements} m using (customer_id)
        where c.customer_name = 'Alpha GmbH' and l.invoiced_on >= date '2026-01-01'""")
    assert wrong == Decimal("660.00")  # two movements, so every line comes twice
    where = [{"field": "customer", "value": "Alpha GmbH"}]
    found = ask(metrics=["net_revenue", "ar_open_amount"], where=where, time=YEAR)
    assert (only(found, "net_revenue"), only(found, "ar_open_amount")) == (Decimal("330.00"), Decimal(0))


@pytest.mark.feature("5.2.14")
def test_double_counting_an_invoice_over_two_categories_is_one_invoice(numbers: Numbers, everyone: Asker) -> None:
    definition = {"metrics": ["order_count"], "rows": ["item_category"], "time": {**YEAR, "end": "2026-01-31"}}
    found = pivot(numbers, PivotQuery.from_data(definition), everyone)
    parts = [row.cells[0]["order_count"] for row in found.rows if row.level and row.cells[0]]
    assert sum(parts) == 3  # type: ignore[arg-type]  # counts: invoice 2 in both categories
    assert found.rows[-1].cells[0] == {"order_count": 2}


@pytest.mark.feature("3.5.15")
def test_semi_additive_stock_is_not_added_up_over_days(ask: Ask, naive: Naive) -> None:
    wrong = naive(
        "select sum(value_amount) from {fct_stock_daily} where stock_on between '2026-01-01' and '2026-01-31'"
    )
    assert wrong == Decimal("18600.00")  # 600.00 on each of 31 days
    january = {"start": "2026-01-01", "end": "2026-01-31"}
    assert only(ask(metrics=["stock_value"], time=january), "stock_value") == Decimal("600.00")
    by_month = ask(metrics=["stock_value"], time={**YEAR, "grain": "month"}, totals=True)
    assert sum(row["stock_value"] for row in by_month.rows) == Decimal("1400.00")  # type: ignore[misc]  # amounts
    assert by_month.totals == {"stock_value": Decimal("400.00")}


@pytest.mark.feature("FIN-08")
def test_semi_additive_a_balance_of_a_quarter_is_its_last_one(numbers: Numbers, everyone: Asker) -> None:
    definition = {
        "metrics": ["account_balance"],
        "rows": ["account"],
        "columns": ["quarter", "month"],
        "time": {"start": "2026-01-01", "end": "2026-03-16"},
        "where": [{"field": "account", "value": "Bank"}],
    }
    found = pivot(numbers, PivotQuery.from_data(definition), everyone)
    balances = [cell and cell["account_balance"] for cell in found.rows[0].cells]
    assert balances[:3] == [Decimal("920.00"), Decimal("1130.00"), Decimal("1130.00")]
    assert sum(balances[:3]) == Decimal("3180.00")  # type: ignore[arg-type]  # what adding up the months would say
    assert balances[3:] == [Decimal("1130.00"), Decimal("1130.00")]


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Numbers:
    """The company with a subsidiary that keeps its books in dollars."""
    home = tmp_path_factory.mktemp("traps")
    (home / "lake").mkdir()
    company = acme()
    dollars = {"company_id": "company-2", "currency_code": "USD"}
    company["dim_companies"] += [{"company_id": "company-2", "company_name": "Acme Inc"}]
    company["fct_sales_invoice_lines"] += [
        invoice_line(7, "customer-beta", "item-bell", date(2026, 1, 31), "1000.00", **dollars)
    ]
    publish(home / "lake", {ACME: company})
    write_manifest(home / "dbt")
    return Numbers(DuckDBEngine.over(home / "lake", threads=1), home / "dbt", today=lambda: TODAY)


@pytest.mark.feature("5.2.14")
def test_currency_mixing_euros_and_dollars_have_no_sum(elsewhere: Numbers, everyone: Asker) -> None:
    lines = [Decimal("1000.00"), Decimal("510.00")]
    assert sum(lines) == Decimal("1510.00")  # neither euros nor dollars
    january = {"start": "2026-01-01", "end": "2026-01-31"}

    def ask(**question: Any) -> QueryResult:
        return elsewhere.query(
            MetricQuery.from_data({"metrics": ["net_revenue"], "time": january, **question}), everyone
        )

    for question in ({}, {"group_by": ["customer"]}, {"metrics": ["average_order_value"]}):
        with pytest.raises(QueryInvalid) as refused:
            ask(**question)
        (problem,) = refused.value.problems
        assert problem.code == "mixed_currencies"
        assert "EUR and USD: group by currency or company" in problem.reason
    told_apart = ask(group_by=["currency"], totals=True, metrics=["net_revenue", "order_count"])
    assert [(row["currency"], row["net_revenue"]) for row in told_apart.rows] == [
        ("EUR", Decimal("510.00")),
        ("USD", Decimal("1000.00")),
    ]
    assert told_apart.totals == {"net_revenue": None, "order_count": 3}
    assert only(ask(where=[{"field": "company", "value": "Acme Inc"}]), "net_revenue") == Decimal("1000.00")
    # Where the days asked for are in one currency there is nothing to mix.
    assert only(ask(time={"start": "2026-02-01"}), "net_revenue") == Decimal("167.51")


@pytest.mark.feature("5.2.14")
def test_currency_mixing_leaves_the_lines_of_a_cross_table_empty_that_would_mix(
    elsewhere: Numbers, everyone: Asker
) -> None:
    def table(**definition: Any) -> Any:
        return pivot(
            elsewhere, PivotQuery.from_data({"metrics": ["net_revenue"], "time": YEAR, **definition}), everyone
        )

    found = table(rows=["company", "customer"], metrics=["net_revenue", "order_count"])
    assert [row.cells[0] for row in found.rows if row.level < 2] == [
        {"net_revenue": Decimal("1000.00"), "order_count": 1},
        {"net_revenue": Decimal("677.51"), "order_count": 5},
        {"net_revenue": None, "order_count": 6},
    ]
    assert found.notes == ("mixed_currencies: EUR, USD",)
    with pytest.raises(QueryInvalid):
        table(rows=["customer"])


@pytest.mark.feature("5.2.14")
def test_currency_mixing_is_refused_in_what_one_compares_with_too(elsewhere: Numbers, everyone: Asker) -> None:
    february: dict[str, Any] = {
        "metrics": ["net_revenue"],
        "time": {"start": "2026-02-01", "end": "2026-02-28"},
        "compare": "previous_period",
    }
    with pytest.raises(QueryInvalid) as refused:
        elsewhere.query(MetricQuery.from_data(february), everyone)
    assert refused.value.problems[0].code == "mixed_currencies"
    with pytest.raises(QueryInvalid):
        pivot(elsewhere, PivotQuery.from_data({**february, "rows": ["customer"]}), everyone)
    rolling = {"metric": "net_revenue", "window": {"rolling": 2, "grain": "month"}}
    with pytest.raises(QueryInvalid):
        pivot(
            elsewhere,
            PivotQuery.from_data({"metrics": [rolling], "rows": ["customer"], "time": february["time"]}),
            everyone,
        )


@pytest.mark.feature("5.2.14")
def test_currency_mixing_is_refused_where_an_answer_is_streamed_or_only_its_sql_is_told(
    elsewhere: Numbers, everyone: Asker
) -> None:
    mixed = MetricQuery(("net_revenue",), ("customer",), time=TimeRange(date(2026, 1, 1), date(2026, 1, 31)))
    with pytest.raises(QueryInvalid), streamed(elsewhere, mixed, everyone):
        pytest.fail("an answer came")
    with pytest.raises(QueryInvalid):
        compiled(elsewhere, mixed, everyone)
    with streamed(elsewhere, replace(mixed, group_by=("company",)), everyone) as told:
        assert (told.count, told.columns[1].currency) == (2, None)


@pytest.mark.feature("5.2.14")
def test_currency_mixing_does_not_choose_the_members_of_a_cross_table(elsewhere: Numbers, everyone: Asker) -> None:
    table: dict[str, Any] = {"metrics": ["net_revenue"], "columns": ["currency"], "rows": ["customer"], "time": YEAR}

    def refusals_of(**part: Any) -> list[tuple[str, str]]:
        with pytest.raises(QueryInvalid) as refused:
            pivot(elsewhere, PivotQuery.from_data({**table, **part}), everyone)
        return [(each.path, each.code) for each in refused.value.problems]

    having = [{"dimension": "customer", "metric": "net_revenue", "op": "gte", "value": 1}]
    assert refusals_of(having=having) == [("having/0", "mixed_currencies")]
    top = [{"dimension": "customer", "by": "net_revenue", "count": 1}]
    assert refusals_of(top=top) == [("top/0", "mixed_currencies")]
    within = {**table, "rows": ["company", "customer"], "columns": [], "top": top}
    assert pivot(elsewhere, PivotQuery.from_data(within), everyone).rows


@pytest.mark.feature("5.2.14")
def test_amounts_of_one_currency_are_told_with_it(elsewhere: Numbers, numbers: Numbers, everyone: Asker) -> None:
    def currencies(told_by: Numbers, **question: Any) -> list[str | None]:
        asked = MetricQuery.from_data({"metrics": ["net_revenue", "order_count"], "time": YEAR, **question})
        return [column.currency for column in told_by.query(asked, everyone).columns if column.role != "dimension"]

    assert currencies(numbers) == ["EUR", None]
    assert currencies(elsewhere, where=[{"field": "company", "value": "Acme Inc"}]) == ["USD", None]
    assert currencies(elsewhere, group_by=["company"]) == [None, None]
    compared = currencies(numbers, metrics=["net_revenue"], compare="previous_year")
    assert compared == ["EUR", "EUR", "EUR", None]


@pytest.mark.feature("5.2.14")
def test_restated_periods_are_asked_again_from_the_version_that_restates_them(tmp_path: Path, everyone: Asker) -> None:
    (tmp_path / "lake").mkdir()
    company = acme()
    publish(tmp_path / "lake", {ACME: company})
    write_manifest(tmp_path / "dbt")
    numbers = Numbers(DuckDBEngine.over(tmp_path / "lake", threads=1), tmp_path / "dbt", today=lambda: TODAY)
    january = MetricQuery.from_data(
        {"metrics": ["net_revenue"], "time": {"start": "2026-01-01", "end": "2026-01-31"}, "compare": "previous_year"}
    )
    reported = numbers.query(january, everyone)
    company["fct_sales_invoice_lines"].append(
        invoice_line(8, "customer-beta", "item-bike", date(2026, 1, 20), "-100.00")
    )
    publish(tmp_path / "lake", {ACME: company}, version=2)
    restated = numbers.query(january, everyone)
    assert only(reported, "net_revenue") == Decimal("510.00")  # what a figure kept from last time would still say
    assert only(restated, "net_revenue") == Decimal("410.00")
    assert (reported.evidence.data_version, restated.evidence.data_version) == ("1", "2")


@pytest.mark.feature("5.2.14")
def test_time_zones_an_invoice_belongs_to_the_companys_day_not_to_that_of_utc(ask: Ask) -> None:
    # Written in New York at half past nine in the evening of January 31st, its last business hour of the month.
    written_at = datetime(2026, 1, 31, 21, 30, tzinfo=NEW_YORK)
    assert written_at.astimezone(UTC).date() == date(2026, 2, 1)  # the month that an instant in UTC would say
    beta = [row for row in acme()["fct_sales_invoice_lines"] if row["customer_id"] == "customer-beta"]
    assert [row["invoiced_on"] for row in beta] == [written_at.date()]
    by_month = ask(metrics=["net_revenue"], where=[{"field": "customer", "value": "Beta SARL"}], group_by=["month"])
    assert [(row["month"], row["net_revenue"]) for row in by_month.rows] == [(date(2026, 1, 1), Decimal("300.00"))]


@pytest.mark.feature("5.2.14")
def test_period_borders_each_day_counts_in_one_period_only(ask: Ask) -> None:
    def revenue(start: str, end: str) -> Decimal:
        value = only(ask(metrics=["net_revenue"], time={"start": start, "end": end}), "net_revenue")
        return value if isinstance(value, Decimal) else Decimal(0)

    # An end read as midnight would lose January 31st; one day too far would count February 1st twice.
    whole = revenue("2026-01-01", "2026-02-28")
    assert revenue("2026-01-01", "2026-01-31") + revenue("2026-02-01", "2026-02-28") == whole == Decimal("557.51")
    assert revenue("2026-01-31", "2026-01-31") == Decimal("300.00")
    assert whole - revenue("2026-01-31", "2026-01-31") == Decimal("257.51")  # what would be left of it
    assert revenue("2026-02-01", "2026-02-01") == Decimal("40.01")
