"""Members that share the first place."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.plans import Planned
from olap.asker import Asker
from olap.query import QueryResult
from olap.service import Numbers

TIES_MAX = 12
"""More that are equally high say nothing of any of them: the first alone is told then."""


def with_ties(numbers: Numbers, planned: Planned, asker: Asker) -> QueryResult:
    """The rows of a plan; where the first alone is asked for, all that are as high as it."""
    query = planned.query
    if query.limit != 1 or planned.derive is not None or not query.order_by:
        return numbers.query(query, asker)
    result = numbers.query(replace(query, limit=TIES_MAX), asker)
    first, field = result.rows[0] if result.rows else {}, query.order_by[0].field
    ties = tuple(row for row in result.rows if row.get(field) == first.get(field))
    return replace(result, rows=ties if field in first and len(ties) < TIES_MAX else result.rows[:1])
