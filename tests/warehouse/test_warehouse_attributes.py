"""Attributes of then and of now, and sums made beforehand, answer alike wherever they must."""

import random
from decimal import Decimal
from typing import Any

import pytest

from olap.asker import Asker
from olap.drill import DrillQuery, drill
from olap.errors import QueryInvalid
from olap.query import MetricQuery
from olap.service import Numbers
from tests.warehouse.asking import ask, everyone, table
from tests.warehouse.story import Story

pytestmark = pytest.mark.timeout(900)

D = Decimal


@pytest.mark.feature("3.3.6")
@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("customer_category", "net_revenue"),
        ("customer_category_group", "confirmed_order_value"),
        ("customer_region", "net_revenue"),
        ("customer_salesperson", "net_revenue"),
        ("supplier_category", "purchase_spend"),
        ("item_category", "stock_value"),
    ],
)
def test_attributes_of_then_and_of_now_have_equal_totals(
    name: str, metric: str, numbers: Numbers, story: Story
) -> None:
    sums = []
    for attributes in ("then", "now"):
        found = ask(numbers, story, metrics=[metric], group_by=[name], attributes=attributes, totals=True)
        assert f"attributes of {attributes}" in found.evidence.filters
        assert sum(row[metric] for row in found.rows) == (found.totals or {})[metric]  # type: ignore[misc]  # amounts
        sums.append(found.totals)
    assert sums[0] == sums[1]


