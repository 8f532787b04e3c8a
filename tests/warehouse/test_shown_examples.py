"""The questions that the OpenAPI document shows as examples are answered."""

import tomllib

import pytest

from api.examples import WORDS
from olap.service import Numbers
from tests.warehouse.asking import ask, table
from tests.warehouse.story import Story

SHOWN = tomllib.loads(WORDS.read_text(encoding="utf-8"))["shapes"]


@pytest.mark.feature("ARCH-32")
def test_the_question_and_the_pivot_shown_as_examples_are_answered(numbers: Numbers, story: Story) -> None:
    names = {column.name for column in ask(numbers, story, **SHOWN["QueryBody"]).columns}
    assert names == {"region", "month", "net_revenue", "gross_margin_rate"}
    assert table(numbers, story, **SHOWN["PivotBody"]).rows
