"""Words that everybody understands in another way are asked back with what they may mean."""

import pytest

from ai.questions.service import answer
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.parametrize(
    ("question", "locale", "choice"),
    [
        ("How many active customers do we have?", "en", "last 12 months"),
        ("Which customer is the most important one for us?", "en", "revenue"),
        ("How was net revenue recently?", "en", "last month"),
        ("最近的净收入情况怎么样", "zh", "上个月"),
    ],
)
def test_what_is_vague_is_asked_back(
    numbers: Numbers, everyone: Asker, question: str, locale: str, choice: str
) -> None:
    reply = answer(numbers, everyone, question, locale=locale)
    assert (reply.status, reply.reason) == ("clarify", "several_meanings")
    assert any(choice in each for each in reply.choices)


@pytest.mark.parametrize("question", ["net revenue by customer", "net revenue of the last 30 days"])
def test_what_is_said_exactly_is_answered(numbers: Numbers, everyone: Asker, question: str) -> None:
    assert answer(numbers, everyone, question).reason != "several_meanings"
