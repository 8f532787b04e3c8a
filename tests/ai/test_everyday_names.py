"""Names read by what stands beside them, documents ranked or numbered, and what was done to them, as people say it."""

from datetime import date
from decimal import Decimal
from typing import cast

import pytest

from ai.questions.lexicon import Lexicon
from ai.questions.members import Members
from ai.questions.phrasebook import Phrasebook
from ai.questions.plans import Clarify, Decline, Planned
from ai.questions.ranges import Clock
from ai.questions.reading import Reader
from ai.questions.service import answer
from ai.questions.understanding import understand
from ai.questions.words import locale_of
from olap.asker import Asker
from olap.catalogue import Catalogue
from olap.service import Numbers

HELD: dict[str, list[str]] = {
    "sales_reason": ["Price", "Manufacturer"],
    "scrap_reason": ["Gouge in metal"],
    "salesperson": ["Ada Lee"],
    "customer": ["Ada Lee"],
    "customer_salesperson": ["Ada Lee"],
    "job_title": ["Buyer", "Design Engineer", "Chief Financial Officer"],
    "superior_title": ["Chief Financial Officer"],
    "unit": ["Quality Assurance", "Research"],
    "unit_group": ["Quality Assurance", "Research and Development"],
    "customer_category": ["Stores", "Individual customers"],
    "store_specialty": ["Road", "Mountain"],
    "supplier_category": ["Preferred vendors"],
    "supplier_activity": ["inactive", "active"],
    "supplier_credit_rating": ["1", "5"],
    "pay_kind": ["salaried", "paid by the hour"],
    "purchase_status": ["complete", "pending"],
    "order_state": ["closed", "draft"],
    "item": ["Chain Ring"],
    "component": ["Chain Ring"],
    "tax_code_name": ["Ohio State Sales Tax"],
    "ship_to_state": ["Ohio"],
}
ORDERS = (
    "order_number offer salesperson customer customer_category store_specialty item item_category sales_reason"
    " ship_to_state city"
)
STAFF = "employee job_title superior_title unit unit_group pay_kind"
PURCHASES = "order_number supplier buyer purchase_status order_state item"
SUPPLIERS = "supplier supplier_category supplier_activity supplier_credit_rating"
CUSTOMERS = "customer customer_account customer_category customer_salesperson store_specialty"
WORK = "order_number item due_on"
PRICED = "item supplier"
STARTED_SCRAP = "started_scrapped_quantity"
METRICS = {
    "order_count": ("count", ORDERS, "orders|sales orders|sales order|order|订单"),
    "discounted_order_count": ("count", ORDERS, "orders with a discount"),
    "confirmed_order_value": ("currency", ORDERS, "order value"),
    "order_total_value": ("currency", ORDERS, "total due|含税含运费"),
    "order_freight": ("currency", ORDERS, "freight|运费"),
    "order_discount": ("currency", ORDERS, "discount|discounts"),
    "discount_rate": ("share", ORDERS, "discount rate|average discount"),
    "discounted_line_count": ("count", ORDERS, "discounted lines|discounted order lines"),
    "order_line_count": ("count", ORDERS, "lines|order lines"),
    "net_revenue": ("currency", ORDERS, "revenue|sales|销售额"),
    "gross_margin_rate": ("share", ORDERS, "gross margin rate|margin rate|毛利率"),
    "delivery_count": ("count", ORDERS, "deliveries|orders shipped"),
    "delivered_quantity": ("quantity", ORDERS, "delivered quantity"),
    "purchase_order_count": ("count", PURCHASES, "purchase orders|purchase order|采购订单"),
    "purchase_order_freight": ("currency", PURCHASES, "freight on purchase orders"),
    "production_order_count": ("count", WORK, "work orders|work order|工单"),
    "started_production_order_count": ("count", "order_number item", "work orders started"),
    "production_scrapped_quantity": ("quantity", "order_number item scrap_reason", "scrapped quantity|scrapped|报废"),
    STARTED_SCRAP: ("quantity", "order_number item scrap_reason", "pieces scrapped on work orders started"),
    "component_quantity": ("quantity", "item component", "component quantity|goes into|go into|used in"),
    "current_employee_count": ("count", STAFF, "employees on file|headcount"),
    "employee_count": ("count", STAFF, "employees|people|员工"),
    "hourly_pay_rate": ("currency", STAFF, "hourly pay rate|时薪"),
    "recorded_customer_count": (
        "count",
        CUSTOMERS,
        "customers on file",
    ),
    "recorded_supplier_count": ("count", SUPPLIERS, "suppliers on file"),
    "salespeople_count": ("count", "salesperson", "salespeople"),
    "item_count": ("count", "item item_category", "items on file"),
    "list_price": ("currency", "item", "list price|price"),
    "standard_cost": ("currency", "item", "standard cost|cost|products cost"),
    "supplier_standard_price": ("currency", PRICED, "vendor price"),
    "tax_rate": ("share", "tax_code_name", "tax rate"),
    "cash_balance": ("currency", "", "cash balance|现金余额"),
}
DIMENSIONS = {
    "customer": "customers|客户",
    "customer_account": "stores|门店",
    "supplier": "vendor|vendors|供应商",
    "item": "product|products|产品",
    "item_category": "subcategory|product subcategory|产品子类",
    "buyer": "buyers|采购员",
    "component": "components|parts",
    "scrap_reason": "scrap reasons",
    "offer": "offers|special offer",
    "supplier_credit_rating": "credit rating|信用等级",
    "store_specialty": "specialty|专营",
    "order_state": "status|状态",
}
STOCKED = {"hourly_pay_rate", "list_price", "supplier_standard_price", "tax_rate", "gross_margin_rate", "discount_rate"}


