"""How replies to an outside author's questions are judged."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ai.evals.cases import Case
from ai.evals.outside import QUESTIONS, UNMASTERED, Question, read_questions, verdict
from ai.questions.service import Reply, answer
from olap.asker import Asker
from olap.service import Numbers

CASE = Case("Q", "adventureworks", "sales", "?", "select 1")
NUMBER = Question(CASE, "number", [[{"value": 430.0}]], Decimal("0.01"), is_chinese=False)
TABLE = Question(CASE, "table", [[{"customer": "Alpha GmbH", "revenue": 430}]], Decimal("0.01"), is_chinese=False)


@pytest.mark.parametrize(("path", "count_min"), [(QUESTIONS, 500), (UNMASTERED, 50)])
def test_every_question_has_an_answer_or_is_to_be_declined(path: Path, count_min: int) -> None:
    questions = read_questions(path)
    assert len(questions) > count_min
    for each in questions:
        assert bool(each.readings) or each.kind in {"decline", "choice"}, each.case.id
        assert (each.case.sql is not None) == (each.kind in {"number", "table"}), each.case.id


def test_a_reply_is_right_where_the_expected_rows_stand_in_it(numbers: Numbers, everyone: Asker) -> None:
    told = answer(numbers, everyone, "net revenue by customer")
    assert verdict(TABLE, told) == "right"
    assert verdict(replace(TABLE, readings=[[{"customer": "Nobody", "revenue": 430}]]), told) == "silently_wrong"
    assert verdict(replace(TABLE, readings=[[{"revenue": 1}], *TABLE.readings]), told) == "right"
    assert verdict(NUMBER, answer(numbers, everyone, "net revenue of Alpha GmbH")) == "right"


def test_what_is_not_answered_is_asked_back_or_declined() -> None:
    asked, declined = Reply("clarify", "Which?"), Reply("declined", "No.")
    assert (verdict(NUMBER, asked), verdict(NUMBER, declined)) == ("asked_back", "declined")
    assert verdict(replace(NUMBER, kind="decline"), declined) == "right"
    assert verdict(replace(NUMBER, kind="choice"), asked) == "right"
    assert verdict(replace(NUMBER, kind="choice"), declined) == "declined"
