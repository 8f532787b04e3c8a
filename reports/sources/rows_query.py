"""A question for rows of a named source: columns of one table with filters, or one reading statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from olap.errors import Problem, QueryInvalid
from olap.query import Filter, MetricQuery, Order
from reports.sources.statements import check_statement

ROWS_MAX = 10_000
_STATEMENT_MAX = 20_000


@dataclass(frozen=True)
class RowsQuery:
    """Which rows of which source; without columns all of them."""

    source: str
    table: str | None = None
    columns: tuple[str, ...] = ()
    where: tuple[Filter, ...] = ()
    order_by: tuple[Order, ...] = ()
    limit: int = ROWS_MAX
    statement: str | None = None

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> RowsQuery:
        """The question in a JSON object.

        Raises: QueryInvalid naming every wrong part; StatementForbidden for a statement that does more than read.
        """
        problems = _unknown(data)
        shared, found = _shared(data)
        problems += found
        for name in ("source", "table", "statement"):
            if not isinstance(data.get(name), str | None) or data.get(name) == "":
                problems.append(Problem(name, "a text is expected"))
        if data.get("source") is None:
            problems.append(Problem("source", "the name of a source is expected", "missing"))
        problems += _limit_problems(shared.limit)
        problems += _statement_problems(data)
        if problems:
            raise QueryInvalid(problems)
        return cls(
            data["source"],
            data.get("table"),
            shared.group_by,
            shared.where,
            shared.order_by,
            shared.limit or ROWS_MAX,
            data.get("statement"),
        )


def _unknown(data: Mapping[str, Any]) -> list[Problem]:
    known = [each.name for each in fields(RowsQuery)]
    return [
        Problem(name, f"unknown part; a question for rows has {', '.join(known)}", "unknown_field")
        for name in sorted(set(data) - set(known))
    ]


def _shared(data: Mapping[str, Any]) -> tuple[MetricQuery, list[Problem]]:
    """What rows are asked for in the same words as figures, read by the same reader."""
    given = {name: data[name] for name in ("where", "order_by", "limit") if name in data}
    given |= {"metrics": [], "group_by": data.get("columns")}
    try:
        return MetricQuery.from_data(given), []
    except QueryInvalid as error:
        renamed = [Problem(each.path.replace("group_by", "columns"), each.reason, each.code) for each in error.problems]
        return MetricQuery(()), renamed


def _limit_problems(limit: int | None) -> list[Problem]:
    if limit is None or limit <= ROWS_MAX:
        return []
    return [Problem("limit", f"at most {ROWS_MAX} rows are read from a source", "too_many_source_rows")]


def _statement_problems(data: Mapping[str, Any]) -> list[Problem]:
    statement = data.get("statement")
    if not isinstance(statement, str):
        return []
    if len(statement) > _STATEMENT_MAX:
        return [Problem("statement", f"has more than {_STATEMENT_MAX} characters", "string_too_long")]
    both = sorted({"table", "columns", "where", "order_by"} & {name for name, value in data.items() if value})
    check_statement(statement)
    return [
        Problem(name, "a statement says that itself: give one or the other", "statement_or_columns") for name in both
    ]