def _catalogue() -> Catalogue:
    """A catalogue with the figures of a trading and making company, as far as these questions go."""
    metrics = [
        {
            "name": name,
            "label": name.replace("_", " ").capitalize(),
            "synonyms": {"en": said.split("|")},
            "unit": "number" if unit == "share" else unit,
            "type": unit,
            "additivity": "non_additive" if name in STOCKED else "additive",
            "area": "hr" if known == STAFF else "purchase" if known == PURCHASES else "sales",
            "dimensions": [*known.split()],
            "description": name,
        }
        for name, (unit, known, said) in METRICS.items()
    ]
    names = {name for metric in metrics for name in metric["dimensions"]}
    dimensions = [
        {
            "name": name,
            "label": name.replace("_", " ").capitalize(),
            "synonyms": {"en": [each for each in DIMENSIONS.get(name, "").split("|") if each]},
            "type": "date" if name.endswith("_on") else "text",
            "is_as_of": False,
            "is_document": False,
        }
        for name in sorted(names)
    ]
    return Catalogue(tuple(metrics), tuple(dimensions), (), {}, None)


@pytest.fixture
def lexicon() -> Lexicon:
    """The words of such a company, on the last day of 2025."""
    shown = _catalogue()
    held = {each["name"]: HELD.get(each["name"], []) for each in shown.dimensions}
    members = Members(cast("Numbers", None), cast("Asker", None), shown.dimensions, held)
    book = Phrasebook(shown, (shown, shown), frozenset(), (), ())
    return Lexicon(book, members, Clock(date(2025, 12, 31), 1))


def _planned(question: str, lexicon: Lexicon) -> Planned:
    outcome = understand(question, lexicon, None).outcome
    assert isinstance(outcome, Planned), outcome
    return outcome


def _conditions(planned: Planned) -> dict[str, tuple[str | None, ...]]:
    return {each.field: each.values for each in planned.query.where if each.op == "eq"}


@pytest.mark.parametrize(
    ("question", "field", "value"),
    [
        ("how many orders were placed because of price in 2025", "sales_reason", "Price"),
        ("how many orders did we get because of the manufacturer", "sales_reason", "Manufacturer"),
        ("how many pieces were scrapped because of gouge in metal", "scrap_reason", "Gouge in metal"),
        ("因Gouge in metal报废了多少件", "scrap_reason", "Gouge in metal"),
        ("how many people are in the group Quality Assurance", "unit_group", "Quality Assurance"),
        ("how many people work in the Quality Assurance group", "unit_group", "Quality Assurance"),
        ("what does a buyer earn per hour", "job_title", "Buyer"),
        ("how many buyers do we have", "job_title", "Buyer"),
        ("how many design engineers are there", "job_title", "Design Engineer"),
        ("设计工程师的时薪是多少", "job_title", "Design Engineer"),
        ("how many salaried employees are there", "pay_kind", "salaried"),
        ("how many of the stores specialise in road bikes", "store_specialty", "Road"),
        ("专营公路车的门店有多少家", "store_specialty", "Road"),
        ("how many of our vendors have a credit rating of 1", "supplier_credit_rating", "1"),
        ("信用等级为1的供应商有多少家", "supplier_credit_rating", "1"),
        ("优选供应商有多少家", "supplier_category", "Preferred vendors"),
        ("how many purchase orders are complete", "purchase_status", "complete"),
        ("what is the tax rate in Ohio", "tax_code_name", "Ohio State Sales Tax"),
    ],
)
def test_a_name_is_what_the_words_beside_it_say(question: str, field: str, value: str, lexicon: Lexicon) -> None:
    assert _conditions(_planned(question, lexicon))[field] == (value,)


