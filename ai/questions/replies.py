"""A result said in words: every figure in the sentence stands in the result or is worked out from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from ai.questions.derivedtexts import Worked, derived_text
from ai.questions.plans import Planned
from ai.questions.texts import text_of
from ai.questions.wording import figure_text, keys_of, labels_said, metrics_of, rows_text, value_text
from ai.questions.worked import Derived
from olap.comparison import compared_range
from olap.periods import month_end
from olap.query import Column, Filter, MetricQuery, QueryResult, TimeRange

Labels = Mapping[str, str]
LastMonth = 12
_SIGNS = {"gte": "≥", "lte": "≤", "gt": ">", "lt": "<"}


def sentence(result: QueryResult, planned: Planned, derived: Derived | None, labels: Labels, locale: str) -> str:
    """The result in one sentence."""
    filters = _bracketed(understood(planned.query, labels, locale), locale)
    metric = metrics_of(result)[0]
    if planned.derive is not None and derived is not None:
        deed = _deed(planned, labels, locale)
        return derived_text(Worked(result, planned.derive, derived, filters, deed, locale))
    dimensions = keys_of(result)
    if not result.rows or all(row[metric.name] is None for row in result.rows):
        return text_of("nothing_of", locale, label=labels_said(metrics_of(result)), filters=filters)
    if not dimensions:
        said = [
            f"{column.label} {figure_text(result.rows[0], column, result.columns, locale)}"
            for column in metrics_of(result)
        ]
        value = ", ".join(said) if len(said) > 1 else figure_text(result.rows[0], metric, result.columns, locale)
        label = labels_said(metrics_of(result))
        return text_of("one", locale, label=label, filters=filters, value=value)
    names = labels_said(dimensions)
    label = labels_said(metrics_of(result))
    said_rows = text_of("many", locale, label=label, dimensions=names, filters=filters, rows=rows_text(result, locale))
    return said_rows + _total(result, metric, locale)


def _total(result: QueryResult, metric: Column, locale: str) -> str:
    if not result.totals or len(result.rows) < 2 or len(metrics_of(result)) > 1:  # noqa: PLR2004  # one row is the total
        return ""
    return text_of("total", locale, value=value_text(result.totals.get(metric.name), metric))


def understood(query: MetricQuery, labels: Labels, locale: str) -> list[str]:
    """The conditions of a question in words: members, days, and what they are compared with."""
    said = [
        _condition(each, labels, locale)
        for each in query.where
        if each.op != "not_null" or each.field not in query.group_by
    ]
    said.append(range_text(query.time, locale))
    if query.compare:
        said.append(text_of("compared", locale, range=range_text(compared_range(query), locale)))
    return said


def range_text(time: TimeRange, locale: str) -> str:
    """A range of days as one would name it: 2013, 2013-03, or its first and last day."""
    start, end = time.start, time.last_day
    if start is None:
        return text_of("until", locale, end=end) if end else text_of("all", locale)
    if end is None:
        return text_of("since", locale, start=start)
    if start == end:
        return str(start)
    return _named(start, end) or text_of("then", locale, start=start, end=end)


def _named(start: date, end: date) -> str | None:
    if start.day != 1 or end != month_end(end) or start.year != end.year:
        return None
    if (start.month, end.month) == (1, LastMonth):
        return str(start.year)
    if start.month == end.month:
        return f"{start:%Y-%m}"
    is_quarter = end.month - start.month == 2 and end.month % 3 == 0  # noqa: PLR2004  # three months
    return f"{start.year} Q{end.month // 3}" if is_quarter else None


def chart_of(result: QueryResult) -> str:
    """The fitting chart: a figure, a line over time, bars, or a table."""
    roles = [column.role for column in result.columns]
    if "time" in roles:
        return "line" if roles.count("dimension") == 0 else "table"
    if roles.count("dimension") == 1 and roles.count("metric") == 1:
        return "bar"
    return "figure" if "dimension" not in roles else "table"


def _bracketed(conditions: Sequence[str], locale: str) -> str:
    opening, closing, between = ("（", "）", "，") if locale.startswith("zh") else (" (", ")", ", ")
    return f"{opening}{between.join(conditions)}{closing}" if conditions else ""


def _condition(given: Filter, labels: Labels, locale: str) -> str:
    values = ", ".join("–" if value is None else value for value in given.values)
    if not given.values:
        name = "none" if given.op == "is_null" else "given"
        return f"{labels.get(given.field, given.field)}: {text_of(name, locale)}"
    if given.op in _SIGNS:
        return f"{labels.get(given.field, given.field)} {_SIGNS[given.op]} {values}"
    if given.op == "between":
        values = text_of("then", locale, start=given.values[0], end=given.values[1])
    if given.op in {"ne", "not_in"}:
        values = text_of("not", locale, value=values)
    return f"{labels.get(given.field, given.field)}: {values}"


def _deed(planned: Planned, labels: Labels, locale: str) -> str:
    """What the members without something do not have, with its conditions."""
    query = planned.without
    if query is None:
        return ""
    name = labels.get(query.metrics[0], query.metrics[0].replace("_", " "))
    return f"{name}{_bracketed(understood(query, labels, locale), locale)}"
