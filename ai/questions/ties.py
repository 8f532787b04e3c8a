"""Members that share the last of the places asked for."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.plans import Planned
from olap.asker import Asker
from olap.query import QueryResult
from olap.service import Numbers

TIES_MAX = 12
"""More that are equally high say nothing of any of them: as many as asked for are told then."""


def with_ties(numbers: Numbers, planned: Planned, asker: Asker) -> QueryResult:
    """The rows of a plan; where the first of them are asked for, all that are as high as the last of these."""
    query = planned.query
    if query.limit is None or planned.derive is not None or not query.order_by:
        return numbers.query(query, asker)
    result = numbers.query(replace(query, limit=query.limit + TIES_MAX - 1), asker)
    field, first = query.order_by[0].field, result.rows[: query.limit]
    if not first or field not in first[-1]:
        return replace(result, rows=first)
    ties = tuple(row for row in result.rows[query.limit :] if row[field] == first[-1][field])
    return replace(result, rows=(*first, *ties) if len(ties) < TIES_MAX - 1 else first)
