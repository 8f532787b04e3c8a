"""Figures and names that take too long: a plain no, and what was in time is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import pytest

from ai.questions.service import answer
from olap.asker import Asker
from olap.errors import QueryTimedOut
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers


class _Late:
    """Numbers of which some questions take too long."""

    def __init__(self, numbers: Numbers, is_late: Callable[[MetricQuery], bool]) -> None:
        self._numbers, self._is_late = numbers, is_late

    def __getattr__(self, name: str) -> Any:
        return getattr(self._numbers, name)

    def query(self, query: MetricQuery, asker: Asker, **more: Any) -> QueryResult:
        if self._is_late(query):
            raise QueryTimedOut(seconds="30")
        return self._numbers.query(query, asker, **more)


@pytest.mark.parametrize(("locale", "said"), [("en", "30 seconds"), ("zh", "30秒")])
def test_a_question_whose_figures_take_too_long_is_told_so(
    numbers: Numbers, everyone: Asker, locale: str, said: str
) -> None:
    late = cast("Numbers", _Late(numbers, lambda query: "net_revenue" in query.metrics))
    reply = answer(late, everyone, "net revenue by customer", locale=locale)
    assert (reply.status, reply.reason) == ("declined", "timed_out")
    assert said in reply.text


def test_one_of_two_questions_that_takes_too_long_leaves_the_other_answered(numbers: Numbers, everyone: Asker) -> None:
    late = cast("Numbers", _Late(numbers, lambda query: "region" in query.group_by))
    reply = answer(late, everyone, "What is the net revenue by customer? What is the net revenue by region?")
    assert [each.status for each in reply.parts] == ["answered", "declined"]
    assert reply.reason == "timed_out"


def test_names_that_take_too_long_to_look_up_are_no_error(numbers: Numbers, everyone: Asker) -> None:
    late = cast("Numbers", _Late(numbers, lambda query: "order_count" in query.metrics))
    assert answer(late, everyone, "net revenue by customer").reason == "timed_out"
