"""Which day of a document the days are about, what only describes, and other words whose place tells what they are."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.dateroles import dated_by, on_days, settle_role
from ai.questions.figures import figures_of
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.people import settle_led
from ai.questions.plans import Stop
from ai.questions.said import Mention, Named, Reading, Said
from ai.questions.senses import settle_senses
from ai.questions.settling import settle
from ai.questions.splitting import cleaned, questions_in
from ai.questions.times import Span
from ai.questions.words import words_of
from olap.query import Filter, TimeRange

YEAR = Span(1, date(2025, 1, 1), date(2025, 12, 31))


def _lexicon(days: tuple[str, ...] = (), **metrics: tuple[str, ...]) -> Lexicon:
    entries = {
        name: {
            "dimensions": [*known, *days],
            "label": name,
            "area": "sales",
            "unit": "currency",
            "type": "money",
            "additivity": "additive",
        }
        for name, known in metrics.items()
    }
    names = {name for known in metrics.values() for name in known}
    fake = SimpleNamespace(
        metrics=entries,
        dimensions={
            **{name: {"type": "text", "label": name} for name in names},
            **{name: {"type": "date", "label": name} for name in days},
        },
        own=lambda name: name,
        phrases={},
        members=SimpleNamespace(by_name={}, held={}),
        clock=SimpleNamespace(today=date(2026, 3, 16), fiscal_month=1),
        metrics_called=lambda _: [],
    )
    return cast("Lexicon", fake)


def _reading(question: str, *figures: str, **parts: Any) -> Reading:
    words = words_of(question)
    starts = [at for at, word in enumerate(words) if word.isdecimal()]
    metrics = [Mention((Meaning("metric", name, name, 2),), words[1], 1) for name in figures]
    return Reading(words=words, metrics=metrics, times=[YEAR] * len(starts), starts=starts, **parts)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "day"),
    [
        ("the scrap of work orders that ended in 2025", "finished_on"),
        ("the scrap of work orders that were actually started in 2025", "started_on"),
        ("the scrap of work orders due in 2025", "due_on"),
        ("the scrap of work orders in 2025", None),
        ("the scrap of started work orders in 2025", None),
    ],
)
def test_a_deed_before_the_days_says_which_day_they_are_about(question: str, day: str | None) -> None:
    lexicon = _lexicon(("finished_on", "started_on", "due_on"), scrap=("item",))
    reading = _reading(question, "scrap", unplaced=["started"] if "started in" in question else [])
    settle_role(reading, lexicon)
    assert (dated_by(reading, "scrap", lexicon), reading.unplaced) == (day, [])


def test_a_figure_without_such_a_day_is_not_told_by_another() -> None:
    lexicon = _lexicon(("finished_on",), scrap=("item",), tax=())
    reading = _reading("the scrap of work orders that ended in 2025", "scrap")
    settle_role(reading, lexicon)
    lexicon.metrics["tax"]["dimensions"] = []  # type: ignore[index]
    with pytest.raises(Stop):
        dated_by(reading, "tax", lexicon)


@pytest.mark.parametrize(
    ("question", "day"), [("how sold in 2025 by due date", "due_on"), ("show sold in 2025 by due date", None)]
)
def test_by_a_day_behind_a_time_is_which_day_counts(question: str, day: str | None) -> None:
    lexicon = _lexicon(("due_on",), sold=())
    reading = _reading(
        question, "sold", dimensions=["due_on"], grouped=["due_on"], each=["due_on"], spots={"due_on": 5}
    )
    assert dated_by(reading, "sold", lexicon) == day
    assert reading.dimensions == ([] if day else ["due_on"])


def test_days_become_a_condition() -> None:
    assert on_days("due_on", TimeRange(date(2025, 1, 1), None)) == (Filter("due_on", "gte", ("2025-01-01",)),)


@pytest.mark.parametrize(
    ("question", "grouped", "told"),
    [
        ("revenue of products with the colour black", [], []),
        ("revenue by product with the colour black", ["item"], ["item"]),
        ("list revenue of products with the colour black", [], ["item"]),
    ],
)
def test_what_only_describes_is_not_told_one_by_one(question: str, grouped: list[str], told: list[str]) -> None:
    lexicon = _lexicon((), revenue=("item", "item_color"))
    black = Named((Member("item_color", "Black"),), "black", 6, 1)
    reading = _reading(question, "revenue", dimensions=["item"], grouped=grouped, members=[black])
    settle(reading, lexicon)
    assert reading.dimensions == told


def test_a_title_and_a_name_side_by_side_are_of_one_superior() -> None:
    lexicon = _lexicon((), current_employee_count=("employee", "superior", "superior_title", "job_title"))
    title = Named(
        (Member("superior_title", "Head of Paint"), Member("job_title", "Head of Paint")), "head of paint", 3, 3
    )
    name = Named((Member("employee", "Ann Lee"), Member("superior", "Ann Lee")), "ann lee", 6, 2)
    reading = Reading(words=words_of("who reports to head of paint ann lee"), members=[title, name])
    reading.operators, reading.said = ["led"], [Said("led", "reports to", 1)]
    settle_led(reading, lexicon)
    assert [one.dimension for each in reading.members for one in each.candidates] == ["superior_title", "superior"]


def test_pieces_on_documents_are_their_pieces() -> None:
    lexicon = _lexicon((), started_production_order_count=("item",), started_production_quantity=("item",))
    reading = _reading("pieces ordered on work orders started", "started_production_order_count", has_pieces=True)
    reading.metrics = [Mention(reading.metrics[0].meanings, "work orders started", 3, is_counted=False)]
    reading.verbs = ["ordered"]
    settle_senses(reading, lexicon)
    assert [each.meanings[0].name for each in reading.metrics] == ["started_production_quantity"]
    assert reading.verbs == []


@pytest.mark.parametrize("words", ["value of all", "worth of the"])
def test_documents_ranked_by_value_are_told_by_what_they_are_worth(words: str) -> None:
    lexicon = _lexicon((), purchase_order_count=("supplier",), purchase_order_value=("supplier",))
    reading = Reading(words=words_of(f"five largest suppliers by {words} purchase orders"), is_descending=True, top=5)
    reading.metrics = [Mention((Meaning("metric", "purchase_order_count", "n", 3),), "purchase orders", 7)]
    reading.dimensions = ["supplier"]
    assert figures_of(reading, lexicon, None) == ("purchase_order_value",)


def test_what_is_told_anyway_is_no_question() -> None:
    assert questions_in("Which regions sold more than 5? Give the amounts.") == ["Which regions sold more than 5?"]
    assert len(questions_in("Which regions sold more than 5? Give the margin.")) == 2
    assert cleaned("average rate (average of the daily rates) in 2025") == "average rate in 2025"
    assert cleaned("orders by order year") == "orders by year"
