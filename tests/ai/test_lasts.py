"""Days that are counted back, halves of months, and words of a question that no figure may pass over."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.changes import is_which_moved
from ai.questions.clauses import only_explains
from ai.questions.lasts import counted_back
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.misreadings import misread
from ai.questions.ondocuments import settle_owners
from ai.questions.plans import Clarify, Planned, Stop
from ai.questions.ranges import read_time
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.splitting import cleaned
from ai.questions.times import Span
from ai.questions.vague import check_vague
from ai.questions.words import words_of
from olap.query import Filter, MetricQuery

TODAY = date(2026, 11, 22)
"""A Sunday."""


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("last october", date(2026, 10, 1), date(2026, 10, 31)),
        ("last december", date(2025, 12, 1), date(2025, 12, 31)),
        ("last monday", date(2026, 11, 16), date(2026, 11, 16)),
        ("last sunday", date(2026, 11, 15), date(2026, 11, 15)),
        ("the day before yesterday", date(2026, 11, 20), date(2026, 11, 20)),
        ("前天", date(2026, 11, 20), date(2026, 11, 20)),
        ("3 days ago", date(2026, 11, 19), date(2026, 11, 19)),
        ("the second half of october 2026", date(2026, 10, 16), date(2026, 10, 31)),
        ("first half of february", date(2026, 2, 1), date(2026, 2, 15)),
        ("second half of december", date(2025, 12, 16), date(2025, 12, 31)),
        ("the last half year", date(2026, 1, 1), date(2026, 6, 30)),
    ],
)
def test_days_are_counted_back_from_today(said: str, start: date, end: date) -> None:
    span = read_time(words_of(said), TODAY)
    assert span is not None
    assert (span.start, span.end, span.length) == (start, end, len(words_of(said)))


@pytest.mark.parametrize("said", ["last 3 months", "october", "last", "half of october", "the first half of 2013"])
def test_other_times_are_left_to_others(said: str) -> None:
    assert counted_back(words_of(said), TODAY) is None


def test_half_a_year_back_from_spring_is_the_autumn_before() -> None:
    span = counted_back(words_of("last half year"), date(2026, 3, 5))
    assert span is not None
    assert (span.start, span.end) == (date(2025, 7, 1), date(2025, 12, 31))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("revenue of all customers but Alpine in 2026", "revenue of all customers except Alpine in 2026"),
        ("all customers but not Alpine", "all customers but not Alpine"),
        ("tents but no clothing", "tents but no clothing"),
        ("revenue incl. tax 2026", "revenue including tax 2026"),
        ("pieces per order in 2026", "ordered quantity per order in 2026"),
        ("pieces per day", "pieces per day"),
    ],
)
def test_what_is_written_short_is_read_whole(said: str, read: str) -> None:
    assert cleaned(said) == read


def _lexicon() -> Lexicon:
    fields = {"dimensions": ["currency"], "unit": "currency", "area": "sales"}
    counts = {"dimensions": ["customer", "item_category"], "unit": "count", "area": "sales"}
    fake = SimpleNamespace(
        metrics={"revenue": fields, "order_count": counts, "discounted_line_count": counts, "order_line_count": counts},
        dimensions={},
        members=SimpleNamespace(held={"currency": ("EUR",)}),
    )
    return cast("Lexicon", fake)


REVENUE = Planned(MetricQuery(("revenue",)))


@pytest.mark.parametrize(
    ("words", "idle"), [("revenue in dollars", ["dollars"]), ("revenue in euros", []), ("revenue", [])]
)
def test_money_of_another_currency_is_not_passed_over(words: str, idle: list[str]) -> None:
    assert misread(REVENUE, Reading(words=words.split()), _lexicon()) == idle
    in_usd = Planned(MetricQuery(("revenue",), where=(Filter("payment_currency", "eq", ("USD",)),)))
    assert misread(in_usd, Reading(words=words.split()), _lexicon()) == []
    assert misread(Planned(MetricQuery(("order_count",))), Reading(words=words.split()), _lexicon()) == []


def test_every_month_of_a_name_is_not_the_last_of_them() -> None:
    january = Span(1, date(2026, 1, 1), date(2026, 1, 31))
    every = Reading(words=["revenue", "in", "every", "january"], times=[january], starts=[3])
    assert misread(REVENUE, every, _lexicon()) == ["every"]
    one = Reading(words=["revenue", "in", "january"], times=[january], starts=[2])
    assert misread(REVENUE, one, _lexicon()) == []


def test_the_same_month_of_last_year_needs_a_month() -> None:
    said = [Said("year_ago", "same month last year", 1)]
    assert misread(REVENUE, Reading(said=said), _lexicon()) == ["same month last year"]
    october = Span(1, date(2026, 10, 1), date(2026, 10, 31))
    assert misread(REVENUE, Reading(said=said, times=[october], starts=[0]), _lexicon()) == []


def test_both_is_not_either() -> None:
    either = Planned(MetricQuery(("order_count",), where=(Filter("item_category", "in", ("Tents", "Shoes")),)))
    assert misread(either, Reading(words=["both", "tents", "and", "shoes"]), _lexicon()) == ["both"]
    assert misread(either, Reading(words=["tents", "and", "shoes"]), _lexicon()) == []


def test_but_before_a_name_that_is_not_left_out_is_named() -> None:
    named = Named((Member("customer", "A"),), "a", 2, 1)
    reading = Reading(words=["revenue", "but", "a"], members=[named])
    assert misread(REVENUE, reading, _lexicon()) == ["but"]


def test_discounted_lines_are_not_all_lines() -> None:
    def mention(name: str, word: str, start: int) -> Mention:
        return Mention((Meaning("metric", name, name, 2),), word, start)

    narrow = Reading(words=["revenue", "of", "discounted", "lines"])
    narrow.metrics = [mention("revenue", "revenue", 0), mention("discounted_line_count", "discounted lines", 2)]
    settle_owners(narrow, _lexicon())
    assert narrow.idle == ["discounted lines"]
    plain = Reading(words=["revenue", "of", "order", "lines"])
    plain.metrics = [mention("revenue", "revenue", 0), mention("order_line_count", "order lines", 2)]
    settle_owners(plain, _lexicon())
    assert plain.idle == []


def test_whose_revenue_fell_are_those_whose_did() -> None:
    reading = Reading(words=["customers", "whose", "revenue", "fell"], said=[Said("change", "fell", 3)])
    assert is_which_moved(reading, ("customer",))
    assert not is_which_moved(Reading(words=["revenue", "fell"], said=[Said("change", "fell", 1)]), ("customer",))


def test_items_sold_may_be_pieces_or_products() -> None:
    with pytest.raises(Stop) as stop:
        check_vague(Reading(words=["how", "many", "items", "did", "we", "sell"]))
    assert isinstance(stop.value.outcome, Clarify)
    assert [each.split()[2] for each in stop.value.outcome.choices] == ["pieces", "different"]
    check_vague(Reading(words=["how", "many", "items", "did", "we", "sell"], limits=[Limit("more", Decimal(3))]))


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    ("words", "metric", "idle"),
    [
        ("how many euros did we invoice to customers", "order_count", ["euros"]),
        ("how many euros did we invoice to customers", "revenue", []),
        ("revenue from customers billed in eur", "revenue", ["eur"]),
        ("revenue billed in eur", "revenue", []),
        ("how many quotes did we send out", "revenue", ["quotes"]),
        ("报 价 单 发 出 了 多 少", "revenue", ["报价"]),
        ("stock adjustments by item pieces and value", "revenue", ["pieces and value"]),
        ("stock adjustments item and quantity", "revenue", ["and quantity"]),
        ("orders item and quantity", "order_count", []),
    ],
)
def test_money_quotes_and_columns_that_no_figure_shows_stop_it(words: str, metric: str, idle: list[str]) -> None:
    found = misread(Planned(MetricQuery((metric,))), Reading(words=words.split()), _lexicon())
    assert found == idle


@pytest.mark.parametrize(
    ("clause", "explains"),
    [
        (", and for how much before tax", False),
        (",金额多少", False),
        (", pieces and value", False),
        (" Item, warehouse, pieces and value.", False),
        ("请列出商品、数量和金额。", False),
        (" Pieces means the ordered units.", True),
    ],
)
def test_a_part_that_asks_for_a_figure_or_lists_columns_explains_nothing(clause: str, *, explains: bool) -> None:
    assert only_explains(clause, Reading(words=clause.split())) is explains
