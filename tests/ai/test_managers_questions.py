"""How managers word things: what a word is near to decides, and what would be left out is asked back."""

from __future__ import annotations

from ai.questions.service import Reply, answer
from ai.questions.splitting import questions_in
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
