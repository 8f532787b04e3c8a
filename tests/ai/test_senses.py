"""Words whose sense the rest of the question decides, and figures that are worked out of others."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.extent import never_recorded
from ai.questions.lexicon import read_lexicon
from ai.questions.plans import Planned
from ai.questions.service import Reply, answer
from ai.questions.spelling import closest
from olap.asker import Asker
from olap.query import MetricQuery, QueryResult, TimeRange
from olap.service import Numbers

Ask = Callable[..., Reply]


@pytest.fixture
def ask(numbers: Numbers, everyone: Asker) -> Ask:
    """Asks as somebody with every right."""

    def asked(question: str, **more: Any) -> Reply:
        return answer(numbers, everyone, question, **more)

    return asked


def _told(numbers: Numbers, everyone: Asker, **question: Any) -> dict[Any, Any]:
    """The figures of a query by the first key of each row."""
    found = numbers.query(MetricQuery.from_data(question), everyone)
    name, metric = question["group_by"][0], question["metrics"][0]
    return {row[name]: row[metric] for row in found.rows}


def test_days_of_the_week_add_up_their_days(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    by_day = _told(numbers, everyone, metrics=["net_revenue"], group_by=["day"])
    mondays = sum(value for day, value in by_day.items() if value and day.weekday() == 0)
    reply = ask("net revenue on Mondays")
    assert reply.derived is not None
    assert reply.derived.value == mondays
    told = ask("net revenue by day of the week").derived
    assert told is not None
    assert sum(row["net_revenue"] for row in told.rows) == sum(value for value in by_day.values() if value)  # type: ignore[misc]  # amounts


def test_a_mean_is_not_told_by_the_day_of_the_week(ask: Ask) -> None:
    assert ask("average order value on Mondays").reason == "no_weekday"


def test_members_together_are_one_figure(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    by_customer = _told(numbers, everyone, metrics=["net_revenue"], group_by=["customer"])
    reply = ask("net revenue of Alpha GmbH and Beta SARL together")
    assert reply.result is not None
    [row] = reply.result.rows
    assert row["net_revenue"] == by_customer["Alpha GmbH"] + by_customer["Beta SARL"]


def test_the_share_of_all_but_one_is_the_rest(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    by_customer = _told(numbers, everyone, metrics=["net_revenue"], group_by=["customer"])
    whole = sum(by_customer.values())
    reply = ask("what percentage of net revenue was not from Alpha GmbH")
    assert reply.derived is not None
    assert reply.derived.part == whole - by_customer["Alpha GmbH"]
    assert "not Alpha GmbH" in reply.text


def test_one_figure_in_percent_of_another(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    found = numbers.query(MetricQuery(("gross_margin", "net_revenue")), everyone).rows[0]
    reply = ask("gross margin as a percentage of net revenue")
    assert reply.derived is not None
    assert reply.derived.value == (Decimal(found["gross_margin"]) / found["net_revenue"]).quantize(Decimal("0.000001"))  # type: ignore[arg-type,operator]  # amounts


def test_the_ratio_of_two_members(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    by_customer = _told(numbers, everyone, metrics=["net_revenue"], group_by=["customer"])
    reply = ask("ratio of net revenue of Alpha GmbH to Beta SARL")
    assert reply.derived is not None
    assert (reply.derived.part, reply.derived.whole) == (by_customer["Alpha GmbH"], by_customer["Beta SARL"])


def test_the_difference_of_two_figures(ask: Ask, numbers: Numbers, everyone: Asker) -> None:
    found = numbers.query(MetricQuery(("net_revenue", "gross_margin")), everyone).rows[0]
    reply = ask("difference between net revenue and gross margin")
    assert reply.derived is not None
    assert reply.derived.value == found["net_revenue"] - found["gross_margin"]  # type: ignore[operator]  # amounts


def test_the_biggest_drop_is_ranked_by_the_change(ask: Ask) -> None:
    reply = ask("which customer had the biggest drop in net revenue from January 2026 to February 2026")
    assert reply.metric_query is not None
    assert reply.metric_query["order_by"] == ["net_revenue_change"]
    grown = ask("which customer had the strongest percentage growth in net revenue from January 2026 to February 2026")
    assert grown.metric_query is not None
    assert grown.metric_query["order_by"] == ["-net_revenue_change_share"]


def test_those_whose_figure_fell_are_told_and_no_others(ask: Ask) -> None:
    reply = ask("which customers saw their net revenue fall from January 2026 to February 2026")
    assert reply.planned is not None
    assert reply.planned.derive is not None
    assert (reply.planned.derive.metric, reply.planned.derive.bounds) == ("net_revenue_change", (("less", Decimal(0)),))


def test_twisted_letters_are_likelier_than_another_word(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    assert closest("peices", lexicon) in {"piece", "pieces"}
    assert closest("wat", lexicon) == "what"


@pytest.mark.parametrize(
    "question",
    [
        "how many orders had both Vehicles and the Bell on it",
        "net revenue by year and invoice date",
    ],
)
def test_what_would_answer_another_question_is_not_answered(ask: Ask, question: str) -> None:
    assert ask(question).status != "answered"


@pytest.mark.parametrize(
    "question",
    ["net revenue by customer: the two with the most", "which two customers had most net revenue over the years"],
)
def test_so_many_with_the_most_are_ranked_by_all_days(ask: Ask, question: str) -> None:
    query = ask(question).metric_query
    assert query is not None
    assert (query["limit"], query["group_by"]) == (2, ["customer"])


@pytest.mark.parametrize("group_by", [(), ("customer",)])
@pytest.mark.parametrize(("ever", "is_unknown"), [(0, True), (7, False)])
def test_a_count_of_which_the_books_hold_nothing_at_all_is_no_zero(
    everyone: Asker, ever: int, group_by: tuple[str, ...], *, is_unknown: bool
) -> None:
    class Books:
        def query(self, query: MetricQuery, asker: Asker) -> Any:
            del asker
            return SimpleNamespace(rows=[{"leavers": 0 if query.time.start else ever}])

    planned = Planned(MetricQuery(("leavers",), group_by, time=TimeRange(date(2013, 1, 1), date(2013, 12, 31))))
    reply = Reply("answered", "0", result=cast("QueryResult", SimpleNamespace(rows=[{"leavers": 0}])), planned=planned)
    assert never_recorded(cast("Numbers", Books()), everyone, reply) is is_unknown


def test_the_last_quarter_of_a_year_is_its_fourth(ask: Ask) -> None:
    query = ask("net revenue last quarter 2025").metric_query
    assert query is not None
    assert query["time"] == {"start": "2025-10-01", "end": "2025-12-31"}


def test_a_doubled_letter_is_soon_forgotten(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    assert [closest(each, lexicon) for each in ("difrent", "diferent")] == ["different", "different"]
