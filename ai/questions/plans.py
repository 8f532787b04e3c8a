"""What a question comes to: one metric query and what is worked out from its rows, a question back, or a no."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from olap.query import MetricQuery

DeriveKind = Literal[
    "share",
    "count",
    "average",
    "having",
    "ratio",
    "minus",
    "quotient",
    "valued",
    "weekday",
    "each",
    "without",
    "edge",
    "spread",
    "median",
    "gaps",
    "among",
    "tally",
    "lead",
    "debuts",
    "running",
    "nth",
    "within",
    "age",
]


NOTHING = "nothing"
"""Among the values of rows within bounds: a figure that a row has not is nothing, so that its change is known."""


@dataclass(frozen=True, slots=True)
class Derive:
    """What is worked out from the rows of a query.

    share: of the rows named `values` of `dimension` in the total, of all but those (`is_rest`), or of each row where
    none is named; count: how many rows (members of `dimension`) there are; average: the mean over the rows; having:
    only rows within the bounds; ratio: each row's metric divided by the metric that `values` names; minus: less that
    metric; quotient: the row of the first of `values` divided by that of the second; valued: quantities times what one
    costs by the other query of the plan; weekday: days added up by the day of the week, those in `values` where any
    are; each: the first `limit` rows of each member of `dimension`; edge: the first `limit` rows that are not nothing,
    in the query's order; without: the members of `dimension` that the other query of the plan does not have; spread:
    the members of `dimension` that have so many of the dimension that `values` names, or all where no bound is given;
    median: the middle of the rows; gaps: of the days that `values` counts, those without a row; among: of the members
    whose figure in the plan's other query is within the bounds, added up (`is_rest`) or row by row;
    tally: how many members of the dimension that `values` names are within the bounds, for each member of `dimension`;
    lead: the first rows and how far the first is ahead of the second; debuts: how many members of `dimension` were
    there for the first time in each period, `values` being the period and the first day that counts; running: what rows
    have come to by each period of `dimension`, or the first period within the bounds; nth: the row at the place `limit`
    of a ranking; within: the part of each row, or of the members in `values` of `dimension`, in the whole that the
    plan's other query tells; age: the years from a day of each member, the first of `values`, to that of the second,
    told as the third of them says, by the fourth. A `rival` is the metric that a row's figure is bounded by instead of
    a number.
    """

    kind: DeriveKind
    metric: str
    dimension: str | None = None
    values: tuple[str, ...] = ()
    bounds: tuple[tuple[str, Decimal], ...] = ()
    order: bool | None = None
    """Whether rows are sorted descending, where that is not left to the query."""
    limit: int | None = None
    is_rest: bool = False
    """Of a share: the part of all members but those named."""
    rival: tuple[str, str] | None = None
    """A bound that is another figure of the row: its operator and its metric."""

    def as_data(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "metric": self.metric,
            "dimension": self.dimension,
            "values": list(self.values),
            "bounds": [[operator, str(number)] for operator, number in self.bounds],
            "order": self.order,
            "limit": self.limit,
            "is_rest": self.is_rest,
            "rival": list(self.rival) if self.rival else None,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Derive:
        """From what `as_data` gave."""
        bounds = tuple((str(operator), Decimal(str(number))) for operator, number in data.get("bounds", ()))
        rival = data.get("rival")
        return cls(
            kind=data["kind"],
            metric=str(data["metric"]),
            dimension=data.get("dimension"),
            values=tuple(map(str, data.get("values", ()))),
            bounds=bounds,
            order=data.get("order"),
            limit=data.get("limit"),
            is_rest=bool(data.get("is_rest")),
            rival=(str(rival[0]), str(rival[1])) if rival else None,
        )


@dataclass(frozen=True, slots=True)
class Planned:
    """A query that answers the question."""

    query: MetricQuery
    derive: Derive | None = None
    other: str | None = None
    """A figure that the asker may mean as well: what was ordered beside what was invoiced."""
    without: MetricQuery | None = None
    """Whose members are taken away: those who did what the others are asked for not having done."""

    def as_data(self) -> dict[str, Any]:
        """For keeping it between the questions of a conversation."""
        return {
            "query": dict(as_data(self.query)),
            "derive": self.derive.as_data() if self.derive else None,
            "without": dict(as_data(self.without)) if self.without else None,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Planned:
        """From what `as_data` gave.  Raises: QueryInvalid."""
        how, without = data.get("derive"), data.get("without")
        return cls(
            MetricQuery.from_data(data["query"]),
            Derive.from_data(how) if how else None,
            without=MetricQuery.from_data(without) if without else None,
        )


@dataclass(frozen=True, slots=True)
class Clarify:
    """The question has several meanings; each choice is a question that has one."""

    reason: str
    word: str
    choices: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    """What each of them would tell, where that is a figure of its own."""


@dataclass(frozen=True, slots=True)
class Decline:
    """The question cannot be answered from the metrics; `word` is what could not be placed."""

    reason: str
    word: str = ""


class Stop(Exception):
    """The question goes no further."""

    def __init__(self, outcome: Clarify | Decline) -> None:
        """Keep what is said instead of an answer."""
        self.outcome = outcome
        super().__init__(outcome.reason)


def as_data(query: MetricQuery) -> Mapping[str, Any]:
    """The query as `POST /api/metrics/query` takes it."""
    data: dict[str, Any] = {"metrics": list(query.metrics)}
    if query.group_by:
        data["group_by"] = list(query.group_by)
    if query.where:
        data["where"] = [_condition(each.field, each.op, each.values) for each in query.where]
    days = {"start": query.time.start, "end": query.time.end}
    if any(days.values()):
        data["time"] = {name: day.isoformat() for name, day in days.items() if day}
    if query.compare:
        data["compare"] = _compared(query.compare.kind, query.compare.start, query.compare.end)
    if query.order_by:
        data["order_by"] = [f"{'-' if each.descending else ''}{each.field}" for each in query.order_by]
    if query.limit:
        data["limit"] = query.limit
    if query.totals:
        data["totals"] = True
    return data


def _condition(field: str, op: str, values: tuple[str | None, ...]) -> dict[str, Any]:
    if op in {"in", "not_in"}:
        return {"field": field, "op": op, "values": list(values)}
    return {"field": field, "op": op, "value": values[0]} if values else {"field": field, "op": op}


def _compared(kind: str, start: date | None, end: date | None) -> Any:
    if kind != "range":
        return kind
    return {name: day.isoformat() for name, day in (("start", start), ("end", end)) if day}
