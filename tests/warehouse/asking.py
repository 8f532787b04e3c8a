"""Questions to the metrics layer over the story's marts."""

from typing import Any

from olap.asker import Asker
from olap.pivot import PivotQuery, PivotResult, pivot
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers
from tests.warehouse.story import Story


def everyone(story: Story) -> Asker:
    """Somebody of the story's tenant who may see everything."""
    return Asker(str(story.tenant_id), frozenset({"*"}))


def ask(numbers: Numbers, story: Story, **question: Any) -> QueryResult:
    """The answer of the metrics layer over the story's marts."""
    return numbers.query(MetricQuery.from_data(question), everyone(story))


def table(numbers: Numbers, story: Story, **question: Any) -> PivotResult:
    """A cross table over the story's marts."""
    return pivot(numbers, PivotQuery.from_data(question), everyone(story))
