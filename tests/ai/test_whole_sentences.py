"""What belongs to one question, how signs and slips are read, and which bounds an evaluation has to keep."""

from decimal import Decimal

import pytest

from ai.evals.cases import Case
from ai.evals.judging import OUTSIDE, OWN, Outcome, Verdict, score
from ai.questions.lexicon import read_lexicon
from ai.questions.spelling import closest
from ai.questions.splitting import questions_in
from ai.questions.words import words_of
from olap.asker import Asker
from olap.service import Numbers


@pytest.mark.parametrize(
    "sentence",
    [
        "How many purchase orders are pending, and what are they worth?",
        "How many order lines and how much revenue did the spring sale bring?",
    ],
)
def test_what_is_asked_besides_is_not_dropped(sentence: str) -> None:
    [question] = questions_in(sentence)
    assert question.split()[-1].strip("?") == sentence.rsplit(maxsplit=1)[-1].strip("?")


def test_a_tail_that_asks_for_the_figure_told_anyway_is_no_question() -> None:
    assert questions_in("Which helmet sold best in 2013, and how much was it?") == ["Which helmet sold best in 2013"]


def test_a_figure_asked_of_those_before_belongs_to_them() -> None:
    sentence = "Which vendors are inactive and how much have we ordered from each of them?"
    assert questions_in(sentence) == ["Which vendors are inactive, how much have we ordered from each of them?"]
    # Where the part before told a figure, that one is meant.
    assert len(questions_in("Which three vendors got most orders and how much have we ordered from them?")) == 1


def test_a_percent_sign_behind_a_word_asks_for_percent() -> None:
    assert words_of("gross margin % bikes") == ["gross", "margin", "percent", "bikes"]
    assert "percent" not in words_of("more than 10 % discount")


def test_a_slip_keeps_its_first_letter(numbers: Numbers, everyone: Asker) -> None:
    lexicon = read_lexicon(numbers, everyone)
    assert closest("wich", lexicon) == "which"
    assert closest("revenu", lexicon) == "revenue"
    assert closest("zzyzx", lexicon) is None
    assert closest("three", lexicon) is None


def _outcomes(right: int, declined: int, wrong: int) -> list[Outcome]:
    counted: tuple[tuple[Verdict, int], ...] = (("right", right), ("declined", declined), ("silently_wrong", wrong))
    verdicts = [verdict for verdict, count in counted for _ in range(count)]
    case = Case("Q", "adventureworks", "sales", "?", "select 1")
    return [Outcome(case, verdict, "answered", "") for verdict in verdicts]


def test_outside_questions_may_not_fall_below_where_they_stand() -> None:
    assert OUTSIDE.helpful_min > OWN.helpful_min
    assert score(_outcomes(95, 5, 0), OUTSIDE).passes
    assert not score(_outcomes(91, 9, 0), OUTSIDE).passes
    assert score(_outcomes(91, 9, 0)).passes
    assert not score(_outcomes(96, 0, 4), OUTSIDE).passes
    assert OUTSIDE.wrong_max <= Decimal("0.02")
