"""What questions come to, over a company whose figures are known by heart: six sales invoices in `company.py`."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.service import Numbers
from tests.olap.company import ACME

Ask = Callable[..., Reply]


@pytest.fixture
def ask(numbers: Numbers, everyone: Asker) -> Ask:
    """Asks as somebody with every right."""

    def asked(question: str, **more: Any) -> Reply:
        return answer(numbers, everyone, question, **more)

    return asked


def _value(reply: Reply) -> Decimal:
    assert reply.status == "answered", reply.text
    assert reply.result is not None
    assert reply.metric_query is not None
    value = reply.result.rows[0][reply.metric_query["metrics"][0]]
    assert isinstance(value, Decimal | int)
    return Decimal(value)


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("net revenue in 2026", "677.51"),
        ("What was the net revenue in the first quarter of 2026, before tax and freight?", "677.51"),
        ("net revenue of the customer Alpha GmbH in 2026", "330.00"),
        ("net revenue in Germany in 2026", "330.00"),
        ("net revenue in Deutschland, sorry, in FR", None),
        ("net revenue excluding Alpha GmbH", "347.51"),
        ("net revenue of invoice number SI-2026-00002", "210.00"),
        ("How much did we sell between January and February 2026?", "557.51"),
        ("net revnue in febuary 2026", "47.51"),
        ("2026年1月的净收入", "510.00"),
        ("net revenue in fiscal year 2026", "677.51"),
        ("net revenue since February", "167.51"),
        ("stock value at the end of January 2026", "600.00"),
        ("How many orders did Beta SARL place?", "1"),
    ],
)
def test_a_figure_is_that_of_the_books(ask: Ask, question: str, value: str | None) -> None:
    reply = ask(question)
    if value is None:
        assert (reply.status, reply.reason) == ("declined", "unknown_word")
        return
    assert _value(reply) == Decimal(value), reply.text


@pytest.mark.feature("5.8.3")
def test_a_ranking_names_its_members_and_leaves_out_the_blank(ask: Ask) -> None:
    reply = ask("Which two customers bought the most in 2026, and how much?")
    assert reply.result is not None
    assert [(row["customer"], row["net_revenue"]) for row in reply.result.rows] == [
        ("Alpha GmbH", Decimal("330.00")),
        ("Beta SARL", Decimal("300.00")),
    ]


def test_the_lowest_month_is_a_row_of_its_period(ask: Ask) -> None:
    reply = ask("In which month of 2026 was net revenue lowest?")
    assert reply.result is not None
    assert [str(row["month"]) for row in reply.result.rows] == ["2026-02-01"]


def test_a_share_is_worked_out_from_part_and_whole(ask: Ask) -> None:
    derived = ask("What percentage of 2026 net revenue came from Alpha GmbH?").derived
    assert derived is not None
    assert (derived.part, derived.whole) == (Decimal("330.00"), Decimal("677.51"))
    assert derived.value == Decimal("0.487078")


def test_members_over_an_amount_are_listed_or_counted(ask: Ask) -> None:
    listed = ask("customers with net revenue over 200")
    assert listed.result is not None
    assert [row["customer"] for row in listed.result.rows] == ["Alpha GmbH", "Beta SARL"]
    counted = ask("How many different items did we sell for at least 50?").derived
    assert counted is not None
    assert counted.value == 2


def test_a_mean_says_over_how_many_it_goes(ask: Ask) -> None:
    derived = ask("average net revenue per month in 2026").derived
    assert derived is not None
    assert (derived.value, derived.over) == (Decimal("225.836667"), 3)


def test_two_periods_are_compared(ask: Ask) -> None:
    reply = ask("By how many percent did net revenue change from January 2026 to March 2026?")
    assert reply.result is not None
    row = reply.result.rows[0]
    assert (row["net_revenue"], row["net_revenue_previous"]) == (Decimal("120.00"), Decimal("510.00"))
    assert "-76.47 %" in reply.text


def test_growth_without_a_period_to_compare_with_is_asked_back(ask: Ask) -> None:
    reply = ask("growth of net revenue in February 2026")
    assert reply.status == "clarify"
    answers = [ask(choice) for choice in reply.choices]
    assert [each.status for each in answers] == ["answered", "answered"]
    assert answers[0].metric_query != answers[1].metric_query


def test_two_questions_are_answered_one_after_the_other(ask: Ask) -> None:
    reply = ask("What was net revenue in 2026, and what is the stock value?")
    assert [_value(part) for part in reply.parts] == [Decimal("677.51"), Decimal("400.00")]


def test_a_follow_up_changes_only_what_it_names(ask: Ask) -> None:
    first = ask("net revenue by customer in 2026")
    second = ask("and in 2025?", previous=first.planned)
    assert second.metric_query == {
        "metrics": ["net_revenue"],
        "group_by": ["customer"],
        "time": {"start": "2025-01-01", "end": "2025-12-31"},
        "totals": True,
    }
    third = ask("only Alpha GmbH", previous=second.planned)
    assert third.metric_query is not None
    assert third.metric_query["where"] == [{"field": "customer", "op": "eq", "value": "Alpha GmbH"}]
    assert _value(third) == Decimal("100.00")


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    ("question", "compare"),
    [
        ("compare with last year", "previous_year"),
        ("compare it with 2025", "previous_year"),
        ("versus 2025", "previous_year"),
        ("compared with last year", "previous_year"),
        ("compare with March 2026", {"start": "2026-03-01", "end": "2026-03-31"}),
    ],
)
def test_a_follow_up_compares_what_was_asked_before(ask: Ask, question: str, compare: object) -> None:
    first = ask("net revenue by customer in January 2026")
    second = ask(question, previous=first.planned)
    assert second.status == "answered", second.text
    assert first.metric_query is not None
    assert second.metric_query is not None
    kept = {name: second.metric_query[name] for name in ("metrics", "group_by", "time", "compare")}
    assert kept == {
        "metrics": ["net_revenue"],
        "group_by": ["customer"],
        "time": first.metric_query["time"],
        "compare": compare,
    }
    third = ask("and orders?", previous=second.planned)
    assert third.metric_query is not None
    assert third.metric_query["time"] == first.metric_query["time"]


@pytest.mark.feature("5.8.3")
@pytest.mark.parametrize(
    "question", ["the same for gross margin", "what about gross margin?", "and gross margin?", "那毛利呢", "同样看毛利"]
)
def test_the_same_of_another_figure_keeps_names_days_and_keys(ask: Ask, question: str) -> None:
    first = ask("net revenue of Alpha GmbH by month in 2026")
    second = ask(question, previous=first.planned)
    assert second.status == "answered", second.text
    assert first.metric_query is not None
    assert second.metric_query is not None
    assert second.metric_query["metrics"] == ["gross_margin"]
    for part in ("group_by", "where", "time"):
        assert second.metric_query[part] == first.metric_query[part]


@pytest.mark.feature("5.8.7")
@pytest.mark.parametrize(
    ("question", "plain", "chart"),
    [
        ("net revenue by customer in 2026 as a pie chart", "net revenue by customer in 2026", "pie"),
        ("net revenue by month in 2026, shown as an area chart", "net revenue by month in 2026", "area"),
        ("net revenue by month in 2026 in a bar graph", "net revenue by month in 2026", "bar"),
        ("用饼图显示2026年各客户的净收入", "2026年各客户的净收入", "pie"),
        ("net revenue in 2026 as a line chart", "net revenue in 2026", "figure"),
    ],
)
def test_a_chart_that_is_named_is_how_the_figures_are_shown(ask: Ask, question: str, plain: str, chart: str) -> None:
    named, simple = ask(question), ask(plain)
    assert named.status == "answered", named.text
    assert named.metric_query == simple.metric_query
    assert named.chart == chart
    assert ("cannot show" in named.text) == (chart == "figure")


@pytest.mark.parametrize("question", ["why did net revenue fall in 2026", "What will net revenue be in 2027?"])
def test_what_figures_cannot_tell_is_declined(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert (reply.status, reply.result) == ("declined", None)


def test_names_of_another_tenant_are_unknown_words(ask: Ask) -> None:
    reply = ask("net revenue of Zenith bike")
    assert (reply.status, reply.result) == ("declined", None)


@pytest.mark.feature("5.8.3")
def test_a_company_word_goes_before_the_catalogue(ask: Ask) -> None:
    reply = ask("sales in 2026", terms={"sales": "list_revenue"})
    assert reply.metric_query is not None
    assert reply.metric_query["metrics"] == ["list_revenue"]


@pytest.mark.feature("5.8.3")
def test_a_metric_without_the_right_is_refused_without_its_figure(numbers: Numbers) -> None:
    seller = Asker(ACME, frozenset({"metric.sales.read"}))
    reply = answer(numbers, seller, "open receivables by customer")
    assert (reply.status, reply.reason, reply.result) == ("declined", "forbidden", None)


@pytest.mark.parametrize("question", ["🙂" * 900, "net revenue\x00 in 2026\x1b[2J", "Umsatz nach Kunde", "x " * 400])
def test_strange_input_gets_a_clear_reply(ask: Ask, question: str) -> None:
    reply = ask(question)
    assert reply.text
    assert "\x00" not in reply.text
