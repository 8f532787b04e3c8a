"""Words that restrict a question: what is left out, of whom, of which day, by which figure; and readings refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ai.questions.absent import plan_absent
from ai.questions.butnot import plan_but_not
from ai.questions.clauses import only_explains
from ai.questions.compositions import plan_two_days
from ai.questions.dateroles import dated_by, settle_role
from ai.questions.derivedtexts import Worked, derived_text
from ai.questions.deriving import derive
from ai.questions.extent import can_be_unrecorded
from ai.questions.facts import settle_facts
from ai.questions.lexicon import Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.misreadings import alternatives, misread
from ai.questions.ondocuments import settle_documents, settle_owners
from ai.questions.onfile import settle_often
from ai.questions.people import settle_led
from ai.questions.pieces import Piece
from ai.questions.places import is_done_by
from ai.questions.plans import Derive, Planned, Stop
from ai.questions.roles import settle_roles
from ai.questions.said import Limit, Mention, Named, Reading, Said
from ai.questions.shops import plan_kept_shops, settle_shops
from ai.questions.splitting import cleaned
from ai.questions.staffing import settle_staffing
from ai.questions.times import Span
from ai.questions.words import key_of, words_of
from olap.query import Column, Evidence, Filter, MetricQuery, Order, QueryResult, TimeRange

YEAR = Span(1, date(2013, 1, 1), date(2013, 12, 31))
BIKES = (Member("item_category_group", "Bikes"),)
HELMETS = (Member("item_category", "Helmets"),)


def _lexicon(members: dict[str, tuple[Member, ...]] | None = None, **metrics: str) -> Lexicon:
    """Figures with their dimensions; those of staff begin with employee or hired."""
    entries = {
        name: {
            "dimensions": known.split(),
            "label": name,
            "area": "hr" if name.startswith(("employee", "current", "hired", "pay")) else "sales",
            "unit": "count" if name.endswith("count") else "currency",
            "additivity": "additive",
        }
        for name, known in metrics.items()
    }
    names = {name for known in metrics.values() for name in known.split()}
    days = {name: {"type": "date" if name.endswith("_on") else "text", "label": name, "name": name} for name in names}
    fake = SimpleNamespace(
        metrics=entries,
        dimensions=days,
        own=lambda name: name,
        phrases={key_of("stores"): (Meaning("dimension", "customer", "customer", 2),)},
        clock=SimpleNamespace(today=date(2014, 6, 30), fiscal_start=1),
        members=SimpleNamespace(
            by_name={key_of(name): found for name, found in (members or {}).items()},
            held={"cars_owned": ("0", "1", "2"), "item_category_group": ("Components",)},
        ),
        metrics_called=lambda _: [],
    )
    return cast("Lexicon", fake)


def _mention(name: str, word: str = "", start: int = 0, **kinds: bool) -> Mention:
    return Mention((Meaning("metric", name, name, 2),), word or name, start, **kinds)


def _names(reading: Reading) -> list[str]:
    return [each.meanings[0].name for each in reading.metrics]


def _not(word: str, at: int) -> Said:
    return Said("not", word, at)


@pytest.mark.parametrize(
    ("figure", "subject"), [("ordering_customer_count", "customer"), ("order_count", "order_number")]
)
def test_who_has_the_one_and_not_the_other_is_taken_away(figure: str, subject: str) -> None:
    lexicon = _lexicon(order_count="customer order_number item_category item_category_group channel")
    reading = Reading(
        words=["how", "many", "had", "bikes", "but", "no", "helmets"],
        metrics=[_mention(figure, is_counted=True)],
        members=[Named(BIKES, "bikes", 3, 1), Named(HELMETS, "helmets", 6, 1, is_excluded=True)],
        operators=["count", "not"],
        times=[YEAR],
        starts=[7],
    )
    planned = plan_but_not(reading, lexicon)
    assert planned is not None
    assert planned.without is not None
    assert planned.query.group_by == planned.without.group_by == (subject,)
    assert Filter("item_category", "eq", ("Helmets",)) in planned.without.where
    assert all(each.op != "ne" for each in (*planned.query.where, *planned.without.where))


def test_what_an_order_has_one_of_is_left_out_by_a_condition() -> None:
    lexicon = _lexicon(order_count="customer order_number channel item_category")
    online = Named((Member("channel", "online"),), "online", 4, 1, is_excluded=True)
    reading = Reading(metrics=[_mention("order_count", is_counted=True)], members=[online], operators=["not"])
    assert plan_but_not(reading, lexicon) is None
    reading.metrics = [_mention("ordering_customer_count", is_counted=True)]
    assert plan_but_not(reading, lexicon) is not None
    reading.is_descending = True
    assert plan_but_not(reading, lexicon) is None


def test_those_that_are_counted_did_not_whoever_is_named_beside_them() -> None:
    lexicon = _lexicon(item_count="item", order_count="item customer", recorded_customer_count="customer")
    reading = Reading(
        words=["how", "many", "products", "were", "never", "ordered", "by", "any", "customer"],
        metrics=[_mention("item_count", "how many products", is_counted=True)],
        parties=["customer"],
        verbs=["ordered"],
        said=[_not("never", 4)],
        idle=["never"],
    )
    lexicon.metrics["confirmed_order_value"] = {**lexicon.metrics["order_count"], "name": "x"}  # type: ignore[index]
    planned = plan_absent(reading, lexicon)
    assert planned is not None
    assert planned.query.group_by == ("item",)


def test_a_mean_is_no_total_and_lines_are_no_orders_without_them() -> None:
    lexicon = _lexicon(customer_annual_sales="customer_account", order_count="item_category", x="due_on scrap_reason")
    lexicon.metrics["confirmed_order_value"] = {**lexicon.metrics["order_count"], "unit": "currency"}  # type: ignore[index]
    total = Reading(words=["total", "annual", "sales", "of", "shops"])
    planned = Planned(MetricQuery(("customer_annual_sales",)))
    assert misread(planned, total, lexicon) == ["total"]
    one = Planned(MetricQuery(("customer_annual_sales",), where=(Filter("customer_account", "eq", ("A",)),)))
    assert misread(one, total, lexicon) == []
    not_helmets = Planned(MetricQuery(("order_count",), where=(Filter("item_category", "ne", ("Helmets",)),)))
    assert misread(not_helmets, Reading(), lexicon) == ["not Helmets"]
    sales = Planned(MetricQuery(("confirmed_order_value",), where=(Filter("item_category", "ne", ("Helmets",)),)))
    assert misread(sales, Reading(), lexicon) == []
    by_day = Planned(MetricQuery(("x",), ("scrap_reason", "due_on"), time=TimeRange(date(2013, 1, 1), None)))
    assert misread(by_day, Reading(), lexicon) == ["due on"]


def test_the_first_of_a_ranking_is_not_told_for_each_kind_that_is_only_named() -> None:
    order = (Order("x", descending=True),)
    planned = Planned(MetricQuery(("x",), ("scrap_reason", "item_line", "item_category"), order_by=order, limit=1))
    reading = Reading(dimensions=["scrap_reason"], is_descending=True)
    assert misread(planned, reading, _lexicon(x="scrap_reason")) == ["item line", "item category"]


def test_the_day_behind_a_breakdown_says_which_days_count() -> None:
    lexicon = _lexicon(scrapped="scrap_reason started_on due_on")
    reading = Reading(
        words=["pieces", "scrapped", "by", "reason", "in", "2013", "by", "start", "date"],
        dimensions=["scrap_reason", "started_on"],
        grouped=["scrap_reason", "started_on"],
        each=["scrap_reason", "started_on"],
        spots={"scrap_reason": 3, "started_on": 7},
        times=[YEAR],
        starts=[4],
    )
    assert dated_by(reading, "scrapped", lexicon) == "started_on"
    assert reading.dimensions == reading.grouped == ["scrap_reason"]


def test_what_was_done_stands_behind_the_days_in_chinese() -> None:
    lexicon = _lexicon(produced_quantity="finished_on due_on item")
    words = list("2013年完工的件数")
    reading = Reading(words=["2013", *words[4:]], metrics=[_mention("produced_quantity", "件数", 5)])
    reading.times, reading.starts = [Span(2, YEAR.start, YEAR.end)], [0]
    settle_role(reading, lexicon)
    assert reading.role == "完工"


def test_a_part_in_brackets_that_names_a_day_is_no_explanation() -> None:
    by_day = Reading(words=["按", "开", "工", "日", "期"], dimensions=["started_on"], operators=["by"])
    assert not only_explains("(按开工日期)", by_day)
    assert only_explains("(发票日期)", Reading(words=list("发票日期"), dimensions=["invoiced_on"]))


@pytest.mark.parametrize("operator", ["share", "percent", "ratio"])
def test_scrap_is_a_part_of_the_pieces_ordered_on_the_same_work(operator: Any) -> None:
    lexicon = _lexicon(
        started_scrapped_quantity="item",
        started_production_quantity="item",
        ordered_quantity="item",
        order_freight="item",
    )
    reading = Reading(
        words=["scrapped", "pieces", "in", "percent", "of", "those", "ordered"],
        metrics=[_mention("started_scrapped_quantity", "scrapped pieces")],
        verbs=["ordered"],
        operators=[operator],
        said=[Said(operator, "percent", 3)],
    )
    settle_documents(reading, lexicon)
    assert _names(reading) == ["started_scrapped_quantity", "started_production_quantity"]
    assert (reading.verbs, reading.operators) == ([], ["ratio"])
    sold = Reading(metrics=[_mention("ordered_quantity"), _mention("order_freight")])
    settle_documents(sold, lexicon)
    assert "ordered_quantity" in _names(sold)


def test_orders_with_scrap_are_counted_as_orders() -> None:
    lexicon = _lexicon(
        production_order_count="item", scrapping_order_count="item", production_scrapped_quantity="item scrap_reason"
    )
    reading = Reading(words=["how", "many", "work", "orders", "had", "scrapped", "pieces"], has_pieces=True)
    reading.metrics = [
        _mention("production_order_count", "how many work orders", 0, is_counted=True),
        _mention("production_scrapped_quantity", "scrapped pieces", 5),
    ]
    settle_owners(reading, lexicon)
    assert _names(reading) == ["scrapping_order_count"]
    cost = Reading(words=["which", "scrap", "reasons", "cost", "the", "most", "pieces"], has_pieces=True)
    cost.dimensions = ["scrap_reason"]
    cost.metrics = [_mention("standard_cost", "cost", 3)]
    settle_owners(cost, lexicon)
    assert _names(cost) == ["production_scrapped_quantity"]


def test_the_largest_order_is_told_with_whose_it_is() -> None:
    lexicon = _lexicon(order_count="customer_account", confirmed_order_value="customer_account order_number")
    reading = Reading(words=["which", "store", "had", "the", "highest", "single", "order"], is_descending=True)
    reading.metrics = [_mention("order_count", "order", 6)]
    reading.dimensions, reading.grouped = ["customer_account"], ["customer_account"]
    reading.said = [Said("top", "the highest", 3)]
    settle_documents(reading, lexicon)
    assert (_names(reading), reading.dimensions) == (["confirmed_order_value"], ["customer_account", "order_number"])
    most = Reading(words=["which", "store", "had", "the", "most", "orders"], is_descending=True)
    most.dimensions = ["customer_account"]
    most.metrics, most.said = [_mention("order_count", "orders", 5)], [Said("top", "the most", 3)]
    settle_documents(most, lexicon)
    assert _names(most) == ["order_count"]


def test_shops_have_the_year_in_which_they_opened() -> None:
    lexicon = _lexicon(customer_opening_year="customer_account customer_category", order_count="customer_account")
    reading = Reading(
        words=["how", "many", "stores", "opened", "before", "1980"], counted="customer_account", operators=["count"]
    )
    reading.dimensions = ["customer_account"]
    reading.members = [Named((Member("customer_category", "Stores"),), "stores", 2, 1)]
    reading.times, reading.starts = [Span(2, None, date(1979, 12, 31))], [4]
    reading.unplaced = ["opened"]
    settle_shops(reading, lexicon)
    assert _names(reading) == ["customer_opening_year"]
    assert [(each.operator, each.number) for each in reading.limits] == [("at_most", Decimal(1979))]
    assert (reading.times, reading.unplaced) == ([], [])
    offer = Reading(words=["offers", "started", "in", "2013"], members=[Named((Member("offer", "A"),), "a", 0, 1)])
    settle_shops(offer, lexicon)
    assert offer.metrics == []


def test_each_salesperson_is_told_with_the_shops_looked_after() -> None:
    lexicon = _lexicon(recorded_customer_count="customer_account customer_salesperson customer_category")
    stores = Named((Member("channel", "store"), Member("customer_category", "Stores")), "stores", 6, 1)
    reading = Reading(words=["which", "salesperson", "looks", "after", "the", "most", "stores"], members=[stores])
    reading.dimensions, reading.grouped, reading.is_descending = ["salesperson"], ["salesperson"], True
    planned = plan_kept_shops(reading, lexicon)
    assert planned is not None
    assert planned.query.group_by == ("customer_salesperson", "customer_account")
    reading.verbs = ["sold"]
    assert plan_kept_shops(reading, lexicon) is None


def test_a_department_is_no_figure_where_people_work_in_it() -> None:
    lexicon = _lexicon({"sales": (Member("unit", "Sales"),)}, employee_count="unit", confirmed_order_value="region")
    reading = Reading(words=["how", "many", "people", "work", "in", "sales"], verbs=["work"])
    reading.metrics = [
        _mention("employee_count", "how many people", 0, is_counted=True),
        _mention("confirmed_order_value", "sales", 5),
    ]
    settle_staffing(reading, lexicon)
    assert _names(reading) == ["employee_count"]
    assert [each.candidates[0].value for each in reading.members] == ["Sales"]
    growth = Reading(words=["growth", "in", "sales"], metrics=[_mention("confirmed_order_value", "sales", 2)])
    settle_staffing(growth, lexicon)
    assert _names(growth) == ["confirmed_order_value"]


WOMEN = (Member("gender", "female"), Member("customer_gender", "female"), Member("item_style", "Womens"))


@pytest.mark.parametrize(
    ("words", "figure", "kind"),
    [
        ("sales to women", "confirmed_order_value", "customer_gender"),
        ("hourly pay of women", "pay_rate", "gender"),
        ("sales of women products", "confirmed_order_value", "item_style"),
    ],
)
def test_women_are_what_stands_beside_them(words: str, figure: str, kind: str) -> None:
    lexicon = _lexicon(confirmed_order_value="customer_gender item_style item", pay_rate="gender")
    said = words.split()
    reading = Reading(words=said, metrics=[_mention(figure)], members=[Named(WOMEN, "women", said.index("women"), 1)])
    reading.spots = {"item": said.index("products")} if "products" in said else {}
    settle_staffing(reading, lexicon)
    assert [each.dimension for each in reading.members[0].candidates] == [kind]


def test_people_who_changed_something_are_counted_once() -> None:
    lexicon = _lexicon(employee_count="employee unit", pay_raise_count="employee")
    reading = Reading(metrics=[_mention("employee_count", is_counted=True), _mention("pay_raise_count")])
    settle_staffing(reading, lexicon)
    assert (_names(reading), reading.counted) == (["pay_raise_count"], "employee")
    assert reading.limits == [Limit("more", Decimal(0))]


@pytest.mark.parametrize(
    ("words", "value"), [("who own two cars", "2"), ("do not own a car", "0"), ("without any cars", "0")]
)
def test_a_number_of_cars_is_a_member(words: str, value: str) -> None:
    lexicon = _lexicon(recorded_customer_count="cars_owned")
    said = words.split()
    reading = Reading(words=said, unplaced=[said[-1]], idle=["not"] if "not" in said else [], operators=["not"])
    settle_facts(reading, lexicon)
    assert [each.candidates[0].value for each in reading.members] == [value]
    assert (reading.unplaced, reading.idle) == ([], [])


def test_a_reason_that_is_given_is_no_price() -> None:
    lexicon = _lexicon({"price": (Member("sales_reason", "Price"),)}, order_count="sales_reason", list_price="item")
    reading = Reading(metrics=[_mention("order_count", "orders"), _mention("list_price", "price", 3)])
    reading.dimensions = ["sales_reason"]
    settle_facts(reading, lexicon)
    assert _names(reading) == ["order_count"]
    reading.grouped = ["sales_reason"]
    reading.metrics.append(_mention("list_price", "price", 3))
    settle_facts(reading, lexicon)
    assert _names(reading) == ["order_count", "list_price"]


def test_lines_without_a_discount_are_those_that_had_none() -> None:
    lexicon = _lexicon(order_line_count="offer", discounted_line_count="offer")
    offer = Named((Member("offer", "No Discount"),), "no discount", 4, 2)
    reading = Reading(words=["how", "many", "lines", "had", "no", "discount"], members=[offer], operators=["count"])
    reading.metrics = [_mention("order_line_count", "lines", 2, is_counted=True)]
    settle_facts(reading, lexicon)
    assert _names(reading) == ["order_line_count", "discounted_line_count"]
    assert reading.has("difference")
    named = Reading(words=["lines", "under", "the", "offer", "no", "discount"], members=[offer], operators=["count"])
    named.metrics = [_mention("order_line_count", "lines", 0)]
    settle_facts(named, lexicon)
    assert named.members == [offer]


def test_sales_per_customer_are_for_one_of_them_and_a_list_is_a_list() -> None:
    lexicon = _lexicon(confirmed_order_value="customer region", ordering_customer_count="region")
    for words, count in (("sales per customer in germany", 2), ("list sales per customer in germany", 1)):
        said = words.split()
        reading = Reading(
            words=said, dimensions=["customer"], grouped=["customer"], each=["customer"], operators=["by"]
        )
        reading.metrics = [_mention("confirmed_order_value", "sales", said.index("sales"))]
        settle_facts(reading, lexicon)
        assert len(reading.metrics) == count


def test_the_highest_rate_is_a_figure_of_its_own_and_days_are_ranked() -> None:
    lexicon = _lexicon(exchange_rate="rate_to_currency", highest_exchange_rate="rate_to_currency")
    reading = Reading(words=["highest", "rate"], is_descending=True, operators=["top"])
    reading.metrics = [_mention("exchange_rate")]
    settle_roles(reading, lexicon)
    assert (_names(reading), reading.is_descending) == (["highest_exchange_rate"], None)
    by_day = Reading(words=["which", "day"], is_descending=True, operators=["top"], grains=["day"])
    by_day.metrics = [_mention("exchange_rate")]
    settle_roles(by_day, lexicon)
    assert _names(by_day) == ["exchange_rate"]


def test_whom_we_ordered_from_most_often_is_ranked_by_orders() -> None:
    lexicon = _lexicon(ordered_supplier_count="supplier", written_purchase_order_count="supplier")
    reading = Reading(metrics=[_mention("ordered_supplier_count", is_asked=True)], is_descending=True)
    reading.said = [Said("top", "most often", 4)]
    settle_often(reading, lexicon)
    assert (_names(reading), reading.grouped) == (["written_purchase_order_count"], ["supplier"])


def test_our_staff_did_it_together() -> None:
    def piece(word: str, at: int, kind: str = "operator", operator: str | None = None) -> Piece:
        return Piece(at, 1, cast("Any", kind), 1.0, operator=cast("Any", operator), word=word)

    said = [piece("taken", 0), piece("by", 1, operator="by"), piece("our", 2), piece("sales staff", 3, "phrase")]
    assert is_done_by(said, 3)
    each = [piece("taken", 0), piece("by", 1, operator="by"), piece("salesperson", 2, "phrase")]
    assert not is_done_by(each, 2)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("Average USD/GBP rate in 2013", "Average USD to GBP rate in 2013"),
        ("orders shipped within 5 days of the order", "orders took at most 5 days to ship"),
        ("margin between list price and standard cost", "difference between list price and standard cost"),
        ("the margin of bikes", "the margin of bikes"),
        ("生产一辆 Road-650 Red, 44 需要多少天", "Road-650 Red, 44 的制造天数"),
    ],
)
def test_everyday_ways_to_say_a_figure(said: str, read: str) -> None:
    assert cleaned(said) == read


def _result(rows: list[dict[str, Any]]) -> QueryResult:
    columns = [
        SimpleNamespace(name=name, label=name, type="text", role="metric" if name == "n" else "dimension", unit="count")
        for name in rows[0]
    ]
    return QueryResult(cast("tuple[Column, ...]", tuple(columns)), tuple(rows), None, None, cast("Evidence", None))


def test_those_that_share_the_last_place_are_told() -> None:
    rows = [
        {"who": who, "shop": shop, "n": 1} for who, shop in (("A", "1"), ("A", "2"), ("B", "3"), ("B", "4"), ("C", "5"))
    ]
    _, told = derive(_result(rows), Derive("tally", "n", "who", ("shop",), order=True, limit=1))
    assert [row["who"] for row in told.rows or ()] == ["A", "B"]
    days = [{"day": date(2013, 1, day), "n": amount} for day, amount in ((6, 4), (7, 4), (8, 3))]
    _, weekly = derive(_result(days), Derive("weekday", "n", order=True, limit=1))
    assert [row["weekday"] for row in weekly.rows or ()] == ["Monday", "Sunday"]


def test_what_is_not_said_of_a_long_list_is_counted() -> None:
    rows = [{"who": f"{number:02}", "n": 1} for number in range(12)]
    result = _result(rows)
    how = Derive("without", "n", "who")
    shown, told = derive(result, how, _result([{"who": "99", "n": 1}]))
    said = derived_text(Worked(shown, how, told, "", "orders", "en"))
    assert said.endswith("and 2 more.")
    few, counted = derive(_result(rows[:3]), how, _result([{"who": "99", "n": 1}]))
    assert "more" not in derived_text(Worked(few, how, counted, "", "orders", "en"))


def _said(question: str, *named: tuple[str, str]) -> Reading:
    """A question with names of goods in it, each of one dimension."""
    reading = Reading(words=words_of(question))
    for word, dimension in named:
        said = words_of(word)
        start = next(at for at, _ in enumerate(reading.words) if reading.words[at : at + len(said)] == said)
        reading.members.append(Named((Member(dimension, word),), word, start, len(said)))
    return reading


def test_names_in_a_row_that_are_of_two_kinds_are_not_one_thing() -> None:
    row = _said("pieces of mountain and touring bikes", ("mountain", "item_line"), ("touring bikes", "item_category"))
    assert alternatives(row) == ["mountain and touring bikes"]
    one = _said("pieces of black touring bikes", ("black", "item_color"), ("touring bikes", "item_category"))
    assert alternatives(one) == []
    same = _said("road bikes and touring bikes", ("road bikes", "item_category"), ("touring bikes", "item_category"))
    assert alternatives(same) == []


DECEMBER = Span(2, date(2013, 12, 1), date(2013, 12, 31))
JANUARY = Span(2, date(2014, 1, 1), date(2014, 1, 31))


def _of_two_days(question: str, figure: str = "order_count", *, is_counted: bool = False) -> Reading:
    """A question with December and January in it, each behind a word for when."""
    words = words_of(question)
    starts = [at for at, word in enumerate(words) if word in {"in", "since"}]
    times = [DECEMBER if words[at + 1] == "december" else JANUARY for at in starts]
    operators: Any = ["count"] if is_counted else []
    asked = _mention(figure, is_counted=is_counted)
    return Reading(words=words, metrics=[asked], times=times, starts=starts, operators=operators)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("how many orders placed in december 2013 were shipped in january 2014", ("count",)),
        ("which orders shipped only in january 2014 were placed in december 2013", ()),
    ],
)
def test_orders_of_some_days_that_were_shipped_on_others_are_both(question: str, values: tuple[str, ...]) -> None:
    lexicon = _lexicon(order_count="order_number channel", delivery_count="order_number")
    planned = plan_two_days(_of_two_days(question, is_counted=bool(values)), lexicon)
    assert planned is not None
    assert planned.without is not None
    assert planned.derive is not None
    assert (planned.derive.is_rest, planned.derive.values) == (True, values)
    assert (planned.query.metrics, planned.query.time.start) == (("order_count",), DECEMBER.start)
    assert (planned.without.metrics, planned.without.time.end) == (("delivery_count",), JANUARY.end)


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("value of orders placed in december 2013 and shipped in january 2014", "confirmed_order_value"),
        ("what did orders placed in december 2013 and shipped in january 2014 come to", "order_count"),
        ("which orders placed by month in december 2013 were shipped in january 2014", "order_count"),
    ],
)
def test_what_orders_of_two_days_come_to_is_not_told_by_one_of_them(question: str, figure: str) -> None:
    lexicon = _lexicon(order_count="order_number", delivery_count="order_number", confirmed_order_value="order_number")
    reading = _of_two_days(question, figure)
    if "by" in reading.words:
        reading.grains = ["month"]
    with pytest.raises(Stop):
        plan_two_days(reading, lexicon)


def test_days_of_one_deed_are_told_as_ever() -> None:
    lexicon = _lexicon(order_count="order_number", delivery_count="order_number")
    for question in ("orders placed in december 2013 and in january 2014", "orders shipped in january 2014"):
        assert plan_two_days(_of_two_days(question, is_counted=True), lexicon) is None
    beside = _of_two_days("orders placed in december 2013 against shipped in january 2014", is_counted=True)
    beside.operators = ["versus"]
    assert plan_two_days(beside, lexicon) is None


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("pieces on shelf a in tool crib", ["shelf a"]),
        ("pieces in bin 12", ["bin 12"]),
        ("货架 A 上的库存数量", ["货架a"]),
        ("pieces on the shelves in tool crib", []),
        ("货架上的库存数量", []),
    ],
)
def test_one_shelf_is_no_whole_place(question: str, left: list[str]) -> None:
    lexicon = _lexicon(stock_quantity="location item")
    planned = Planned(MetricQuery(("stock_quantity",)))
    assert misread(planned, Reading(words=words_of(question)), lexicon) == left


def test_the_number_of_those_who_report_to_somebody_is_a_number() -> None:
    lexicon = _lexicon(current_employee_count="superior employee job_title")
    boss = Named((Member("superior", "James Hamilton"),), "james hamilton", 5, 2)
    for lead, is_counted in (("number of", True), ("who are the", False)):
        words = words_of(f"{lead} direct reports of james hamilton")
        led = words.index("direct")
        said = [Said("led", "direct reports of", led), *([Said("count", lead, 0)] if is_counted else [])]
        reading = Reading(words=words, members=[boss], said=said, operators=["led"])
        settle_led(reading, lexicon)
        assert [each.is_counted for each in reading.metrics] == [is_counted]
        assert ("employee" in reading.grouped) is not is_counted


@pytest.mark.parametrize(
    ("how", "is_unknown"),
    [
        (Derive("having", "left_employee_count", bounds=(("more", Decimal(0)),)), True),
        (Derive("count", "left_employee_count", bounds=(("more", Decimal(0)),)), True),
        (Derive("having", "left_employee_count", bounds=(("more", Decimal(5)),)), False),
    ],
)
def test_nobody_with_any_of_what_is_never_written_down_is_no_answer(how: Derive, is_unknown: bool) -> None:  # noqa: FBT001
    planned = Planned(MetricQuery(("left_employee_count",), ("employee",)), how)
    reply = SimpleNamespace(planned=planned, result=QueryResult((), (), None, None, cast("Evidence", None)))
    metric = {"name": "left_employee_count", "unit": "count", "additivity": "additive", "area": "hr"}
    assert can_be_unrecorded(reply, metric) is is_unknown
