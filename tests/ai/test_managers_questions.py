"""How managers word things: what a word is near to decides, and what would be left out is asked back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ai.questions.service import Reply, answer
from ai.questions.splitting import questions_in
from ai.questions.words import asked_first
from olap.asker import Asker
from olap.service import Numbers


def _ask(numbers: Numbers, asker: Asker, question: str) -> Reply:
    return answer(numbers, asker, question)


def test_the_days_of_a_second_question_hold_for_the_first() -> None:
    asked = "How many online orders and how many offline orders did we have in 2012?"
    assert questions_in(asked) == [
        "How many online orders in 2012?",
        "how many offline orders did we have in 2012?",
    ]
    told = "What was revenue in 2011 and what was it by region in 2012?"
    assert questions_in(told)[0] == "What was revenue in 2011"


def test_a_mean_without_what_it_is_over_is_asked_back(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "average net revenue in 2026")
    assert (reply.status, reply.reason) == ("clarify", "several_dimensions")
    by_region = _ask(numbers, everyone, "average net revenue per region in 2026")
    assert by_region.status == "answered"


def test_best_selling_by_quantity_ranks_by_pieces(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "best selling items by quantity")
    assert reply.metric_query is None or "revenue" not in str(reply.metric_query["metrics"])


def test_a_ranking_may_be_told_by_its_verb(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "Rank the customers by net revenue")
    assert reply.metric_query is not None
    assert reply.metric_query["order_by"] == ["-net_revenue"]


def test_never_takes_those_away_who_did(numbers: Numbers, everyone: Asker) -> None:
    bought = _ask(numbers, everyone, "How many customers bought something in 2026?")
    lost = _ask(numbers, everyone, "Which customers bought in 2025 but not in 2026?")
    assert bought.status == "answered"
    assert lost.planned is not None
    assert lost.planned.without is not None
    assert lost.result is not None
    assert (lost.planned.query.time.start, lost.planned.without.time.start) == (date(2025, 1, 1), date(2026, 1, 1))
    then = _members(numbers, everyone, "net revenue by customer in 2025")
    now = _members(numbers, everyone, "net revenue by customer in 2026")
    assert {row["customer"] for row in lost.result.rows} == then - now


def _members(numbers: Numbers, asker: Asker, question: str) -> set[object]:
    result = _ask(numbers, asker, question).result
    assert result is not None
    return {row["customer"] for row in result.rows if row["customer"] is not None}


def test_the_latest_and_the_earliest_are_told_by_their_day(numbers: Numbers, everyone: Asker) -> None:
    latest = _ask(numbers, everyone, "When was our most recent order?")
    earliest = _ask(numbers, everyone, "When was our very first order?")
    by_day = _ask(numbers, everyone, "orders by day")
    assert latest.result is not None
    assert earliest.result is not None
    assert by_day.result is not None
    days = [row["day"] for row in by_day.result.rows]
    assert [row["day"] for row in latest.result.rows] == [max(days)]  # type: ignore[type-var]
    assert [row["day"] for row in earliest.result.rows] == [min(days)]  # type: ignore[type-var]


def test_the_best_of_each_is_one_row_for_each(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "top customer by net revenue in each region")
    told = _ask(numbers, everyone, "net revenue by region and customer")
    assert reply.result is not None
    assert told.result is not None
    best: dict[object, object] = {}
    for row in sorted(told.result.rows, key=lambda each: Decimal(str(each["net_revenue"] or 0))):
        if row["region"] is not None:
            best[row["region"]] = row["customer"]
    assert {row["region"]: row["customer"] for row in reply.result.rows} == best


def test_highest_first_sorts_and_leaves_nothing_out(numbers: Numbers, everyone: Asker) -> None:
    falling = _ask(numbers, everyone, "net revenue by customer, highest first")
    rising = _ask(numbers, everyone, "net revenue by customer, lowest first")
    assert falling.metric_query is not None
    assert rising.metric_query is not None
    assert falling.metric_query["order_by"] == ["-net_revenue"]
    assert "limit" not in falling.metric_query
    assert rising.metric_query["order_by"] == ["net_revenue"]


def test_days_that_the_data_do_not_reach_are_no_zero(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "What was net revenue in 2009?")
    assert (reply.status, reply.reason) == ("declined", "no_such_days")
    assert "2009" not in reply.text


def test_two_bounds_hold_together(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "customers with net revenue between 100 and 300")
    assert reply.result is not None
    assert reply.derived is not None
    told = _ask(numbers, everyone, "net revenue by customer")
    assert told.result is not None
    within = {
        row["customer"]
        for row in told.result.rows
        if row["customer"] is not None and 100 <= Decimal(str(row["net_revenue"] or 0)) <= 300
    }
    assert {row["customer"] for row in reply.result.rows} == within


def test_a_tail_belongs_to_its_question_and_both_ends_are_two() -> None:
    assert questions_in("What was the largest order, and what was it worth?") == ["What was the largest order"]
    assert questions_in("When was the first and the last order?") == [
        "When was the first order?",
        "When was the last order?",
    ]


def test_what_is_asked_for_may_come_last(numbers: Numbers, everyone: Asker) -> None:
    first = _ask(numbers, everyone, "how many customers bought something in 2026")
    last = _ask(numbers, everyone, "customers bought something in 2026 - how many?")
    assert last.status == "answered"
    assert last.metric_query == first.metric_query
    assert asked_first("How much? Tell me") == "How much? Tell me"


def test_a_relation_that_no_figure_knows_is_named(numbers: Numbers, everyone: Asker) -> None:
    reply = _ask(numbers, everyone, "net revenue of customers who report directly to us")
    assert (reply.status, reply.reason) == ("declined", "unknown_word")
    assert "report directly to" in reply.text


def test_the_name_of_a_kind_stands_for_what_is_of_it(numbers: Numbers, everyone: Asker) -> None:
    [kind, *_] = _members_of(numbers, everyone, "net revenue by item category", "item_category")
    reply = _ask(numbers, everyone, f"top two {kind} by net revenue")
    assert reply.metric_query is not None, reply.text
    assert (reply.metric_query["group_by"], reply.metric_query["limit"]) == (["item"], 2)
    assert [each["field"] for each in reply.metric_query["where"]][:1] == ["item_category"]


def _members_of(numbers: Numbers, asker: Asker, question: str, name: str) -> list[str]:
    result = _ask(numbers, asker, question).result
    assert result is not None
    return [str(row[name]) for row in result.rows if row[name]]
