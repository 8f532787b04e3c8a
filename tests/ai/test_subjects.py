"""What stands beside the subject of a question: compounds, carriers, kinds, units, definitions, second halves."""

from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.dialect import Operator
from ai.questions.frames import fillers, frames
from ai.questions.halves import unanswered_halves
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.openings import open_figure
from ai.questions.others import AT_COST, other_plan
from ai.questions.plans import Planned
from ai.questions.said import Mention, Named, Reading, Said
from ai.questions.service import answer
from ai.questions.subjects import settle_subjects
from ai.questions.words import words_of
from olap.asker import Asker
from olap.query import MetricQuery
from olap.service import Numbers

FIGURES = {
    "order_count": ("Orders", {"order_status", "customer"}),
    "confirmed_order_value": ("Ordered value", {"order_status", "customer", "item"}),
    "net_revenue": ("Net revenue", {"customer", "item"}),
    "production_scrapped_quantity": ("Scrapped", {"item"}),
    "started_production_quantity": ("Started", {"item"}),
    "started_scrapped_quantity": ("Scrapped of started", {"item"}),
    "gross_margin": ("Gross margin", {"item"}),
    "vacation_hours": ("Vacation", {"employee"}),
    "reported_rejected_quantity": ("Rejected", {"item", "supplier"}),
    "component_count": ("Components", {"component", "item"}),
    "stock_quantity": ("Stock", {"item", "item_stage"}),
    "employee_count": ("Employees", {"unit"}),
    "recorded_customer_count": ("Customers", {"customer_income", "customer_category"}),
    "birth_count": ("Births", {"employee", "born_on"}),
    "agreed_lead_time_days": ("Lead time", {"supplier"}),
}
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        metrics={name: {"label": label, "dimensions": sorted(known)} for name, (label, known) in FIGURES.items()},
        own=lambda name: name,
        members=SimpleNamespace(by_name={("finished", "good"): (Member("item_stage", "finished goods"),)}),
    ),
)


def _figure(name: str, word: str, words: list[str], *, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", name, name, 3),), word, words.index(words_of(word)[0]), is_counted)


def _reading(question: str, *figures: tuple[str, str], **others: object) -> Reading:
    words = words_of(question)
    mentions = [_figure(name, word, words) for name, word in figures]
    return Reading(words=words, metrics=mentions, **others)  # type: ignore[arg-type]  # parts of a reading


def _names(reading: Reading) -> list[str]:
    return [each.meanings[0].name for each in reading.metrics]


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "word", "at", "kept"),
    [
        ("what did we order from them all order statuses together", "order", 7, []),
        ("what did we buy by orders statuses", "orders", 6, ["order_count"]),
    ],
)
def test_documents_in_the_singular_before_their_attribute_are_part_of_it(
    question: str, word: str, at: int, kept: list[str]
) -> None:
    reading = _reading(question, verbs=["bought"], dimensions=["order_status"], spots={"order_status": at + 1})
    reading.metrics = [Mention((Meaning("metric", "order_count", "Orders", 3),), word, at)]
    settle_subjects(reading, LEXICON)
    assert _names(reading) == kept


@pytest.mark.parametrize(
    ("question", "at", "is_over_all"),
    [
        ("lead time of Acme over its products", 6, True),
        ("revenue in all order statuses together", 4, True),
        ("revenue of all the years by status", 6, False),
        ("revenue per status", 2, False),
    ],
)
def test_what_is_taken_together_is_not_told_one_by_one(question: str, at: int, *, is_over_all: bool) -> None:
    reading = _reading(question, dimensions=["item"], spots={"item": at})
    settle_subjects(reading, LEXICON)
    assert (reading.parties == ["item"]) is is_over_all
    assert (reading.dimensions == ["item"]) is not is_over_all


def test_over_before_what_a_mean_is_over_is_no_bound() -> None:
    reading = _reading("lead time over its products", dimensions=["item"], spots={"item": 4}, operators=["more"])
    settle_subjects(reading, LEXICON)
    assert reading.operators == []


