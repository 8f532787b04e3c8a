"""Stock by its age, stock that does not move, and classes of items, over the story's marts."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from olap.drill import DrillQuery, drill
from olap.errors import QueryInvalid
from olap.service import Numbers
from tests.warehouse.asking import ask, everyone
from tests.warehouse.story import Story
from tests.warehouse.warehouse import Warehouse

pytestmark = pytest.mark.timeout(900)

D = Decimal
BY_AGE = {"metrics": ["stock_value"], "group_by": ["age_bucket"]}


@pytest.mark.feature("3.5.17")
def test_age_buckets_add_up_to_the_stock_value_on_any_day(numbers: Numbers, story: Story, warehouse: Warehouse) -> None:
    days = [date(2026, 3, 1) + timedelta(days=index) for index in range(40)]
    by_layers, by_moves = (
        dict[Any, Any](
            warehouse.select(
                "select day, sum(value_amount) from unnest(%(days)s::date[]) as day"
                f" inner join marts.{mart} on {on} <= day group by day",
                days=days,
            )
        )
        for mart, on in (("fct_stock_layers", "changed_on"), ("fct_stock_moves", "moved_on"))
    )
    assert by_layers == by_moves
    assert len(by_moves) == 40
    for day in ("2026-03-02", "2026-03-27", "2026-10-01"):
        whole = ask(numbers, story, metrics=["stock_value"], time={"as_of": day}).rows[0]["stock_value"]
        found = ask(numbers, story, **BY_AGE, time={"as_of": day}, totals=True)
        assert sum(row["stock_value"] for row in found.rows) == whole  # type: ignore[misc]  # amounts
        assert found.totals == {"stock_value": whole}
    assert {row["age_bucket"] for row in found.rows} == {"181 to 365 days"}


@pytest.mark.feature("3.5.17")
def test_buckets_of_the_asker_lead_to_the_layers_behind_them(numbers: Numbers, story: Story) -> None:
    time = {"as_of": "2026-03-31"}
    buckets = {"age_bucket": [[21, None], [0, 20]]}
    by_item = {"metrics": ["stock_value"], "group_by": ["item_code", "age_bucket"], "buckets": buckets}
    found = {tuple(row.values()) for row in ask(numbers, story, **by_item, time=time).rows}
    assert ("LAMP", "0 to 20 days", D("283.5")) in found
    assert ("TABLE", "21 days and more", D(450)) in found
    cell = {
        "metric": "stock_value",
        "cell": {"item_code": "LAMP", "age_bucket": "0 to 20 days"},
        "time": time,
        "buckets": buckets,
    }
    [layers] = drill(numbers, DrillQuery.from_data(cell), everyone(story)).inputs
    assert (layers.mart, layers.total, layers.adds_up) == ("fct_stock_layers", D("283.5"), True)
    assert [(str(row["received_on"]), row["stock_value"]) for row in layers.rows] == [("2026-03-11", D("283.5"))]


@pytest.mark.feature("3.5.17")
@pytest.mark.parametrize(
    ("buckets", "said"),
    [
        ({"age_bucket": [[0, 30], [30, 60]]}, "0 to 30 days and 30 to 60 days overlap"),
        ({"age_bucket": [[0, None], [31, 60]]}, "overlap"),
        ({"age_bucket": [[30, 0]]}, "ends with 0 before it starts with 30"),
        ({"age_bucket": [["a", 0]]}, "two whole numbers"),
        ({"age_bucket": 30}, "a list of pairs"),
        ({"warehouse": [[0, 30]]}, "no age of the metrics asked for; ages are age_bucket, aging_bucket"),
    ],
)
def test_buckets_that_mean_nothing_are_refused(numbers: Numbers, story: Story, buckets: Any, said: str) -> None:
    with pytest.raises(QueryInvalid) as refused:
        ask(numbers, story, **BY_AGE, buckets=buckets, time={"as_of": "2026-03-31"})
    assert said in refused.value.problems[0].reason


@pytest.mark.feature("3.5.17")
def test_dimensions_that_no_row_carries_together_are_refused(numbers: Numbers, story: Story) -> None:
    with pytest.raises(QueryInvalid) as refused:
        ask(numbers, story, metrics=["stock_value"], group_by=["age_bucket", "location"], time={"as_of": "2026-03-31"})
    assert "not told by location and age_bucket together" in refused.value.problems[0].reason


@pytest.mark.feature("3.5.17")
def test_stock_is_dead_half_a_year_after_its_last_sale(numbers: Numbers, story: Story) -> None:
    def dead(day: str) -> dict[Any, Any]:
        found = ask(numbers, story, metrics=["dead_stock_value"], group_by=["item_code"], time={"as_of": day})
        return {row["item_code"]: row["dead_stock_value"] for row in found.rows}

    # Tables were sold last on March 5th; lamps came on the eleventh and were never sold.
    assert dead("2026-09-01") == {}
    assert dead("2026-09-02") == {"TABLE": D(450)}
    assert dead("2026-09-08") == {"TABLE": D(450), "LAMP": D("283.5")}
    everything = ask(numbers, story, metrics=["dead_stock_value", "dead_stock_rate"], time={"as_of": "2026-12-01"})
    assert everything.rows[0]["dead_stock_rate"] == 1
    with pytest.raises(QueryInvalid) as refused:
        ask(numbers, story, metrics=["dead_stock_value"], time={"grain": "month"})
    assert "as of one day" in refused.value.problems[0].reason


@pytest.mark.feature("3.5.17")
def test_items_are_classed_by_what_they_cost_and_how_steadily_they_sell(numbers: Numbers, story: Story) -> None:
    keys = ["item_code", "abc_class", "xyz_class"]
    found = ask(numbers, story, metrics=["stock_value"], group_by=keys, time={"as_of": "2026-03-04"})
    # Of 810 chairs cost 450, tables 300, rugs 50 and the vase 10; all sold in March alone, lamps never.
    assert [tuple(row[key] for key in keys) for row in found.rows] == [
        ("CHAIR", "A", "X"),
        ("RUG", "B", "X"),
        ("TABLE", "A", "X"),
    ]
