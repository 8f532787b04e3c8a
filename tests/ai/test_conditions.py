"""Every condition of an answer is told beside it, also those that a metric query has no words for."""

from decimal import Decimal
from typing import get_args

import pytest

from ai.questions.conditions import all_conditions, steps, working_of
from ai.questions.plans import Derive, DeriveKind, Planned
from ai.questions.service import answer
from olap.asker import Asker
from olap.query import Filter, MetricQuery, Order, TimeRange
from olap.service import Numbers

LABELS = {"sales": "Sales", "cost": "Cost", "customer": "Customer", "item": "Item", "month": "Month", "color": "Colour"}
PLAIN = MetricQuery(("sales",), ("customer",))


def _planned(how: Derive, without: MetricQuery | None = None) -> Planned:
    return Planned(PLAIN, how, without=without)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("how", "english", "chinese"),
    [
        (Derive("having", "sales", bounds=(("more", Decimal(100000)),)), "Sales over 100,000", "Sales超过100,000"),
        (Derive("nth", "sales", limit=2), "only place 2 of the ranking", "仅取排名第2位"),
        (Derive("running", "sales", "month"), "running total by Month", "按Month累计"),
        (Derive("weekday", "sales", values=("Monday",)), "only on Monday", "仅限Monday"),
        (Derive("share", "sales", "customer", ("Acme",)), "part of Acme in the whole", "Acme占整体的份额"),
        (Derive("share", "sales", "customer", ("Acme",), is_rest=True), "part of not Acme", "不含Acme占整体"),
        (Derive("median", "sales"), "the middle of all rows", "中位数"),
        (Derive("minus", "sales", values=("cost",)), "less Cost", "减去Cost"),
        (Derive("having", "sales", rival=("more", "cost")), "Sales over Cost", "Sales超过Cost"),
        (Derive("tally", "sales", "customer", ("item",)), "number of Item within", "每个Customer"),
        (Derive("each", "sales", "month", limit=3), "the first 3 of each Month", "每个Month的前3项"),
    ],
)
def test_what_is_worked_out_from_the_rows_is_told(how: Derive, english: str, chinese: str) -> None:
    planned = _planned(how)
    assert english in "; ".join(all_conditions(planned, LABELS, "en"))
    assert chinese in "; ".join(all_conditions(planned, LABELS, "zh"))
    working = working_of(planned)
    assert working is not None
    assert working["kind"] == how.kind


def test_the_query_whose_members_are_taken_away_is_told_with_its_own_conditions() -> None:
    other = MetricQuery(("cost",), ("customer",), (Filter("item", "eq", ("Tent",)),), TimeRange())
    planned = _planned(Derive("without", "sales", "customer"), other)
    assert "without those of: Cost, Item: Tent, all days" in all_conditions(planned, LABELS, "en")
    working = working_of(planned)
    assert working is not None
    assert working["other_query"]["metrics"] == ["cost"]
    kept = _planned(Derive("without", "sales", "customer", is_rest=True), other)
    assert any(each.startswith("only those with: Cost") for each in all_conditions(kept, LABELS, "en"))


def test_ranks_and_what_is_missing_are_told_of_the_query_itself() -> None:
    query = MetricQuery(("sales",), ("item",), (Filter("color", "is_null"),), order_by=(Order("sales", True),), limit=3)
    told = all_conditions(Planned(query), LABELS, "en")
    assert told == ["Colour: none", "all days", "by Sales, the highest first", "the first 3"]
    assert working_of(Planned(query)) is None


def test_every_kind_of_working_has_its_words() -> None:
    for kind in get_args(DeriveKind):
        how = Derive(kind, "sales", "customer", ("born_on", "2026-12-31", "average"), (("more", Decimal(5)),), limit=1)
        assert steps(_planned(how), LABELS, "en"), kind


def test_a_bound_stands_beside_the_figures(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "customers with net revenue over 100")
    assert reply.status == "answered"
    assert any("over 100" in each for each in reply.understood)
    assert reply.working is not None
    assert reply.working["bounds"] == [["more", "100"]]