@pytest.mark.feature("3.3.6")
def test_one_question_is_told_by_the_category_then_or_now(numbers: Numbers, story: Story) -> None:
    def by_category(attributes: str, **more: Any) -> dict[Any, Any]:
        found = ask(
            numbers, story, metrics=["net_revenue"], group_by=["customer_category"], attributes=attributes, **more
        )
        return {row["customer_category"]: row["net_revenue"] for row in found.rows}

    assert by_category("then") == {"Retail": D(810), None: D(620)}
    assert by_category("now") == {"Wholesale": D(810), None: D(620)}
    where = [{"field": "customer_category", "value": "Retail"}]
    assert by_category("then", where=where) == {"Retail": D(810)}
    cell = {"metric": "net_revenue", "cell": {"customer_category": "Retail"}, "attributes": "then"}
    [lines] = drill(numbers, DrillQuery.from_data(cell), everyone(story)).inputs
    assert (lines.total, lines.adds_up) == (D(810), True)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            {"metrics": ["net_revenue"], "group_by": ["item_category"], "attributes": "then"},
            "do not tell item_category of then",
        ),
        ({"metrics": ["net_revenue"], "attributes": "yesterday"}, "or now is expected"),
    ],
)
def test_attributes_that_rows_do_not_carry_are_refused(
    question: dict[str, Any], said: str, numbers: Numbers, story: Story
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        ask(numbers, story, **question)
    assert said in refused.value.problems[0].reason


SUMMED = ("net_revenue", "gross_revenue", "discount_rate", "credited_amount", "sold_quantity", "average_selling_price")
KEPT = (
    "item_code",
    "item_category",
    "region",
    "salesperson",
    "customer_category_then",
    "document_type",
    "company",
)
FINER = ("customer", "invoice_number", "warehouse", "unit")
"""A unit's name holds from a day on, which may lie within a month."""


def random_question(dice: random.Random) -> tuple[dict[str, Any], bool]:
    """A question, and whether sums by month can answer it."""
    metrics = dice.sample([*SUMMED, "sales_invoice_count"], dice.randint(1, 3))
    names = dice.sample(KEPT, dice.randint(0, 2)) + dice.sample(FINER, dice.random() < 0.25)
    grain = dice.choice([None, None, "month", "quarter", "year", "day"])
    start, end = dice.choice(
        [(None, None), ("2026-03-01", "2026-03-31"), (None, "2026-04-30"), ("2026-03-05", "2026-03-31")]
    )
    time = {name: value for name, value in (("start", start), ("end", end), ("grain", grain)) if value}
    where = [{"field": "item_code", "op": "in", "values": ["CHAIR", "RUG"]}] if dice.random() < 0.3 else []
    covered = grain != "day" and start != "2026-03-05" and not set(names) & set(FINER)
    # Invoices are counted in the fact, and what comes from one fact is asked of it together.
    covered = covered and "sales_invoice_count" not in metrics
    return {"metrics": metrics, "group_by": names, "time": time, "where": where, "totals": True}, covered


def test_sums_made_beforehand_answer_as_the_facts_do(numbers: Numbers, story: Story) -> None:
    dice, used = random.Random(20260331), 0  # noqa: S311  # a fixed seed, no secret
    # A rule that hides nothing still wants the rows themselves.
    ruled = Asker(str(story.tenant_id), frozenset({"*"}), {"supplier": [[]]})
    for _ in range(60):
        question, is_covered = random_question(dice)
        quick = numbers.query(MetricQuery.from_data(question), everyone(story))
        plain = numbers.query(MetricQuery.from_data(question), ruled)
        assert (quick.rows, quick.totals) == (plain.rows, plain.totals), question
        assert "fct_sales_invoice_months" not in plain.evidence.sql
        assert ("fct_sales_invoice_months" in quick.evidence.sql) == is_covered, question
        used += is_covered
    assert 10 < used < 50


BY_AGE = {"metrics": ["stock_value"], "group_by": ["age_bucket"]}


@pytest.mark.feature("5.2.14")
def test_a_cross_table_has_the_buckets_of_the_asker_and_those_of_a_year_before(numbers: Numbers, story: Story) -> None:
    buckets = {"age_bucket": [[0, 20], [21, None]]}
    asked = {"metrics": ["stock_value"], "rows": ["age_bucket"], "buckets": buckets, "time": {"as_of": "2026-03-31"}}
    found = table(numbers, story, **asked, compare={"end": "2026-03-15"})
    listed = ask(numbers, story, **BY_AGE, buckets=buckets, time={"as_of": "2026-03-31"})
    earlier = ask(numbers, story, **BY_AGE, buckets=buckets, time={"as_of": "2026-03-15"})
    shown = {row.keys["age_bucket"]: row.cells[-1] for row in found.rows if row.level}
    for answer, name in ((listed, "stock_value"), (earlier, "stock_value_previous")):
        wanted = {row["age_bucket"]: row["stock_value"] for row in answer.rows}
        assert {bucket: cell[name] for bucket, cell in shown.items() if cell and cell[name] is not None} == wanted
    assert found.query.as_data()["buckets"] == buckets
    with pytest.raises(QueryInvalid) as refused:
        table(numbers, story, **{**asked, "rows": ["item"]})
    assert [problem.path for problem in refused.value.problems] == ["buckets/age_bucket"]


@pytest.mark.feature("5.2.14")
def test_a_cross_table_tells_attributes_of_then_or_now(numbers: Numbers, story: Story) -> None:
    def by_category(attributes: str) -> dict[Any, Any]:
        asked = {"metrics": ["net_revenue"], "rows": ["customer_category"], "attributes": attributes}
        found = table(numbers, story, **asked)
        assert f"attributes of {attributes}" in found.evidence.filters
        return {
            row.keys.get("customer_category"): (row.cells[-1] or {})["net_revenue"] for row in found.rows if row.level
        }

    assert by_category("then") == {"Retail": D(810), None: D(620)}
    assert by_category("now") == {"Wholesale": D(810), None: D(620)}
    with pytest.raises(QueryInvalid) as refused:
        table(numbers, story, metrics=["net_revenue"], rows=["customer_category"], attributes="once")
    assert refused.value.problems[0].path == "attributes"


@pytest.mark.parametrize(
    ("day", "lamp", "rug", "cost"),
    [("2026-02-28", D(80), None, D(20)), ("2026-03-01", D(90), None, D(22)), ("2026-01-15", D(80), D(50), D(20))],
)
def test_a_list_price_and_a_cost_of_a_past_day_are_those_in_force_then(
    day: str, lamp: Decimal, rug: Decimal | None, cost: Decimal, numbers: Numbers, story: Story
) -> None:
    """Lamps were listed at 80 from January, at 90 from March on; rugs at 50 in January only, and cost 20, then 22."""
    asked = {"group_by": ["item_code"], "time": {"end": day}}
    listed = ask(numbers, story, metrics=["list_price_then"], **asked)
    prices = {row["item_code"]: row["list_price_then"] for row in listed.rows}
    assert (prices.get("LAMP"), prices.get("RUG")) == (lamp, rug)
    costs = ask(numbers, story, metrics=["standard_cost_then"], **asked)
    assert {row["item_code"]: row["standard_cost_then"] for row in costs.rows}["RUG"] == cost
