"""Every metric as MetricFlow compiles it for DuckDB, against hand-written SQL and against figures known by hand."""

import json
from decimal import Decimal

import pytest

from tests.warehouse.hand_written import DERIVED, QUERIES, query_of
from tests.warehouse.story import Story
from tests.warehouse.warehouse import Metrics, Warehouse

D = Decimal
CLOSE = D("0.00000001")
KNOWN = {
    "net_revenue": D(1340),
    "gross_revenue": D(1430),
    "order_count": 3,
    "confirmed_order_value": D(1430),
    "gross_margin": D(580),
    "cogs": D(760),
    "stock_quantity": D(32),
    "stock_value": D(1820),
    "ar_open_amount": D(1608),
    "ap_open_amount": D(228),
    "output_tax": D(268),
    "purchase_spend": D(328),
    "purchase_price_variance": D(8),
    "open_commitment": D(80),
    "quality_cost": D(80),
}
KNOWN_RATES = {
    "average_order_value": D(1430) / 3,
    "discount_rate": D(90) / 1430,
    "sales_otif_rate": D(2) / 3,
    "fill_rate": D(7) / 13,
    "return_rate": D(1) / 13,
    "supplier_defect_rate": D("0.2"),
    "supplier_otif_rate": D(0),
    "lead_time_days": D(9),
}


def metric_names(warehouse: Warehouse) -> set[str]:
    """Every metric of the manifest."""
    return {metric["name"] for metric in json.loads(warehouse.manifest_text)["metrics"]}


def test_every_metric_has_its_hand_written_twin(warehouse: Warehouse) -> None:
    assert metric_names(warehouse) == QUERIES.keys() | DERIVED.keys()


@pytest.mark.feature("3.4.15")
@pytest.mark.feature("3.5.15")
@pytest.mark.feature("3.5.16")
@pytest.mark.feature("3.6.18")
@pytest.mark.parametrize("metric", sorted(QUERIES.keys() | DERIVED.keys()))
def test_metric_equals_hand_written_sql(metric: str, metrics: Metrics, warehouse: Warehouse) -> None:
    [(expected,)] = warehouse.select(query_of(metric))
    found = metrics.value(metric)
    if expected is None or found is None:
        assert found == expected
    else:
        assert abs(D(str(found)) - D(str(expected))) < CLOSE


@pytest.mark.feature("3.4.15")
@pytest.mark.feature("3.6.18")
def test_money_and_counts_of_the_story_are_those_known_by_hand(metrics: Metrics) -> None:
    assert {name: metrics.value(name) for name in KNOWN} == KNOWN


@pytest.mark.feature("3.4.8")
@pytest.mark.feature("3.4.10")
@pytest.mark.feature("3.6.14")
@pytest.mark.feature("3.6.15")
@pytest.mark.parametrize("metric", sorted(KNOWN_RATES))
def test_rates_of_the_story_are_those_known_by_hand(metric: str, metrics: Metrics) -> None:
    assert abs(D(str(metrics.value(metric))) - KNOWN_RATES[metric]) < CLOSE


@pytest.mark.feature("3.3.6")
def test_revenue_by_category_then_and_now_have_equal_totals(metrics: Metrics, story: Story) -> None:
    then = dict(metrics.ask("net_revenue", "customer_category_then__name"))
    now = dict(metrics.ask("net_revenue", "customer__category"))
    assert then == {"Retail": D(810), None: D(530)}
    assert now == {"Wholesale": D(810), None: D(530)}


def test_revenue_goes_to_region_country_and_salesperson_of_the_order(metrics: Metrics) -> None:
    found = metrics.ask("net_revenue", "region__group", "region__name", "salesperson__name")
    assert found == [("Europe", "North", "Anna Seller", D(810)), (None, None, None, D(530))]


@pytest.mark.feature("FIN-10")
def test_margin_by_item_takes_cost_from_the_ledger(metrics: Metrics) -> None:
    found = dict(metrics.ask("gross_margin", "item__code"))
    assert found == {"CHAIR": D(360), "TABLE": D(200), "VASE": D(20)}


@pytest.mark.feature("FIN-13")
def test_open_receivables_are_those_of_the_day_also_before_a_later_payment_was_undone(metrics: Metrics) -> None:
    by_day = {str(day)[:10]: amount for day, amount in metrics.ask("ar_open_amount", "metric_time__day")}
    assert [by_day[day] for day in ("2026-03-05", "2026-03-20", "2026-03-25", "2026-03-31", "2026-04-02")] == [
        D(600),
        D(600) + D(432) + D(648) + D(36),
        D(1284),
        D(1176),
        D(1608),
    ]


@pytest.mark.feature("3.5.16")
def test_turns_supply_and_stockouts_of_march_are_those_computed_by_hand(metrics: Metrics) -> None:
    # Five tables for three days, three for the other 27 that the company had them.
    value_days = 3 * D(750) + 27 * D(450)
    march = ["{{ TimeDimension('metric_time', 'month') }} = '2026-03-01'"]
    table = [*march, "{{ Dimension('item__code') }} = 'TABLE'"]
    vase = [*march, "{{ Dimension('item__code') }} = 'VASE'"]
    assert abs(D(str(metrics.value("stock_turns", table))) - D(300) * 365 / value_days) < CLOSE
    assert metrics.value("days_of_supply", table) == 48
    # The vase was there from the tenth and sold on the twentieth.
    assert abs(D(str(metrics.value("stockout_rate", vase))) - D(12) / 22) < CLOSE
    assert abs(D(str(metrics.value("fill_rate"))) - D(7) / 13) < CLOSE


@pytest.mark.feature("FIN-25")
def test_tax_by_code_comes_from_the_tax_accounts(metrics: Metrics) -> None:
    assert sum(amount for _, amount in metrics.ask("output_tax", "tax_code__code")) == D(268)