def test_scrap_on_work_that_was_started_is_one_figure() -> None:
    pair = (("production_scrapped_quantity", "scrapped"), ("started_production_quantity", "pieces on orders started"))
    reading = _reading("scrapped pieces on orders started in 2013", *pair)
    settle_subjects(reading, LEXICON)
    assert _names(reading) == ["started_scrapped_quantity"]
    apart = _reading("scrapped against pieces on orders started in 2013", *pair)
    settle_subjects(apart, LEXICON)
    assert len(apart.metrics) == 2


@pytest.mark.parametrize(("operator", "left"), [("less", 1), ("and", 2)])
def test_a_margin_defined_by_its_parts_is_asked_once(operator: Operator, left: int) -> None:
    pair = (("gross_margin", "gross profit"), ("confirmed_order_value", "sales"))
    reading = _reading("gross profit of bikes sales less standard cost", *pair)
    reading.operators = [operator, "standard"]
    reading.said = [Said(operator, operator, 5)]
    settle_subjects(reading, LEXICON)
    assert len(reading.metrics) == left


def test_finished_goods_are_those_of_that_stage_and_only_where_goods_are_asked_for() -> None:
    bikes = Named((Member("item_category", "Bikes"),), "bikes", 1, 1)
    reading = _reading("finished bikes in stock", ("stock_quantity", "stock"), unplaced=["finished"], members=[bikes])
    settle_subjects(reading, LEXICON)
    assert [each.candidates[0].value for each in reading.members] == ["Bikes", "finished goods"]
    other = _reading("finished bikes rejected", ("net_revenue", "rejected"), unplaced=["finished"], members=[bikes])
    settle_subjects(other, LEXICON)
    assert other.unplaced == ["finished"]


@pytest.mark.parametrize(("figure", "left"), [("agreed_lead_time_days", []), ("net_revenue", ["agreed"])])
def test_agreed_is_what_stands_on_file_only(figure: str, left: list[str]) -> None:
    reading = _reading("lead time agreed with Acme", (figure, "lead"), unplaced=["agreed"])
    settle_subjects(reading, LEXICON)
    assert reading.unplaced == left


@pytest.mark.parametrize(
    ("question", "at", "left"),
    [
        ("customers in each distance class", 3, []),
        ("class of each customers and the distance there", 6, ["class"]),
    ],
)
def test_a_noun_that_holds_an_attribute_up_says_nothing(question: str, at: int, left: list[str]) -> None:
    reading = _reading(question, dimensions=["distance"], spots={"distance": at}, unplaced=["class"])
    settle_subjects(reading, LEXICON)
    assert reading.unplaced == left


@pytest.mark.parametrize(
    ("figure", "is_unit"), [("vacation_hours", True), ("net_revenue", False), ("order_count", False)]
)
def test_hours_are_the_unit_of_a_figure_told_in_hours(figure: str, *, is_unit: bool) -> None:
    reading = _reading("how many hours", (figure, "hours"), dimensions=["login_hour"], counted="login_hour")
    settle_subjects(reading, LEXICON)
    assert (reading.dimensions == []) is is_unit
    assert (reading.counted is None) is is_unit


@pytest.mark.parametrize(("figure", "told"), [("reported_rejected_quantity", "item"), ("component_count", "component")])
def test_parts_are_items_where_no_bill_is_asked_for(figure: str, told: str) -> None:
    reading = _reading("which parts had most", (figure, "most"), dimensions=["component"], grouped=["component"])
    settle_subjects(reading, LEXICON)
    assert (reading.dimensions, reading.grouped) == ([told], [told])


def test_the_biggest_part_of_a_figure_and_the_parts_of_a_product_stay_what_they_are() -> None:
    share = _reading("biggest part of rejected pieces", ("reported_rejected_quantity", "rejected"))
    share.dimensions, share.spots = ["component"], {"component": 1}
    settle_subjects(share, LEXICON)
    assert share.dimensions == ["component"]
    tent = Named((Member("component", "Tent"), Member("item", "Tent")), "tent", 4, 1)
    bill = _reading("rejected parts of the tent", ("reported_rejected_quantity", "rejected"), members=[tent])
    bill.dimensions, bill.spots = ["component"], {"component": 1}
    settle_subjects(bill, LEXICON)
    assert bill.dimensions == ["component"]


