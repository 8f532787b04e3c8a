"""The same question in other words: turns of phrase, salespeople as those who did it, amounts on documents, bills."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.evals.outside import Question, read_questions, read_reworded, verdict
from ai.questions.amounts import settle_amounts
from ai.questions.bills import settle_bills
from ai.questions.coordination import joined_figures
from ai.questions.doers import settle_doers
from ai.questions.keys import Keys
from ai.questions.lexicon import Lexicon, Meaning, read_lexicon
from ai.questions.members import Member
from ai.questions.misreadings import misread
from ai.questions.plans import Planned
from ai.questions.reading import Reader
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.service import Reply
from ai.questions.spans import Days, days_of
from ai.questions.splitting import cleaned, questions_in
from ai.questions.ties import with_ties
from ai.questions.turns import names_what_is_told, plainly_turned
from ai.questions.words import words_of
from olap.asker import Asker
from olap.query import MetricQuery, Order, TimeRange
from olap.service import Numbers

FIGURES: dict[str, tuple[str, str, set[str]]] = {
    "order_count": ("count", "sales", {"salesperson", "channel", "customer"}),
    "confirmed_order_value": ("currency", "sales", {"salesperson", "channel", "customer", "item"}),
    "order_total_value": ("currency", "sales", {"salesperson", "channel", "customer"}),
    "net_revenue": ("currency", "sales", {"salesperson", "channel", "customer", "item"}),
    "sold_quantity": ("quantity", "sales", {"item"}),
    "salespeople_count": ("count", "hr", {"salesperson"}),
    "written_purchase_order_count": ("count", "purchase", {"supplier"}),
    "reported_rejected_value": ("currency", "purchase", {"supplier"}),
    "standard_cost": ("currency", "catalog", {"item"}),
    "bill_material_cost": ("currency", "catalog", {"item"}),
    "component_quantity": ("quantity", "catalog", {"item", "component"}),
    "item_count": ("count", "catalog", {"item"}),
}
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        metrics={
            name: {"label": name, "unit": unit, "area": area, "dimensions": sorted(known), "type": "simple"}
            for name, (unit, area, known) in FIGURES.items()
        },
        dimensions={},
        own=lambda name: name,
        members=SimpleNamespace(held={}, by_name={}),
    ),
)


def _figure(name: str, word: str, words: list[str], *, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", name, name, 3),), word, words.index(words_of(word)[0]), is_counted)


def _reading(question: str, *figures: tuple[str, str], **others: Any) -> Reading:
    words = words_of(question)
    mentions = [_figure(name, word, words, is_counted=word.startswith("how many")) for name, word in figures]
    return Reading(words=words, metrics=mentions, **others)


def _named(question: str, word: str, *members: Member, is_excluded: bool = False) -> Named:
    words = words_of(question)
    return Named(members, word, words.index(words_of(word)[0]), len(words_of(word)), is_excluded)


def _names(reading: Reading) -> list[str]:
    return [each.meanings[0].name for each in reading.metrics]


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Out of all invoices of 2026, what percentage is paid?", "of all invoices of 2026, what percentage is paid?"),
        ("Work orders with a due date in May: how many?", "Work orders due in May: how many?"),
        ("Invoices whose due date falls in March", "Invoices due in March"),
        ("Work orders with an end date in 2026", "Work orders ended in 2026"),
        ("Who are the Finance Manager's direct reports?", "the people who report directly to Finance Manager"),
        ("Freight was what percentage of revenue?", "Freight as a percentage of revenue?"),
        ("What do we use the Crank Arm in?", "where is Crank Arm used?"),
        ("How many work orders were completed in May?", "How many work orders were finished in May?"),
        ("Which purchase orders were completed in May?", "Which purchase orders were completed in May?"),
        ("Margin at the current standard cost of the products in 2026", "Margin at the current standard cost in 2026"),
        ("the standard cost of the products in Bikes", "the standard cost of the products in Bikes"),
        ("Net revenue, tax and freight not included", "Net revenue"),
        ("Value of orders, tax and freight included", "Value of orders with tax and freight"),
        ("How many products do we make in-house?", "How many products do we make ourselves?"),
        ("Tents: how many were sold in 2026?", "Tents: how many pieces were sold in 2026?"),
        ("How many of the tents have never been sold?", "How many of the tents have never been sold?"),
        ("How many customers with just one order?", "How many customers with only one order?"),
        ("2026年各国的收入", "2026年各国家的收入"),
        ("We ran out of stock", "We ran out of stock"),
        ("Margin of tents, with the standard cost products have now?", "Margin of tents, at the current standard cost"),
        ("按产品现在的标准成本,毛利率是多少", "按当前标准成本"),
        ("How many orders consisted of one line only?", "How many orders with only one line?"),
        ("How many tents consist of one part only?", "How many tents consist of one part only?"),
        ("Vendors with their price, starting with the cheapest.", "Vendors with their price, cheapest first."),
        ("供应商的价格,从最便宜的开始", "供应商的价格,从低到高"),
        ("How many orders so far, over all years?", "How many orders over all years?"),
        ("By how much did sales in 2013 exceed those in 2012?", "how much higher were sales in 2013 than in 2012?"),
        ("By how many dollars were sales in May 2013 above sales in May 2012?", "in May 2013 than in May 2012"),
        ("Orders that were not shipped until January 2014", "Orders that shipped since January 2014"),
        ("Orders that were not shipped until today", "Orders that were not shipped until today"),
        ("2013年12月下的订单直到2014年1月才发货", "订单2014年1月发货"),
        ("Stock value of each location? Only the three highest.", "Stock value of each location? The top three."),
        ("Sales by territory. Just the two lowest.", "Sales by territory. The bottom two."),
        ("On how many occasions did they order?", "how many times did they order?"),
        (
            "Number of purchase order lines on which we received less than we ordered",
            "purchase order lines received short",
        ),
        (
            "On how many lines of the purchase orders placed in 2013 did we receive less than we ordered?",
            "how many purchase order lines received short in 2013?",
        ),
        ("Give me the names of the people who now work in Sales.", "which employees work in Sales."),
        ("List the people currently in Sales.", "which employees work in Sales."),
        ("List the people who currently live in Paris", "List the people who currently live in Paris"),
        ("列出目前在 Sales 部门工作的人员。", "哪些员工在Sales工作。"),
        ("上周一共交付了多少件货?", "上周共交付了多少件"),
        ("上周一一共交付了多少件?", "上周一一共交付了多少件"),
        ("周一共交付了多少件?", "周一共交付了多少件"),
        ("从上周一起的订单金额", "从上周一起的订单金额"),
        ("上周一直接发货的订单", "上周一直接发货的订单"),
        ("How much discount did we give on the orders of the last quarter?", "what was the order discount of the last"),
        (
            "How much discount did we give on the invoices of May?",
            "How much discount did we give on the invoices of May?",
        ),
    ],
)
def test_a_turn_of_phrase_is_put_as_figures_are_asked_for_elsewhere(said: str, plain: str) -> None:
    assert plain in plainly_turned(said)


def test_a_sentence_that_lists_what_is_told_anyway_is_no_question() -> None:
    assert questions_in("Who has an hourly rate above 50? Name and rate.") == ["Who has an hourly rate above 50?"]
    assert names_what_is_told("Customer name and revenue", "revenue by customer")
    assert not names_what_is_told("Name and city", "revenue by customer")
    assert not names_what_is_told("And what is the name?", "revenue by customer")


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    ("question", "present", "grouped"),
    [
        ("how many orders did our salespeople take in 2026", ["salesperson"], []),
        ("what was ordered through salespeople in 2026", ["salesperson"], []),
        ("revenue by salespeople in 2026", [], []),
        ("which salespeople took orders in 2026", [], []),
    ],
)
def test_what_salespeople_did_is_what_has_a_salesperson(question: str, present: list[str], grouped: list[str]) -> None:
    reading = _reading(question, ("order_count", "orders" if "orders" in question else words_of(question)[0]))
    reading.dimensions, reading.spots = ["salesperson"], {"salesperson": reading.words.index("salespeople")}
    reading.each = ["salesperson"] if "by" in reading.words else []
    settle_doers(reading, LEXICON)
    assert (reading.present, reading.grouped) == (present, grouped)
    assert ("salesperson" in reading.dimensions) != bool(present)


def test_online_beside_salespeople_is_told_by_channel() -> None:
    question = "revenue of online orders and of orders taken by salespeople"
    online = _named(question, "online", Member("channel", "online"))
    reading = _reading(question, ("net_revenue", "revenue"), ("order_count", "orders"), members=[online])
    reading.dimensions, reading.each = ["salesperson"], ["salesperson"]
    reading.spots = {"salesperson": reading.words.index("salespeople")}
    settle_doers(reading, LEXICON)
    assert (reading.grouped, reading.members, _names(reading)) == (["channel"], [], ["net_revenue"])
    left_out = _named("orders not online", "online", Member("channel", "online"), is_excluded=True)
    reading = _reading("orders taken by salespeople not online", ("order_count", "orders"), members=[left_out])
    reading.dimensions, reading.spots = ["salesperson"], {"salesperson": 3}
    settle_doers(reading, LEXICON)
    assert (reading.present, reading.members) == (["salesperson"], [left_out])


@pytest.mark.feature("5.8.1")
@pytest.mark.parametrize(
    ("question", "verbs", "left"),
    [
        ("how much did we sell on orders of 2026", ["sell"], ["confirmed_order_value"]),
        ("what did stores buy on 2026 orders", ["buy"], ["confirmed_order_value"]),
        ("what did we spend on orders of 2026", ["spend"], ["order_count"]),
        ("how many did we sell on orders of 2026", ["sell"], ["order_count"]),
        ("how much freight is on orders", [], ["order_count"]),
    ],
)
def test_orders_that_something_was_sold_on_are_not_counted(question: str, verbs: list[str], left: list[str]) -> None:
    reading = _reading(question, ("order_count", "orders"), verbs=verbs)
    if "many" in question:
        reading.operators = ["count"]
    settle_amounts(reading, LEXICON)
    assert _names(reading) == left


def test_what_somebody_ordered_is_an_amount_and_its_guard_holds() -> None:
    question = "how much did Alpha order in 2026"
    reading = _reading(question, ("order_count", "order"), members=[_named(question, "alpha", Member("customer", "A"))])
    settle_amounts(reading, LEXICON)
    assert _names(reading) == ["confirmed_order_value"]
    counted = Planned(MetricQuery(("order_count",)))
    assert "how much" in misread(
        counted, _reading("how much did we take in orders", ("order_count", "orders")), LEXICON
    )
    assert "how much" not in misread(
        counted, _reading("how many orders did we take", ("order_count", "orders")), LEXICON
    )


def test_tax_said_with_sales_makes_one_figure_and_a_bound_in_pieces_bounds_pieces() -> None:
    taxed = _reading(
        "sales with tax and freight", ("net_revenue", "sales"), ("order_total_value", "with tax and freight")
    )
    settle_amounts(taxed, LEXICON)
    assert _names(taxed) == ["order_total_value"]
    bounded = _reading(
        "sales under 1000 units", ("net_revenue", "sales"), limits=[Limit("less", cast("Any", 1000), 1, 3)]
    )
    settle_amounts(bounded, LEXICON)
    assert _names(bounded) == ["sold_quantity"]
    money = _reading(
        "sales under 1000 dollars", ("net_revenue", "sales"), limits=[Limit("less", cast("Any", 1000), 1, 3)]
    )
    settle_amounts(money, LEXICON)
    assert _names(money) == ["net_revenue"]


def test_when_and_for_how_much_asks_for_the_amount_of_the_day() -> None:
    reading = _reading("when did Alpha order last and for how much", ("order_count", "order"))
    reading.operators, reading.said = ["when", "latest"], [Said("latest", "last", 4)]
    settle_amounts(reading, LEXICON)
    assert _names(reading) == ["confirmed_order_value"]
    plain = _reading("when did Alpha order last", ("order_count", "order"), operators=["when", "latest"])
    settle_amounts(plain, LEXICON)
    assert _names(plain) == ["order_count"]


@pytest.mark.parametrize(
    ("question", "metric", "counted", "dimension"),
    [
        ("in how many products is chain a direct component", "component_quantity", "item", "component"),
        ("chain is a component of how many assemblies", "component_quantity", "item", "component"),
        ("what is the standard cost of the direct components of one chain", "bill_material_cost", None, "item"),
    ],
)
def test_what_a_part_goes_into_and_what_parts_cost(
    question: str, metric: str, counted: str | None, dimension: str
) -> None:
    chain = _named(question, "chain", Member("item", "Chain"), Member("component", "Chain"))
    figures = [("item_count", "how many products")] if "products" in question else []
    figures += [("standard_cost", "standard cost")] if "cost" in question else []
    reading = _reading(question, *figures, members=[chain], dimensions=["component"])
    reading.operators = ["count"] if "many" in reading.words else []
    word = "components" if "components" in reading.words else "component"
    reading.spots = {"component": reading.words.index(word)}
    settle_bills(reading, LEXICON)
    assert (_names(reading), reading.counted) == ([metric], counted)
    assert {each.dimension for each in reading.members[0].candidates} == {dimension}


def test_documents_that_a_question_begins_with_are_no_second_figure() -> None:
    question = "over all purchase orders what is the value of rejected goods"
    reading = _reading(
        question,
        ("written_purchase_order_count", "purchase orders"),
        ("reported_rejected_value", "value of rejected goods"),
    )
    chosen = list(zip(_names(reading), reading.metrics, strict=True))
    assert [name for name, _ in joined_figures(chosen, reading, LEXICON)] == ["reported_rejected_value"]


@pytest.mark.parametrize(
    ("question", "top", "keys"),
    [
        ("which four tents or stoves brought the most revenue", 4, ()),
        ("which tents or stoves brought the most revenue", None, ()),
        ("did tents or stoves bring the most revenue", None, ("item_category",)),
    ],
)
def test_some_of_several_kinds_are_no_kinds(question: str, top: int | None, keys: tuple[str, ...]) -> None:
    named = [_named(question, word, Member("item_category", word)) for word in ("tents", "stoves")]
    reading = _reading(question, ("net_revenue", "revenue"), members=named, top=top, is_descending=True)
    placed = [(each, each.candidates[0]) for each in named]
    assert Keys(reading, ["item", "item_category"], placed, Days(TimeRange())).names() == keys


def test_days_from_one_to_another_are_a_range_where_members_are_compared(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    reading = Reader(lexicon).read("net revenue from January to March 2026")
    kinds = [Named((Member("region", word),), word, at, 1) for at, word in enumerate(("north", "south"))]
    reading.operators, reading.members = ["versus"], kinds
    assert days_of(reading, lexicon.clock, None).compare is None
    reading.members = kinds[:1]
    assert days_of(reading, lexicon.clock, None).compare is not None


def test_all_that_are_as_high_as_the_last_one_asked_for_are_told(numbers: Numbers, everyone: Asker) -> None:
    asked = MetricQuery(("net_revenue",), ("customer",), order_by=(Order("net_revenue", descending=True),), limit=2)
    real = numbers.query(asked, everyone)

    def told(*figures: int) -> list[object]:
        rows: tuple[dict[str, Any], ...] = tuple(
            {"customer": str(at), "net_revenue": Decimal(each)} for at, each in enumerate(figures)
        )
        fake = SimpleNamespace(query=lambda query, _: replace(real, rows=rows[: query.limit]))
        return [row["net_revenue"] for row in with_ties(cast("Numbers", fake), Planned(asked), everyone).rows]

    assert told(9, 5, 5, 4) == [9, 5, 5]
    assert told(9, 5, 4) == [9, 5]
    assert told(9) == [9]
    assert told(9, *([5] * 30)) == [9, 5]


def test_reworded_questions_have_the_answers_of_their_originals() -> None:
    originals = {each.case.id: each for each in read_questions()}
    reworded = read_reworded()
    assert len(reworded) >= 300
    known = [each for each in reworded if each.case.id.removeprefix("R-") in originals]
    for each in known:
        original: Question = originals[each.case.id.removeprefix("R-")]
        assert (each.readings, each.tolerance, each.kind) == (original.readings, original.tolerance, original.kind)
        assert each.case.question != original.case.question
    assert verdict(known[0], Reply("declined", "No.")) in {"declined", "right"}


def test_the_whole_way_in(numbers: Numbers, everyone: Asker) -> None:
    assert cleaned("Out of all orders, how many?") == "of all orders, how many?"