def test_why_something_changed_is_still_not_known(lexicon: Lexicon) -> None:
    for question in ("why did revenue fall in 2025", "did sales drop because of the weather in 2025"):
        outcome = understand(question, lexicon, None).outcome
        assert isinstance(outcome, Decline)
        assert outcome.reason in {"why", "unknown_word"}


def test_the_buyer_of_orders_is_no_job(lexicon: Lexicon) -> None:
    planned = _planned("which buyer placed the most purchase orders", lexicon)
    assert planned.query.group_by == ("buyer",)
    assert "job_title" not in _conditions(planned)


def test_who_has_a_job_is_told_by_name(lexicon: Lexicon) -> None:
    planned = _planned("who is the chief financial officer", lexicon)
    assert planned.query.group_by == ("employee",)
    assert _conditions(planned)["job_title"] == ("Chief Financial Officer",)


@pytest.mark.parametrize(
    "question", ["which preferred vendors are inactive", "give me a list of the preferred vendors with credit rating 5"]
)
def test_the_name_of_a_kind_says_what_is_listed(question: str, lexicon: Lexicon) -> None:
    assert _planned(question, lexicon).query.group_by == ("supplier",)


@pytest.mark.parametrize(
    ("question", "metric", "top"),
    [
        ("the three largest sales orders by freight", "order_freight", 3),
        ("which sales order of 2025 had the highest order value", "confirmed_order_value", 1),
        ("five biggest orders of 2025 by subtotal", "confirmed_order_value", 5),
        ("含税含运费金额最大的三张订单是哪些", "order_total_value", 3),
        ("the two largest purchase orders by freight", "purchase_order_freight", 2),
    ],
)
def test_ranked_documents_are_told_one_by_one(question: str, metric: str, top: int, lexicon: Lexicon) -> None:
    outcome = understand(question, lexicon, None).outcome
    if isinstance(outcome, Clarify):
        pytest.fail(f"{question}: {outcome}")
    planned = _planned(question, lexicon)
    assert (planned.query.metrics[0], planned.query.group_by, planned.query.limit) == (metric, ("order_number",), top)


def test_the_most_orders_are_a_number_of_them(lexicon: Lexicon) -> None:
    planned = _planned("which customers had the most orders and revenue in 2025", lexicon)
    assert planned.query.group_by == ("customer",)


@pytest.mark.parametrize(
    ("question", "bound"),
    [
        ("which products had a gross margin rate over 30 percent in 2025", Decimal("0.3")),
        ("which products had a gross margin rate above 5% in 2025", Decimal("0.05")),
        ("2025年毛利率超过20%的产品有哪些", Decimal("0.2")),
    ],
)
def test_a_share_is_bounded_in_percent(question: str, bound: Decimal, lexicon: Lexicon) -> None:
    planned = _planned(question, lexicon)
    assert planned.derive is not None
    assert planned.derive.bounds == (("more", bound),)


def test_what_costs_more_at_list_price_has_such_a_price(lexicon: Lexicon) -> None:
    planned = _planned("how many products cost more than 1000 at list price", lexicon)
    assert (planned.query.metrics, planned.query.group_by) == (("list_price",), ("item",))
    gap = _planned("which product has the largest gap between list price and standard cost", lexicon)
    assert gap.query.metrics == ("list_price", "standard_cost")


def test_an_amount_is_not_bounded_in_percent(lexicon: Lexicon) -> None:
    planned = _planned("which products had a revenue over 30 in 2025", lexicon)
    assert planned.derive is not None
    assert planned.derive.bounds == (("more", Decimal(30)),)


@pytest.mark.parametrize(
    ("question", "metric", "key"),
    [
        ("who offers Chain Ring at the lowest price", "supplier_standard_price", "supplier"),
        ("which vendor charges the least for Chain Ring", "supplier_standard_price", "supplier"),
        ("which product subcategory has the highest revenue", "net_revenue", "item_category"),
        ("销售额最高的产品子类是哪个", "net_revenue", "item_category"),
        ("revenue by quarter 2025", "net_revenue", "quarter"),
        ("revenue by year, 2024 to 2025", "net_revenue", "year"),
        ("revenue by calendar year 2024 to 2025", "net_revenue", "year"),
        ("revenue per month 2025", "net_revenue", "month"),
        ("which scrap reason cost us the most pieces on work orders started in 2025", STARTED_SCRAP, "scrap_reason"),
        ("which parts go into one Chain Ring", "component_quantity", "component"),
        ("what goes into Chain Ring", "component_quantity", "component"),
        ("what does Chain Ring go into", "component_quantity", "item"),
        ("which products is Chain Ring used in", "component_quantity", "item"),
        ("revenue by date in March 2025", "net_revenue", "day"),
        ("采购订单按状态分别有多少张", "purchase_order_count", "purchase_status"),
    ],
)
def test_what_a_figure_is_told_by(question: str, metric: str, key: str, lexicon: Lexicon) -> None:
    planned = _planned(question, lexicon)
    assert (planned.query.metrics[0], planned.query.group_by) == (metric, (key,))


