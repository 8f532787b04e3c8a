"""Members by what stands beside them: parts of a named whole, kinds in one list, and sides of the business."""

from types import SimpleNamespace
from typing import cast

import pytest

from ai.questions.clauses import only_explains
from ai.questions.extent import never_recorded
from ai.questions.lexicon import Lexicon, Meaning, read_lexicon
from ai.questions.members import Member
from ai.questions.reading import Reader
from ai.questions.said import Mention, Named, Reading
from ai.questions.service import answer
from ai.questions.wholes import settle_beside
from ai.questions.words import key_of, words_of
from olap.asker import Asker
from olap.query import MetricQuery, TimeRange
from olap.service import Numbers

PARTS = {
    ("frame",): (Member("item_category_group", "Frames"),),
    ("steel", "frame"): (Member("item_category", "Steel Frames"),),
    ("alloy", "frame"): (Member("item_category", "Alloy Frames"),),
    ("steel",): (Member("material", "Steel"),),
    ("alloy",): (Member("material", "Alloy"),),
    ("red",): (Member("item_color", "Red"),),
}
LEXICON = cast(
    "Lexicon",
    SimpleNamespace(
        members=SimpleNamespace(by_name=PARTS),
        metrics={"spend": {"area": "purchase"}, "sold": {"area": "sales"}, "people": {"area": "hr"}},
    ),
)


def _reading(question: str, *names: str, figure: str = "sold") -> Reading:
    words = words_of(question)
    members = [Named(PARTS[key_of(name)], name, words.index(name), 1) for name in names]
    mention = Mention((Meaning("metric", figure, figure, 3),), figure, 0)
    return Reading(words=words, members=members, metrics=[mention])


def test_a_list_beside_its_whole_names_the_parts_of_it() -> None:
    reading = _reading("sold frames by steel and alloy", "frames", "steel", "alloy")
    settle_beside(reading, LEXICON)
    assert [each.candidates for each in reading.members] == [PARTS["steel", "frame"], PARTS["alloy", "frame"]]


@pytest.mark.parametrize("names", [("frames", "steel"), ("frames", "steel", "red"), ("steel", "alloy")])
def test_one_word_or_another_kind_makes_no_list_of_parts(names: tuple[str, ...]) -> None:
    reading = _reading(" ".join(("sold", *names)), *names)
    settle_beside(reading, LEXICON)
    assert [each.candidates for each in reading.members] == [PARTS[key_of(name)] for name in names]


@pytest.mark.parametrize(
    ("question", "figure", "is_kept"),
    [
        ("spend in purchasing last year", "spend", False),
        ("people in purchasing last year", "people", True),
        ("sold in purchasing last year", "sold", True),
        ("spend of the purchasing department", "spend", True),
    ],
)
def test_the_side_of_the_business_is_no_department(question: str, figure: str, *, is_kept: bool) -> None:
    reading = _reading(question, figure=figure)
    reading.members = [Named((Member("unit", "Purchasing"),), "purchasing", reading.words.index("purchasing"), 1)]
    settle_beside(reading, LEXICON)
    assert bool(reading.members) == is_kept


@pytest.mark.parametrize(
    ("clause", "explains"),
    [(", by posting date of it", False), (", without counting anything", False), (", said our board", True)],
)
def test_how_something_is_told_is_no_explanation(
    numbers: Numbers, everyone: Asker, clause: str, *, explains: bool
) -> None:
    assert only_explains(clause, Reader(read_lexicon(numbers, everyone)).read(clause)) == explains


def test_a_figure_that_was_never_recorded_is_none_without_rows_too(numbers: Numbers, everyone: Asker) -> None:
    nothing = SimpleNamespace(
        planned=SimpleNamespace(
            query=MetricQuery(("stock_quantity",), ("item",), (), TimeRange()), derive=None, without=None
        ),
        result=SimpleNamespace(rows=()),
    )
    assert not never_recorded(numbers, everyone, nothing), "nobody narrowed it"


@pytest.mark.parametrize("question", ["How many parts do we have?", "How many vehicles have we got?"])
def test_having_some_of_a_kind_is_asked_back(numbers: Numbers, everyone: Asker, question: str) -> None:
    reply = answer(numbers, everyone, question)
    assert (reply.status, reply.reason) == ("clarify", "several_meanings")
    assert "in stock" in reply.choices[0]
    assert answer(numbers, everyone, "How many parts do we have in stock?").status == "answered"
