"""Periods beside the ones before them, running totals, parts of each whole, the second best, and middles of kinds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.changes import moved_bounds
from ai.questions.deriving import derive
from ai.questions.lexicon import read_lexicon
from ai.questions.paces import pace_of, stepped
from ai.questions.plans import Derive
from ai.questions.reading import Reader
from ai.questions.said import Limit, Reading, Said
from ai.questions.service import answer
from olap.asker import Asker
from olap.query import Column, Compare, Evidence, QueryResult, TimeRange
from olap.service import Numbers

D = Decimal


def _result(keys: Sequence[str], metric: str, *rows: Sequence[Any]) -> QueryResult:
    columns = [SimpleNamespace(name=name, role="dimension", unit=None) for name in keys]
    columns.append(SimpleNamespace(name=metric, role="metric", unit="count"))
    told = tuple(dict(zip((*keys, metric), row, strict=True)) for row in rows)
    return QueryResult(cast("tuple[Column, ...]", tuple(columns)), told, None, None, cast("Evidence", None))


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    "question",
    [
        "How did net revenue change from month to month in 2026?",
        "Monthly growth of net revenue in 2026",
        "Net revenue by month in 2026 compared to the month before",
        "2026年各月净收入环比变化",
    ],
)
def test_each_month_stands_beside_the_one_before(numbers: Numbers, everyone: Asker, question: str) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.result is not None, reply.text
    moved = {row["month"]: row["net_revenue_change"] for row in reply.result.rows}
    assert moved == {date(2026, 1, 1): None, date(2026, 2, 1): D("-462.49"), date(2026, 3, 1): D("72.49")}


def test_a_single_month_is_compared_as_a_whole(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "Net revenue in February 2026 compared to the previous month")
    assert reply.metric_query is not None
    assert reply.metric_query.get("group_by") is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("In which month of 2026 did net revenue fall the most against the previous month?", "2026-02 47.51"),
        ("In how many months of 2026 did net revenue fall against the month before?", "Month: 1 with Change of Net"),
        ("Which months of 2026 saw net revenue fall by more than 50 percent against the month before?", "-50.00 %"),
        ("Which months of 2026 saw net revenue fall by more than 95 percent against the month before?", "0 found"),
    ],
)
def test_what_is_ranked_bounded_and_counted_is_the_change(
    numbers: Numbers, everyone: Asker, question: str, told: str
) -> None:
    assert told in answer(numbers, everyone, question).text


def test_a_fall_is_bounded_downwards() -> None:
    reading = Reading(limits=[Limit("more", D(10))], operators=["change", "percent"], said=[Said("change", "fell", 0)])
    assert moved_bounds(reading) == (("less", D("-0.1")),)
    reading.said = [Said("growth", "grew", 0)]
    assert moved_bounds(reading) == (("more", D("0.1")),)


def test_steps_need_one_figure_and_one_time() -> None:
    plain = Reading(grains=["month"], operators=["change"])
    assert pace_of(plain) == "month"
    assert pace_of(Reading(grains=["month"])) is None, "told by month, and nothing of change"
    assert pace_of(Reading(grains=["month"], operators=["change", "average"])) is None
    assert pace_of(Reading(grains=["month"], operators=["year_ago"])) is None, "months beside those of the year before"


def test_the_days_before_are_one_period_earlier() -> None:
    time = TimeRange(date(2025, 1, 1), date(2025, 12, 31))
    assert stepped(time, "quarter", date(2026, 3, 1)) == (
        time,
        Compare("range", date(2024, 10, 1), date(2025, 9, 30)),
    )
    assert stepped(TimeRange(date(2025, 3, 1), date(2025, 3, 31)), "month", date(2026, 3, 1)) is None


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "totals"),
    [
        ("Running total of net revenue by month in 2026", ["510.00", "557.51", "677.51"]),
        ("2026年按月累计净收入", ["510.00", "557.51", "677.51"]),
        ("In which month of 2026 did cumulative net revenue reach 550?", ["557.51"]),
        ("On which day of 2026 did cumulative orders reach 4?", ["4"]),
    ],
)
def test_a_running_total_is_what_has_come_in_by_then(
    numbers: Numbers, everyone: Asker, question: str, totals: list[str]
) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.derived is not None, reply.text
    assert [str(row["running"]) for row in reply.derived.rows] == totals


def test_cumulative_without_periods_is_the_whole(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "cumulative net revenue in 2026")
    assert (reply.derived, "677.51" in reply.text) == (None, True)


def test_what_does_not_add_up_has_no_running_total(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "Running total of ordering customers by month")
    assert reply.status != "answered", reply.text


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "shares"),
    [
        ("What share of net revenue came from North in each month of 2026?", ["0.411765", "0.000000", "1.000000"]),
        ("What percentage of 2026 net revenue was North per month?", ["0.411765", "0.000000", "1.000000"]),
        ("Share of each customer in its region's net revenue", ["1.000000", "1.000000"]),
        ("In which month of 2026 was North's share of net revenue the highest?", ["1.000000"]),
    ],
)
def test_a_part_of_each_whole(numbers: Numbers, everyone: Asker, question: str, shares: list[str]) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.derived is not None, reply.text
    assert (reply.derived.kind, [str(row["share"]) for row in reply.derived.rows]) == ("within", shares)


def test_the_share_of_each_region_in_one_whole_stays_that(numbers: Numbers, everyone: Asker) -> None:
    for question in ("What share of Alpha GmbH net revenue came from each region?", "share of net revenue by region"):
        reply = answer(numbers, everyone, question)
        assert reply.derived is not None, reply.text
        assert reply.derived.kind == "share"


def test_a_share_with_two_readings_is_asked_back(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "share of North net revenue by customer")
    assert (reply.status, len(reply.choices)) == ("clarify", 2), reply.text
    for choice in reply.choices:
        assert answer(numbers, everyone, choice).status == "answered", choice


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which region had the second highest net revenue?", "South"),
        ("Which customer ranked third by net revenue?", "Gamma"),
        ("Which region had the second lowest net revenue?", "North"),
        ("净收入第二高的客户", "Beta"),
    ],
)
def test_a_place_behind_the_first(numbers: Numbers, everyone: Asker, question: str, told: str) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.result is not None, reply.text
    assert len(reply.result.rows) == 1
    assert told in reply.text


def test_a_place_of_something_that_is_not_ranked_so_is_refused(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "Which customer had the second highest net revenue in each region?")
    assert reply.status != "answered"
    lexicon = read_lexicon(numbers, everyone)
    assert Reader(lexicon).read("net revenue in the second quarter of 2026").place is None


def test_a_middle_of_each_kind() -> None:
    sold = _result(("kind", "order"), "worth", ("A", 1, D(1)), ("A", 2, D(9)), ("A", 3, D(4)), ("B", 4, D(3)))
    _, derived = derive(sold, Derive("median", "worth", "order", values=("kind",)))
    assert derived.rows == ({"kind": "A", "worth": D(4)}, {"kind": "B", "worth": D(3)})
