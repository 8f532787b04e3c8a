"""Questions answered with the metrics layer's own figures, asked back, or declined by naming the word."""

from decimal import Decimal

import pytest

from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.query import MetricQuery
from olap.service import Numbers
from tests.olap.company import ACME


def _ask(numbers: Numbers, asker: Asker, question: str, locale: str = "en") -> Reply:
    return answer(numbers, asker, question, locale=locale)


@pytest.mark.feature("5.8.3")
def test_the_figure_is_that_of_the_query_shown(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "net revenue by region in 2026")
    assert (reply.status, reply.chart) == ("answered", "bar")
    assert reply.metric_query is not None
    assert reply.metric_query["group_by"] == ["region"]
    assert reply.result == numbers.query(MetricQuery.from_data(reply.metric_query), everyone)


def test_top_n_is_ordered_and_cut(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "top 2 customers by net revenue")
    assert reply.result is not None
    values = [row["net_revenue"] for row in reply.result.rows]
    assert len(values) == 2
    assert all(isinstance(value, Decimal) for value in values)
    assert values == sorted(values, key=str, reverse=True) or values[0] >= values[1]  # type: ignore[operator]


def test_a_member_becomes_a_filter(numbers: Numbers, everyone: Asker) -> None:
    known = _ask(numbers, everyone, "net revenue by customer").result
    assert known is not None
    name = str(known.rows[0]["customer"])
    reply = _ask(numbers, everyone, f"net revenue of {name}")
    assert reply.metric_query is not None
    assert reply.metric_query["where"] == [{"field": "customer", "op": "eq", "value": name}]
    assert reply.result is not None
    assert reply.result.rows[0]["net_revenue"] == known.rows[0]["net_revenue"]


@pytest.mark.feature("5.8.3")
def test_a_word_nobody_knows_is_named(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "net revenue by astronaut")
    assert (reply.status, reply.reason) == ("declined", "unknown_word")
    assert "astronaut" in reply.text


@pytest.mark.parametrize("question", ["", "   ", "x" * 5_000, "\x00\x01", "'; drop table users; --", "🙂🙂"])
def test_nonsense_gets_a_clear_no(numbers: Numbers, everyone: Asker, question: str) -> None:
    reply = _ask(numbers, everyone, question)
    assert reply.status == "declined"
    assert reply.text
    assert reply.result is None


@pytest.mark.feature("5.8.3")
def test_a_metric_without_the_right_is_not_understood_at_all(numbers: Numbers) -> None:
    nobody = Asker(ACME, frozenset({"metric.read"}))
    reply = _ask(numbers, nobody, "net revenue by region")
    assert reply.status == "declined"
    assert reply.result is None


def test_the_answer_is_in_the_language_asked_for(numbers: Numbers, everyone: Asker) -> None:
    assert "无法理解" in _ask(numbers, everyone, "astronaut", locale="zh").text
