"""Shapes put together of others, nouns by their role, second parts of a question, and other ways to count it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.accounting import unaccounted
from ai.questions.deriving import derive
from ai.questions.every import settle_every
from ai.questions.lexicon import Lexicon, Meaning, read_lexicon
from ai.questions.members import Member
from ai.questions.others import other_of
from ai.questions.pieces import best_pieces
from ai.questions.places import operator_before
from ai.questions.plans import Clarify, Derive, Planned, Stop
from ai.questions.reading import Reader
from ai.questions.roles import settle_roles
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.service import answer
from ai.questions.spans import Days
from ai.questions.spelling import closest, mend
from ai.questions.splitting import cleaned
from ai.questions.times import Span
from ai.questions.wholes import settle_beside
from ai.questions.words import words_of
from ai.questions.workings import Asked, worked_from
from olap.asker import Asker
from olap.query import Column, Evidence, Filter, MetricQuery, QueryResult, TimeRange
from olap.service import Numbers

D = Decimal


def _result(keys: Sequence[str], metric: str, *rows: Sequence[Any]) -> QueryResult:
    columns = [SimpleNamespace(name=name, role="dimension", unit=None) for name in keys]
    columns.append(SimpleNamespace(name=metric, role="metric", unit="count"))
    told = tuple(dict(zip((*keys, metric), row, strict=True)) for row in rows)
    return QueryResult(cast("tuple[Column, ...]", tuple(columns)), told, None, None, cast("Evidence", None))


def _lexicon(dimensions: Sequence[str] = (), **metrics: Sequence[str]) -> Lexicon:
    entries = {
        name: {"dimensions": known, "label": name, "area": "sales", "unit": "count"} for name, known in metrics.items()
    }
    fake = SimpleNamespace(
        metrics=entries,
        dimensions={name: {} for name in dimensions},
        own=lambda name: name,
        members=SimpleNamespace(by_name={}),
    )
    return cast("Lexicon", fake)


def _mention(name: str, start: int = 0, *, weight: int = 2, is_counted: bool = False) -> Mention:
    return Mention((Meaning("metric", name, name, weight),), name, start, is_counted)


def test_a_tally_counts_members_within_bounds_by_kind() -> None:
    days = _result(
        ("kind", "item"), "days", ("Frames", "A", 4), ("Frames", "B", 4), ("Bikes", "C", 4), ("Bikes", "D", 1)
    )
    _, derived = derive(days, Derive("tally", "days", "kind", ("item",), (("exactly", D(4)),)))
    assert derived.rows == ({"kind": "Frames", "count": 2}, {"kind": "Bikes", "count": 1})
    assert derived.over == 3


def test_the_lead_is_what_the_first_is_ahead_of_the_second() -> None:
    sold = _result(("who",), "sold", ("A", D(70)), ("B", D(100)), ("C", D(10)))
    _, derived = derive(sold, Derive("lead", "sold", "who", order=True, limit=2))
    assert (derived.value, [row["who"] for row in derived.rows]) == (D(30), ["B", "A"])
    _, alone = derive(_result(("who",), "sold", ("A", D(70))), Derive("lead", "sold", "who", order=True, limit=2))
    assert alone.value is None, "nobody stands behind the only one"


def test_a_member_is_new_once_and_before_the_first_day_it_was_old() -> None:
    rows = (
        (date(2025, 10, 1), "A", 1),
        (date(2026, 1, 1), "A", 2),
        (date(2026, 1, 1), "B", 1),
        (date(2026, 4, 1), "B", 1),
    )
    _, derived = derive(
        _result(("quarter", "customer"), "orders", *rows),
        Derive("debuts", "orders", "customer", ("quarter", "2026-01-01")),
    )
    assert derived.rows == ({"quarter": date(2026, 1, 1), "count": 1},)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Which region had the most net revenue this year and by what margin?", "lead"),
        ("Did North or South have more net revenue this year, and by how much?", "lead"),
        ("Who are the two customers with the highest gross margin and how far ahead is the first?", "lead"),
        ("How many new customers were there per month?", "debuts"),
    ],
)
def test_a_sentence_has_its_shape(numbers: Numbers, everyone: Asker, question: str, kind: str) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.status == "answered", reply.text
    assert reply.planned is not None
    assert reply.planned.derive is not None
    assert reply.planned.derive.kind == kind


def test_the_lead_is_asked_for_in_chinese_too(numbers: Numbers, everyone: Asker) -> None:
    assert Reader(read_lexicon(numbers, everyone)).read("净收入最高的领先多少").has("lead")


def test_more_of_one_figure_than_of_another_is_no_lead(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "Which items have more stock value than gross margin?")
    assert reply.planned is None or reply.planned.derive is None or reply.planned.derive.kind != "lead"


@pytest.mark.parametrize(("sign", "operator"), [("negative", "less"), ("positive", "more")])
def test_a_sign_bounds_a_figure_by_nothing(numbers: Numbers, everyone: Asker, sign: str, operator: str) -> None:
    reply = answer(numbers, everyone, f"Which items had a {sign} gross margin this year?")
    assert reply.planned is not None
    assert reply.planned.derive is not None
    assert reply.planned.derive.bounds == ((operator, D(0)),)


def _years(*years: int) -> list[Span]:
    return [Span(1, date(year, 1, 1), date(year, 12, 31)) for year in years]


def test_each_of_a_list_of_periods_is_meant() -> None:
    words = words_of("how many stores bought in each of the three years 2023 2024 2025")
    reading = Reading(words=words, times=_years(2023, 2024, 2025), starts=[10, 11, 12], counted="customer_account")
    reading.said, reading.numbers = [Said("by", "each of the", 5)], ["three"]
    settle_every(reading)
    assert (reading.partner, reading.limits, reading.numbers) == ("year", [Limit("at_least", D(3))], [])
    assert [(each.start, each.end) for each in reading.times] == [(date(2023, 1, 1), date(2025, 12, 31))]


def test_a_plain_list_of_periods_is_told_one_by_one() -> None:
    words = words_of("how many stores bought in 2023 2024 2025")
    reading = Reading(words=words, times=_years(2023, 2024, 2025), starts=[5, 6, 7], counted="customer_account")
    settle_every(reading)
    assert (reading.partner, len(reading.times)) == (None, 3)


def test_the_most_common_reasons_are_names_and_no_why() -> None:
    lexicon = _lexicon(("sales_reason", "scrap_reason"), orders=("sales_reason",))
    reading = Reading(
        words=words_of("most common reasons by orders"), metrics=[_mention("orders")], operators=["top", "why"]
    )
    reading.said, reading.is_descending = [Said("why", "reasons", 2)], True
    settle_roles(reading, lexicon)
    assert (reading.grouped, reading.has("why")) == (["sales_reason"], False)


def test_the_reason_for_a_change_is_still_why() -> None:
    lexicon = _lexicon(("sales_reason",), orders=("sales_reason",))
    reading = Reading(words=words_of("reason for the drop"), metrics=[_mention("orders")], operators=["why", "change"])
    reading.said = [Said("why", "reason", 0)]
    settle_roles(reading, lexicon)
    assert (reading.grouped, reading.has("why")) == ([], True)


def test_a_pair_of_currencies_has_a_rate() -> None:
    lexicon = _lexicon(average_exchange_rate=(), exchange_rate=())
    members = [
        Named((Member("rate_from_currency", "USD"),), "usd", 1, 1),
        Named((Member("rate_to_currency", "EUR"),), "eur", 3, 1),
    ]
    reading = Reading(words=words_of("average usd to eur rate"), members=members, operators=["average"])
    reading.unplaced = ["rate"]
    settle_roles(reading, lexicon)
    assert [each.meanings[0].name for each in reading.metrics] == ["average_exchange_rate"]
    alone = Reading(words=["usd", "rate"], members=members[:1], unplaced=["rate"])
    settle_roles(alone, lexicon)
    assert (alone.metrics, alone.unplaced) == ([], ["rate"])


@pytest.mark.parametrize(
    ("figure", "changes"), [("list_price", "list_price_change_count"), ("hourly_pay_rate", "pay_change_count")]
)
def test_more_than_one_of_what_holds_for_a_time_is_a_change(figure: str, changes: str) -> None:
    lexicon = _lexicon(**{figure: (), changes: ()})
    reading = Reading(
        words=words_of("more than one of it"), metrics=[_mention(figure, 3)], limits=[Limit("more", D(1), 0, 3)]
    )
    settle_roles(reading, lexicon)
    assert [each.meanings[0].name for each in reading.metrics] == [changes]
    assert reading.limits[0].number == 0


def test_more_than_an_amount_is_no_change() -> None:
    lexicon = _lexicon(list_price=(), list_price_change_count=())
    reading = Reading(
        words=words_of("more than 1 list price"),
        metrics=[_mention("list_price", 3)],
        limits=[Limit("more", D(1), 0, 3)],
    )
    settle_roles(reading, lexicon)
    assert reading.metrics[0].meanings[0].name == "list_price"


def test_those_ranked_by_a_figure_are_not_counted() -> None:
    reading = Reading(words=words_of("top 3 salespeople by revenue"), top=3, is_descending=True)
    reading.metrics = [_mention("salespeople_count", 2), _mention("revenue", 4)]
    settle_beside(reading, _lexicon(salespeople_count=(), revenue=()))
    assert ([each.word for each in reading.metrics], reading.grouped) == (["revenue"], ["salesperson"])


def test_who_earns_so_much_an_hour_is_bounded_by_the_pay() -> None:
    lexicon = _lexicon(employee_count=(), hourly_pay_rate=())
    for question, figures, strange in (
        ("how many people earn more than 30 an hour", ["employee_count", "hourly_pay_rate"], []),
        ("how many people earn more than 30", ["employee_count"], ["earn"]),
    ):
        reading = Reading(words=words_of(question), metrics=[_mention("employee_count")], limits=[Limit("more", D(30))])
        settle_beside(reading, lexicon)
        assert [each.meanings[0].name for each in reading.metrics] == figures
        assert reading.unplaced == strange


@pytest.mark.parametrize(
    ("question", "metrics"),
    [
        ("How many orders did Alpha GmbH place this year, and how much gross margin?", ["order_count", "gross_margin"]),
        ("Which region had the most net revenue and how many orders?", ["net_revenue", "order_count"]),
    ],
)
def test_a_second_figure_is_told_of_those_before(
    numbers: Numbers, everyone: Asker, question: str, metrics: list[str]
) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.metric_query is not None
    assert reply.metric_query["metrics"] == metrics


@pytest.mark.parametrize("tail", ["and how many is it over all", "? Which ones, and how much?", "? 是多少"])
def test_a_part_that_asks_for_the_same_is_told_already(numbers: Numbers, everyone: Asker, tail: str) -> None:
    reply = answer(numbers, everyone, f"Which region had the most net revenue {tail}")
    assert (reply.status, reply.parts) == ("answered", ()), reply.text


def test_a_second_part_with_days_of_its_own_is_another_question(numbers: Numbers, everyone: Asker) -> None:
    reply = answer(numbers, everyone, "How many orders were there in 2026, and how many in 2025?")
    assert len(reply.parts) == 2


@pytest.mark.parametrize(
    ("where", "weight", "other"),
    [((), 2, "purchase_order_value"), ((), 3, None), ((Filter("purchase_status", "eq", ("pending",)),), 2, None)],
)
def test_ordered_value_names_the_other_way_to_count_it(
    where: tuple[Filter, ...], weight: int, other: str | None
) -> None:
    known = ("supplier", "purchase_status")
    lexicon = _lexicon(written_purchase_order_value=known, purchase_order_value=known)
    reading = Reading(metrics=[_mention("written_purchase_order_value", weight=weight)])
    query = MetricQuery(("written_purchase_order_value",), ("supplier",), where, TimeRange())
    assert other_of(Planned(query), reading, lexicon) == other


def test_how_many_units_counts_no_customers(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    units = best_pieces(words_of("how many units did customers"), lexicon)
    assert operator_before(units, len(units) - 1) is None
    people = best_pieces(words_of("how many customers"), lexicon)
    assert operator_before(people, len(people) - 1) == "count"


def test_a_word_of_general_language_is_not_mended_to_another(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    words, mended = mend(["booming"], ["booming"], lexicon)
    assert (words, mended) == (["booming"], [])
    assert closest("custmer", lexicon) == "customer"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("Which item category has the biggest difference between list price and standard cost?", "clarify"),
        ("Which item category has the biggest average difference between list price and standard cost?", None),
        ("Which item has the biggest difference between list price and standard cost?", None),
    ],
)
def test_whose_gap_is_meant_is_asked_back(question: str, status: str | None) -> None:
    known = ("item", "item_category")
    lexicon = _lexicon(known, list_price=known, standard_cost=known)
    for name in known:
        cast("dict[str, Any]", lexicon.dimensions)[name] = {"label": name}
    for name in ("list_price", "standard_cost"):
        cast("dict[str, Any]", lexicon.metrics)[name] |= {"additivity": "non_additive"}
    key = "item_category" if "category" in question else "item"
    reading = Reading(words=words_of(question), is_descending=True, operators=["difference"])
    reading.operators += ["average"] if "average" in question else []
    where = (Filter("item_category", "ne", ("Bikes",)),)
    asked = Asked(reading, lexicon, ("list_price", "standard_cost"), (key,), where, Days(TimeRange()), (), known)
    if status is None:
        assert worked_from(asked) is not None
        return
    with pytest.raises(Stop) as stopped:
        worked_from(asked)
    assert isinstance(stopped.value.outcome, Clarify)
    assert all("excluding Bikes" in each for each in stopped.value.outcome.choices), "its conditions are kept"


def test_leaving_something_aside_leaves_it_out() -> None:
    assert cleaned("Leaving road bikes aside, how many orders?") == "excluding road bikes, how many orders?"
    assert cleaned("leave out items without a category") == "leave out items without a category"


def test_offers_are_used_by_orders() -> None:
    lexicon = _lexicon(("offer",), order_count=("offer",), offer_count=("offer",))
    reading = Reading(words=words_of("which offers were used most"), dimensions=["offer"], unplaced=["used"])
    settle_roles(reading, lexicon)
    assert ([each.word for each in reading.metrics], reading.unplaced) == (["order_count"], [])
    other = Reading(words=words_of("used parts"), dimensions=["item"], unplaced=["used"])
    settle_roles(other, lexicon)
    assert other.unplaced == ["used"]


@pytest.mark.parametrize(
    ("question", "kind"), [("tax on orders from north", "phrase"), ("we orders from north", "verb")]
)
def test_orders_behind_a_preposition_are_documents(numbers: Numbers, everyone: Asker, question: str, kind: str) -> None:
    pieces = best_pieces(words_of(question), read_lexicon(numbers, everyone))
    assert next(each.kind for each in pieces if each.word.startswith("orders")) == kind


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Net revenue year by year", "Net revenue by Year (all days): 2025 100.00 EUR; 2026 677.51 EUR."),
        ("逐年净收入", "Net revenue by Year (all days): 2025 100.00 EUR; 2026 677.51 EUR."),
        ("Net revenue month after month in 2026", "Net revenue by Month (2026): 2026-01 510.00 EUR;"),
    ],
)
def test_one_by_one_is_told_by_that(numbers: Numbers, everyone: Asker, question: str, told: str) -> None:
    assert answer(numbers, everyone, question).text.startswith(told)


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What was net revenue in 2026, and how many orders did we have?", "Orders (2026): 5."),
        (
            "What was net revenue in 2026, and how much of that was gross margin?",
            "677.51 EUR, Gross margin 338.76 EUR.",
        ),
        ("What was net revenue in 2026, and how many orders did we ever have?", "Orders (all days): 6."),
        ("What was net revenue in 2026, and how many orders in 2025?", "Orders (2025): 1."),
    ],
)
def test_a_second_question_is_of_the_days_that_the_first_one_ends_with(
    numbers: Numbers, everyone: Asker, question: str, told: str
) -> None:
    reply = answer(numbers, everyone, question)
    assert reply.status == "answered"
    assert reply.text.startswith("Net revenue")
    assert reply.text.endswith(told)


def test_a_document_is_not_counted_by_its_own_number(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    reading = Reading(words=words_of("biggest orders order number and amount"))
    by_number = Planned(MetricQuery(("order_count",), ("order_number",)))
    assert "order number" in unaccounted(by_number, reading, lexicon)
    by_customer = Planned(MetricQuery(("order_count",), ("customer",)))
    assert "order number" not in unaccounted(by_customer, reading, lexicon)


def test_how_many_are_both_is_not_told_one_after_the_other(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    both = Planned(MetricQuery(("order_count", "net_revenue")))
    assert "both" in unaccounted(both, Reading(words=words_of("how many are both ordered and sold")), lexicon)
    assert "both" not in unaccounted(both, Reading(words=words_of("both orders and revenue")), lexicon)
