"""Days that the data do not reach: nothing there is no figure, and no zero."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from ai.questions.plans import Derive, Planned
from olap.asker import Asker
from olap.errors import QueryInvalid, QueryTimedOut
from olap.query import Cell, MetricQuery, QueryResult
from olap.service import Numbers

YEAR = "year"


class Answered(Protocol):
    """A reply with its plan and its figures."""

    @property
    def planned(self) -> Planned | None:
        """What was asked of the metrics layer."""

    @property
    def result(self) -> QueryResult | None:
        """What it said."""


def outside_the_data(numbers: Numbers, asker: Asker, reply: Answered) -> tuple[int, int] | None:
    """The first and the last year of a figure that has nothing on the days asked about; None where it has."""
    planned, result = reply.planned, reply.result
    if planned is None or result is None or planned.query.compare is not None or planned.without is not None:
        return None
    time = planned.query.time
    if (time.start is None and time.end is None) or any(_has(row, planned.query.metrics[0]) for row in result.rows):
        return None
    try:
        known = numbers.query(MetricQuery((planned.query.metrics[0],), (YEAR,)), asker)
    except (QueryInvalid, QueryTimedOut):
        # A figure that is not told by years, or not in time, has no days to be outside of.
        return None
    days = [row[YEAR] for row in known.rows if _has(row, planned.query.metrics[0])]
    years = sorted(int(str(day)[:4]) for day in days if day is not None)
    if not years or not (_is_before(time.end, years[0]) or _is_after(time.start, years[-1])):
        return None
    return years[0], years[-1]


def _has(row: Mapping[str, Cell], metric: str) -> bool:
    return row[metric] not in {None, 0}


def _is_before(day: object, year: int) -> bool:
    return day is not None and int(str(day)[:4]) < year


def _is_after(day: object, year: int) -> bool:
    return day is not None and int(str(day)[:4]) > year


SOME = (("more", Decimal(0)),)
"""The bound of those who have something at all."""


def _is_sum(planned: Planned) -> bool:
    """Whether a figure is told as it is, or what has it is counted or listed."""
    return planned.derive is None or planned.derive.kind == "count" or _is_of_some(planned.derive)


def _is_of_some(how: Derive) -> bool:
    """Whether those are told who have something of a figure, however much."""
    return how.kind in {"count", "having"} and how.bounds == SOME


POSTED = frozenset({"account_movement", "project_cost"})
"""What was posted on an account or project: where that holds nothing at all, nobody posts there."""


def can_be_unrecorded(reply: Answered, metric: Mapping[str, Any]) -> bool:
    """Whether nothing was told of what adds up, or counted of what has a figure.

    A balance that is nothing today may have been something: of what adds up it is known that there was none.
    """
    planned, result = reply.planned, reply.result
    if metric.get("name") in POSTED:
        return True
    if planned is None or planned.derive is None:
        is_sum = metric["additivity"] == "additive" or metric["area"] == "hr"
        return metric["unit"] in {"count", "quantity"} and is_sum
    is_count = (planned.derive.kind == "count" and not planned.derive.bounds) or (
        _is_of_some(planned.derive) and metric["unit"] == "count"
    )
    return is_count and result is not None and not any(_has(row, planned.query.metrics[0]) for row in result.rows)


def never_recorded(numbers: Numbers, asker: Asker, reply: Answered) -> bool:
    """Whether a count came to nothing of which the books hold none at all: nobody may have written any down."""
    planned, result = reply.planned, reply.result
    if planned is None or result is None or planned.query.compare is not None or not _is_sum(planned):
        return False
    query = planned.query
    is_narrowed = bool(query.where) or query.time.start is not None or query.time.end is not None
    if not is_narrowed or any(_has(row, query.metrics[0]) for row in result.rows):
        return False
    try:
        where = query.where if query.metrics[0] in POSTED else ()
        known = numbers.query(MetricQuery((query.metrics[0],), where=where), asker)
    except (QueryInvalid, QueryTimedOut):
        # A figure that is told only under conditions cannot be asked for as a whole.
        return False
    return not any(_has(row, query.metrics[0]) for row in known.rows)
