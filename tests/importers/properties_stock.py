"""Opening stock and consumption worked out backwards hold for any history."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from importers.stock import Flow, StockPlan, month_end, plan_stock

START, END = date(2012, 1, 1), date(2012, 12, 31)
flows = st.lists(
    st.builds(
        Flow,
        item=st.sampled_from(["A", "B"]),
        on=st.integers(0, 365).map(lambda days: START + timedelta(days=days)),
        qty=st.integers(-500, 500).filter(bool).map(Decimal),
    ),
    max_size=40,
)
finals = st.dictionaries(st.sampled_from(["A", "B", "C"]), st.integers(0, 900).map(Decimal))


def levels(plan: StockPlan, moved: list[Flow], item: str) -> list[Decimal]:
    """Stock after the arrivals and after the issues of each day, the opening first."""
    days: defaultdict[date, Decimal] = defaultdict(Decimal)
    for flow in [*moved, *[use._replace(qty=-use.qty) for use in plan.used]]:
        if flow.item == item:
            days[flow.on] += flow.qty
    level, seen = plan.opening.get(item, Decimal(0)), []
    for day in sorted(days):
        level += days[day]
        seen.append(level)
    return [plan.opening.get(item, Decimal(0)), *seen]


@given(flows, finals)
def test_every_item_ends_at_its_final_stock(moved: list[Flow], final: dict[str, Decimal]) -> None:
    plan = plan_stock(moved, final, ends_on=END)
    for item in {*plan.opening, *final}:
        assert levels(plan, moved, item)[-1] == final.get(item, 0)


@given(flows, finals)
def test_no_day_is_below_zero(moved: list[Flow], final: dict[str, Decimal]) -> None:
    plan = plan_stock(moved, final, ends_on=END)
    for item in plan.opening:
        assert min(levels(plan, moved, item)) >= 0


@given(flows, finals)
def test_uses_are_whole_positive_and_at_ends_of_months(moved: list[Flow], final: dict[str, Decimal]) -> None:
    for use in plan_stock(moved, final, ends_on=END).used:
        assert use.qty > 0
        assert use.qty == int(use.qty)
        assert use.on in (month_end(use.on), END)