def test_heads_of_customers_are_customers() -> None:
    reading = _reading("income bands with head counts", ("employee_count", "head counts"))
    reading.dimensions = ["customer_income"]
    settle_subjects(reading, LEXICON)
    assert _names(reading) == ["recorded_customer_count"]
    ours = _reading("departments with head counts", ("employee_count", "head counts"))
    ours.dimensions = ["unit"]
    settle_subjects(ours, LEXICON)
    assert _names(ours) == ["employee_count"]


def test_a_foreign_currency_is_not_any_currency() -> None:
    reading = _reading("orders paid in a foreign currency", dimensions=["payment_currency"])
    settle_subjects(reading, LEXICON)
    assert reading.idle == ["foreign"]
    by = _reading("orders by foreign currency", dimensions=["payment_currency"], grouped=["payment_currency"])
    settle_subjects(by, LEXICON)
    assert by.idle == []


def test_what_comes_of_the_first_or_last_tells_its_day() -> None:
    reading = _reading("oldest employees with birth dates", ("birth_count", "oldest"), operators=["earliest"])
    reading.dimensions = ["born_on", "employee"]
    settle_subjects(reading, LEXICON)
    assert reading.dimensions == ["employee"]


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "keys", "left"),
    [
        ("best rated product and who wrote it", ("item",), ["and who"]),
        ("best customer and who looks after them", ("customer",), []),
        ("largest order and when it came", ("order_number",), ["and when"]),
        ("largest order and when it came", ("order_number", "day"), []),
        ("most stock and where it lies", ("item",), ["and where"]),
        ("who bought most", ("item",), []),
    ],
)
def test_a_second_half_that_nothing_tells_is_named(question: str, keys: tuple[str, ...], left: list[str]) -> None:
    planned = Planned(MetricQuery(("net_revenue",), keys))
    assert list(unanswered_halves(planned, Reading(words=words_of(question)))) == left


@pytest.mark.parametrize(
    ("question", "word", "figure", "is_open"),
    [
        ("what margin do we make on the Tent", "margin", "gross_margin", True),
        ("what is the price of the Tent", "price", "list_price", True),
        ("what margin in percent do we make on the Tent", "margin", "gross_margin", False),
        ("what is the average price of the Tent", "price", "list_price", False),
    ],
)
def test_one_word_that_leaves_the_figure_open_is_asked_back(
    question: str, word: str, figure: str, *, is_open: bool
) -> None:
    words = words_of(question)
    tent = Named((Member("item", "Tent"),), "tent", words.index("tent"), 1)
    found, choices = open_figure(_reading(question, (figure, word), members=[tent]))
    assert (found == word) is is_open
    assert all("Tent" in each for each in choices)
    elsewhere = _reading(question, (figure, word), members=[tent], dimensions=["customer"])
    assert open_figure(elsewhere) == ("", ())


def test_stock_is_told_at_both_values_where_none_is_named(numbers: Numbers, everyone: Asker) -> None:
    plan = other_plan(Planned(MetricQuery(("stock_value",)), other=AT_COST))
    assert plan.derive is not None
    assert (plan.query.metrics, plan.derive.kind) == (("stock_quantity",), "valued")
    worth = answer(numbers, everyone, "what is our stock worth")
    assert worth.planned is not None
    assert (worth.status, worth.planned.query.metrics) == ("answered", ("stock_value",))
    assert worth.planned.other in {AT_COST, None}
    booked = answer(numbers, everyone, "stock value by item")
    assert booked.planned is None or booked.planned.other is None


@pytest.mark.feature("5.8.3")
def test_values_before_tax_and_shipping_are_what_they_are_anyway(numbers: Numbers, everyone: Asker) -> None:
    plain = answer(numbers, everyone, "net revenue in 2026")
    said = answer(numbers, everyone, "net revenue in calendar 2026, excluding tax and shipping")
    assert said.result == plain.result
    assert "net of taxes and freight" in set(fillers(frames()))
    assert answer(numbers, everyone, "net revenue in 2026 with tax and shipping").status != "answered"