def test_customers_are_not_counted_by_the_name_of_one(lexicon: Lexicon) -> None:
    """The seller is a customer, too: nobody asks how many customers are called so."""
    for question in ("how many customers on file does Ada Lee have", "how many customers does Ada Lee look after"):
        [told] = _planned(question, lexicon).query.where
        assert (told.field, told.values) == ("customer_salesperson", ("Ada Lee",))


def test_nobody_is_told_a_figure_for_one_of_those_who_are_counted_by_the_same_name(lexicon: Lexicon) -> None:
    outcome = understand("which share of all salespeople's revenue in 2025 was Ada Lee's", lexicon, None).outcome
    assert isinstance(outcome, Clarify)


@pytest.mark.parametrize(
    ("question", "part", "whole"),
    [
        ("what percentage of orders had a discount in 2025", "discounted_order_count", "order_count"),
        ("2025年运费占销售额的百分之几", "order_freight", "net_revenue"),
    ],
)
def test_a_part_is_told_of_its_whole(question: str, part: str, whole: str, lexicon: Lexicon) -> None:
    assert _planned(question, lexicon).query.metrics == (part, whole)


@pytest.mark.parametrize(
    "question",
    [
        "what was the average discount on discounted lines in 2025",
        "average discount rate of order lines with a discount",
        "how did the list price of Chain Ring change over time",
    ],
)
def test_what_no_figure_tells_is_not_told_by_another(question: str, lexicon: Lexicon) -> None:
    assert not isinstance(understand(question, lexicon, None).outcome, Planned)


@pytest.mark.parametrize(
    ("question", "name", "other"),
    [
        ("how many orders were shipped in 2025", "delivery_count", "order_count"),
        ("how many work orders were there in 2025", "production_order_count", "started_production_order_count"),
        ("how many work orders were due in 2025", "production_order_count", None),
    ],
)
def test_documents_by_another_day_of_theirs_are_told_as_well(
    question: str, name: str, other: str | None, lexicon: Lexicon
) -> None:
    planned = _planned(question, lexicon)
    assert (planned.query.metrics[0], planned.other) == (name, other)


@pytest.mark.parametrize("question", ["how many work orders did we open in 2025", "2025年开了多少张工单"])
def test_work_that_was_opened_began_then(question: str, lexicon: Lexicon) -> None:
    assert _planned(question, lexicon).query.metrics == ("started_production_order_count",)


def test_open_orders_are_not_all_that_were_opened(lexicon: Lexicon) -> None:
    assert "open" in Reader(lexicon).read("how many open work orders do we have").unplaced


@pytest.mark.parametrize(
    ("question", "metric"),
    [
        ("2025年订单一共收了多少运费", "order_freight"),
        ("2025年我们向客户收取了多少运费", "order_freight"),
    ],
)
def test_in_chinese_documents_and_parties_only_say_of_what_a_figure_is(
    question: str, metric: str, lexicon: Lexicon
) -> None:
    planned = _planned(question, lexicon)
    assert (planned.query.metrics, planned.query.group_by) == ((metric,), ())


@pytest.mark.parametrize("locale", ["en", "zh"])
def test_what_a_company_does_not_record_is_not_told(numbers: Numbers, everyone: Asker, locale: str) -> None:
    question = "what was our net revenue in 2025"
    assert (
        answer(numbers, everyone, question, terms={"net revenue": "unrecorded"}, locale=locale).reason == "unrecorded"
    )
    assert answer(numbers, everyone, question, locale=locale).reason is None


@pytest.mark.parametrize(
    ("question", "locale", "answered_in"),
    [("今年各地区的净收入", "en", "zh"), ("net revenue by region", "zh-CN", "zh-CN"), ("今年净收入", "zh-CN", "zh-CN")],
)
def test_a_chinese_question_is_answered_in_chinese(question: str, locale: str, answered_in: str) -> None:
    assert locale_of(question, locale) == answered_in
