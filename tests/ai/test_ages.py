"""Ages and years of service: exact from anniversary to anniversary, of employees only, as of the day that is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.ages import plan_ages
from ai.questions.deriving import derive
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.pieces import best_pieces
from ai.questions.plans import Derive, Stop
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.times import Span
from ai.questions.words import words_of
from ai.questions.years import years_between
from olap.query import Column, Evidence, QueryResult

D = Decimal
PEOPLE = "current_employee_count"
KEYS = ("unit", "employee", "born_on", "hired_on")
DAY = "2026-06-30"


def _people(*rows: Sequence[Any]) -> QueryResult:
    columns = [SimpleNamespace(name=name, role="dimension", unit=None) for name in KEYS]
    columns.append(SimpleNamespace(name=PEOPLE, role="metric", unit="count"))
    told = tuple(dict(zip((*KEYS, PEOPLE), row, strict=True)) for row in rows)
    return QueryResult(cast("tuple[Column, ...]", tuple(columns)), told, None, None, cast("Evidence", None))


STAFF = _people(
    ("Paint", "Ann", date(1966, 6, 30), date(2016, 6, 30), 1),
    ("Paint", "Bob", date(1996, 7, 1), date(2020, 1, 1), 1),
    ("Sales", "Cid", date(1986, 6, 30), date(2026, 6, 30), 1),
    ("Sales", "Dee", date(1950, 1, 1), date(2000, 1, 1), 0),
    ("Sales", "Eve", date(2000, 1, 1), date(2026, 7, 1), 1),
)


def _lexicon() -> Lexicon:
    known = ["employee", "unit", "gender", "born_on", "hired_on"]
    fake = SimpleNamespace(
        metrics={PEOPLE: {"dimensions": known}},
        dimensions={name: {"type": "text"} for name in known},
        clock=SimpleNamespace(today=date(2026, 6, 30)),
    )
    return cast("Lexicon", fake)


def _reading(question: str, operator: str = "age", **parts: Any) -> Reading:
    reading = Reading(words=words_of(question), **parts)
    reading.operators = [*reading.operators, operator]  # type: ignore[list-item]  # one of them
    reading.said = [Said(operator, operator, 0)]  # type: ignore[arg-type]
    return reading


def _employees(*, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", "employee_count", "Employees", 2),), "employees", 2, is_counted)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(1966, 6, 30), date(2026, 6, 30), D(60)),
        (date(1966, 7, 1), date(2026, 6, 30), D("59.997260")),
        (date(2000, 2, 29), date(2025, 2, 28), D(25)),
        (date(2026, 1, 1), date(2026, 1, 1), D(0)),
    ],
)
def test_years_are_whole_on_anniversaries(start: date, end: date, years: Decimal) -> None:
    assert years_between(start, end) == years


def test_older_than_so_much_is_past_that_birthday() -> None:
    for bounds, expected in (((("more", D(60)),), 0), ((("at_least", D(60)),), 1), ((("less", D(40)),), 1)):
        _, derived = derive(STAFF, Derive("age", PEOPLE, "employee", ("born_on", DAY, "count"), bounds))
        assert (derived.value, derived.over) == (expected, 3), "who has left or has not come yet is not counted"


def test_the_mean_is_told_for_all_and_for_each_unit() -> None:
    _, derived = derive(STAFF, Derive("age", PEOPLE, "employee", ("hired_on", DAY, "average")))
    assert derived.value is not None
    assert abs(D(derived.value) - D("5.498")) < D("0.01")
    _, by_unit = derive(
        STAFF, Derive("age", PEOPLE, "employee", ("born_on", DAY, "average", "unit"), order=True, limit=1)
    )
    assert [row["unit"] for row in by_unit.rows] == ["Paint"]


def test_the_oldest_of_each_unit_is_one_of_each() -> None:
    _, derived = derive(STAFF, Derive("age", PEOPLE, "employee", ("born_on", DAY, "each", "unit"), order=True, limit=1))
    assert [(row["unit"], row["employee"], row["full_years"]) for row in derived.rows] == [
        ("Paint", "Ann", 60),
        ("Sales", "Cid", 40),
    ]


def test_age_on_the_day_of_hiring_needs_no_other_day() -> None:
    _, derived = derive(STAFF, Derive("age", PEOPLE, "employee", ("born_on", "hired_on", "count"), (("less", D(30)),)))
    assert derived.value == 2


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "parts", "values"),
    [
        ("average age of employees", {"operators": ["average"]}, ("born_on", DAY, "average")),
        ("how many employees are older than 50", {"limits": [Limit("more", D(50))]}, ("born_on", DAY, "count")),
        ("average age when hired", {"operators": ["average"]}, ("born_on", "hired_on", "average")),
        (
            "average age at the end of 2024",
            {"operators": ["average"], "times": [Span(1, None, date(2024, 12, 31))]},
            ("born_on", "2024-12-31", "average"),
        ),
    ],
)
def test_ages_are_planned_as_of_a_day(question: str, parts: dict[str, Any], values: tuple[str, ...]) -> None:
    reading = _reading(question, metrics=[_employees(is_counted="how many" in question)], **parts)
    planned = plan_ages(reading, _lexicon())
    assert planned is not None
    assert planned.derive is not None
    assert (planned.query.metrics, planned.derive.values) == ((PEOPLE,), values)


def test_years_of_service_begin_with_the_hiring() -> None:
    reading = _reading("average length of service by unit", "tenure", dimensions=["unit"], operators=["average"])
    planned = plan_ages(reading, _lexicon())
    assert planned is not None
    assert planned.derive is not None
    assert planned.derive.values == ("hired_on", DAY, "average", "unit")


@pytest.mark.parametrize("dimension", ["customer", "item", "supplier"])
def test_the_age_of_anything_else_is_not_known(dimension: str) -> None:
    with pytest.raises(Stop):
        plan_ages(_reading("average age", operators=["average"], dimensions=[dimension]), _lexicon())


def test_whose_age_is_asked_back_where_nobody_is_said() -> None:
    with pytest.raises(Stop) as stopped:
        plan_ages(_reading("age of employees", metrics=[_employees()]), _lexicon())
    assert stopped.value.outcome.reason == "age_of_whom"
    named = Named((Member("employee", "Ann"),), "ann", 3, 1)
    assert plan_ages(_reading("how old is ann", members=[named]), _lexicon()) is not None


@pytest.mark.parametrize(
    ("question", "operator"), [("older than 50", "more"), ("50 or older", "at_least"), ("younger than 30", "less")]
)
def test_older_bounds_years(question: str, operator: str) -> None:
    fake = SimpleNamespace(
        clock=SimpleNamespace(today=date(2026, 6, 30), fiscal_month=1),
        phrases={},
        hidden=frozenset(),
        longest=1,
        members=SimpleNamespace(by_name={}, by_kind={}, longest=1, document=lambda _: ()),
    )
    pieces = best_pieces(words_of(question), cast("Lexicon", fake))
    assert [(each.kind, each.operator, each.word) for each in pieces] == [("limit", operator, "age")]
