"""What the metrics layer refuses, each with a stable code and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


class MetricsError(Exception):
    """A question that gets no figure. `code` is stable, `values` are what the sentence names."""

    code: ClassVar[str] = "metrics_error"
    message: ClassVar[str] = "The question was refused."

    def __init__(self, **values: Any) -> None:
        """Keep the values that explain the refusal; they reach the client."""
        self.values = values
        super().__init__(self.message.format_map(_Values(values)))


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return f"?{key}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One wrong part of a question: where it is, what is wrong, and what would be right."""

    path: str
    reason: str
    code: str = "invalid"


class QueryInvalid(MetricsError):
    """The question means nothing whatever the data; every wrong part is named at once."""

    code = "invalid_query"
    message = "Part of the question is wrong: mend what is listed ({count})."

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep all problems found, so that the asker mends them in one go."""
        self.problems = list(problems)
        super().__init__(count=len(self.problems))


def invalid(path: str, reason: str, code: str = "invalid") -> QueryInvalid:
    """A refusal with a single problem."""
    return QueryInvalid([Problem(path, reason, code)])


class Forbidden(MetricsError):
    """The asker lacks a right that the figure needs."""

    code = "metric_forbidden"


class MetricForbidden(Forbidden):
    """A metric of an area the asker may not see, or one that rests on a column hidden from the asker."""

    code = "metric_forbidden"
    message = "You may not see {metric}: {reason}."


class FieldForbidden(Forbidden):
    """A dimension that rests on a hidden column: grouping, filtering or sorting by it would tell its value."""

    code = "field_forbidden"
    message = "You may not use {field}: {reason}."


class MartForbidden(Forbidden):
    """A mart whose rows the asker may not read."""

    code = "mart_forbidden"
    message = "You may not read the mart {mart}: {reason}."


class UnknownMart(MetricsError):
    """No mart of that name is published."""

    code = "not_found"
    message = "There is no published mart {mart}."


class RelationRefused(MetricsError):
    """Compiled SQL reads something that is not a known mart; always a defect, so nothing is run."""

    code = "relation_refused"
    message = "The compiled question reads {relation}, which is not a published mart."


class NumbersUnavailable(MetricsError):
    """The published marts, the catalogue or the engine are missing or down."""

    code = "metrics_unavailable"
    message = "The figures are not available: {reason}."


class NotPublished(NumbersUnavailable):
    """A mart, or a column of one, that an upgrade has added and no load has filled yet; other figures are there."""


class QueryTimedOut(NumbersUnavailable):
    """The question took longer than a request may."""

    code = "query_timed_out"
    message = "The question took longer than {seconds} seconds: narrow its time range or its dimensions."
