"""Who did something, what documents only say of a figure, what nobody did, and choices told with what each counts."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.absent import plan_absent
from ai.questions.bounding import plan_among
from ai.questions.changes import is_difference
from ai.questions.clauses import told_of_each
from ai.questions.figures import figures_of
from ai.questions.lexicon import Lexicon, Meaning, read_lexicon
from ai.questions.members import Member
from ai.questions.ondocuments import settle_owners
from ai.questions.pieces import Piece, best_pieces
from ai.questions.places import is_done_by, is_negated, is_of_all, leaves_out
from ai.questions.plans import Stop
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.senses import settle_senses
from ai.questions.service import answer
from ai.questions.times import Span
from ai.questions.words import words_of
from olap.asker import Asker
from olap.query import Filter
from olap.service import Numbers

D = Decimal


def _lexicon(**metrics: tuple[str, ...]) -> Lexicon:
    entries = {
        name: {"dimensions": known, "label": name, "area": "sales", "unit": "count", "additivity": "additive"}
        for name, known in metrics.items()
    }
    fake = SimpleNamespace(
        metrics=entries,
        dimensions={name: {"type": "text", "label": name} for known in metrics.values() for name in known},
        own=lambda name: name,
        phrases={},
        members=SimpleNamespace(by_name={}, held={}),
        metrics_called=lambda _: [],
    )
    return cast("Lexicon", fake)


def _mention(name: str, word: str, start: int, *, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", name, name, 2),), word, start, is_counted)


def _pieces(*said: tuple[str, str, Any]) -> list[Piece]:
    found, at = [], 0
    for kind, word, operator in said:
        length = len(word.split())
        found.append(Piece(at, length, cast("Any", kind), 1.0, operator=operator, word=word))
        at += length
    return found


@pytest.mark.parametrize(("word", "is_done"), [("stores", True), ("the buyer", True), ("customer", False)])
def test_several_behind_by_did_it(word: str, *, is_done: bool) -> None:
    pieces = _pieces(("verb", "bought", None), ("operator", "by", "by"), ("phrase", word, None))
    assert is_done_by(pieces, 2) == is_done
    assert not is_done_by(_pieces(("operator", "by", "by"), ("phrase", word, None)), 1)


def test_never_is_no_condition_on_what_was_done() -> None:
    for word, is_left_out in (("never", False), ("not", True)):
        pieces = _pieces(("operator", word, "not"), ("member", "online", None))
        assert (is_negated(pieces, 1), leaves_out(pieces, 0)) == (is_left_out, is_left_out)


def test_all_is_said_of_what_stands_beside_it() -> None:
    pieces = _pieces(("operator", "all", "over_all"), ("phrase", "sizes", None), ("operator", "and", "also"))
    pieces += [Piece(3, 1, "phrase", 1.0, word="colours")]
    assert is_of_all(pieces, 1)
    assert is_of_all(pieces, 3)


@pytest.mark.feature("5.8.3")
def test_who_did_the_one_and_never_the_other() -> None:
    kinds = ("customer", "item_category")
    lexicon = _lexicon(net_revenue=kinds, sales_invoice_count=kinds, recorded_customer_count=("customer",))
    bikes, helmets = (
        Named((Member("item_category", name),), name.lower(), at, 1) for name, at in (("Bikes", 3), ("Helmets", 6))
    )
    reading = Reading(words=words_of("which customers bought bikes but never helmets"), dimensions=["customer"])
    reading.verbs, reading.members = ["bought"], [bikes, helmets]
    reading.idle, reading.operators, reading.said = ["never"], ["not"], [Said("not", "never", 5)]
    planned = plan_absent(reading, lexicon)
    assert planned is not None
    assert planned.without is not None
    assert (planned.query.metrics, planned.without.metrics) == (("sales_invoice_count",), ("sales_invoice_count",))
    assert Filter("item_category", "eq", ("Bikes",)) in planned.query.where
    assert planned.without.where == (Filter("item_category", "eq", ("Helmets",)),)


@pytest.mark.parametrize(
    ("question", "figures", "left"),
    [
        ("revenue of the order lines", ["revenue", "order_count"], ["revenue"]),
        ("revenue and order lines", ["revenue", "order_count"], ["revenue", "order_count"]),
    ],
)
def test_documents_behind_of_are_no_second_figure(question: str, figures: list[str], left: list[str]) -> None:
    reading = Reading(words=words_of(question))
    starts = [0, len(reading.words) - 2]
    words = ["revenue", "order lines"]
    reading.metrics = [_mention(name, word, at) for name, word, at in zip(figures, words, starts, strict=True)]
    settle_owners(reading, _lexicon(revenue=("item",), order_count=("item",)))
    assert [each.meanings[0].name for each in reading.metrics] == left


def test_work_orders_by_quantity_are_their_pieces() -> None:
    lexicon = _lexicon(production_order_count=("item",), production_ordered_quantity=("item",))
    reading = Reading(
        words=words_of("work orders by product top five by quantity"), is_descending=True, has_pieces=True
    )
    reading.metrics = [_mention("production_order_count", "work orders", 0)]
    settle_owners(reading, lexicon)
    assert reading.metrics[0].meanings[0].name == "production_ordered_quantity"


def test_who_started_on_some_days_was_hired() -> None:
    lexicon = _lexicon(employee_count=(), hired_employee_count=())
    for times, name in (([Span(1, None, None)], "hired_employee_count"), ([], "employee_count")):
        reading = Reading(words=words_of("how many employees started in 2025"), times=times, unplaced=["started"])
        reading.metrics = [_mention("employee_count", "employees", 2, is_counted=True)]
        settle_senses(reading, lexicon)
        assert reading.metrics[0].meanings[0].name == name


def test_kinds_are_counted_by_what_is_of_them() -> None:
    lexicon = _lexicon(current_employee_count=("unit",), item_count=("item_model",))
    for kind, metric in (("unit", "current_employee_count"), ("item_model", "item_count")):
        reading = Reading(words=["how", "many"], counted=kind, dimensions=[kind], operators=["count"])
        assert figures_of(reading, lexicon, None) == (metric,)


@pytest.mark.parametrize(("start", "is_refused"), [(6, True), (12, False)])
def test_orders_over_an_amount_are_not_so_many_orders(start: int, *, is_refused: bool) -> None:
    lexicon = _lexicon(revenue=("salesperson",), order_count=("salesperson",))
    reading = Reading(words=words_of("revenue by salesperson for orders over 10000 dollars and what else there is"))
    reading.metrics = [_mention("revenue", "revenue", 0), _mention("order_count", "orders", 4)]
    reading.limits = [Limit("more", D(10_000), start - 1, start + 1)]
    if is_refused:
        with pytest.raises(Stop):
            plan_among(reading, lexicon)
    else:
        assert plan_among(reading, lexicon) is None


def test_freight_on_online_orders_is_one_figure() -> None:
    lexicon = _lexicon(freight=("channel",), order_count=("channel",))
    reading = Reading(words=words_of("freight on online orders"))
    reading.metrics = [_mention("freight", "freight", 0), _mention("order_count", "orders", 3)]
    reading.members = [Named((Member("channel", "online"),), "online", 2, 1)]
    assert figures_of(reading, lexicon, None) == ("freight",)


def test_how_much_higher_one_figure_is_is_their_difference() -> None:
    metrics = [_mention("cost", "cost", 4), _mention("plan", "plan", 7)]
    reading = Reading(words=words_of("how much higher was cost than the plan"), metrics=metrics, operators=["more"])
    assert is_difference(reading)
    assert not is_difference(Reading(words=words_of("how much was sold"), metrics=metrics))


def test_an_amount_without_tax_is_told_of_each_document() -> None:
    told = told_of_each("Largest order: order number and value before tax and freight")
    assert (told.question, told.names) == ("Largest order?", ())


@pytest.mark.feature("5.8.3")
def test_choices_between_figures_are_told_with_what_they_count(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "What about North in 2026?")
    assert reply.status == "clarify"
    described = {str(each["label"]): str(each["description"]) for each in read_lexicon(numbers, everyone).shown.metrics}
    offered = [label for label in described if any(choice.startswith(f"{label} ") for choice in reply.choices)]
    assert offered
    assert all(f"{label}: {described[label]}" in reply.text for label in offered)


def test_a_name_is_announced_by_the_kind_behind_it(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    pieces = best_pieces(words_of("net revenue with North as the region"), lexicon)
    member = next(each for each in pieces if each.kind == "member")
    assert {each.dimension for each in member.members} == {"region"}
