"""A result said in words: every figure in the sentence stands in the result or is worked out from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ai.questions.deriving import Derived
from ai.questions.plans import Derive, Planned
from ai.questions.texts import BOUNDS, text_of
from ai.questions.wording import figure_text, key_of_row, percent, value_text
from olap.comparison import compared_range
from olap.periods import month_end
from olap.query import Cell, Column, Filter, MetricQuery, QueryResult, TimeRange

ROWS_SAID_MAX = 10
WEEKDAY = "weekday"
Labels = Mapping[str, str]
LastMonth = 12


def sentence(result: QueryResult, planned: Planned, derived: Derived | None, labels: Labels, locale: str) -> str:
    """The result in one sentence."""
    filters = _bracketed(understood(planned.query, labels, locale), locale)
    metric = next(column for column in result.columns if column.role == "metric")
    if planned.derive is not None and derived is not None:
        return _derived(result, planned, derived, labels, locale)
    dimensions = _keys(result)
    if not result.rows or all(row[metric.name] is None for row in result.rows):
        return text_of("nothing", locale, filters=filters)
    if not dimensions:
        said = [
            f"{column.label} {figure_text(result.rows[0], column, result.columns, locale)}"
            for column in _metrics(result)
        ]
        value = ", ".join(said) if len(said) > 1 else figure_text(result.rows[0], metric, result.columns, locale)
        label = ", ".join(column.label for column in _metrics(result))
        return text_of("one", locale, label=label, filters=filters, value=value)
    names = ", ".join(column.label for column in dimensions)
    label = ", ".join(column.label for column in _metrics(result))
    said_rows = text_of("many", locale, label=label, dimensions=names, filters=filters, rows=_rows(result, locale))
    return said_rows + _total(result, metric, locale)


def _total(result: QueryResult, metric: Column, locale: str) -> str:
    if not result.totals or len(result.rows) < 2 or len(_metrics(result)) > 1:  # noqa: PLR2004  # one row is the total
        return ""
    return text_of("total", locale, value=value_text(result.totals.get(metric.name), metric))


def understood(query: MetricQuery, labels: Labels, locale: str) -> list[str]:
    """The conditions of a question in words: members, days, and what they are compared with."""
    said = [_condition(each, labels, locale) for each in query.where if each.values]
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
    if given.op in {"ne", "not_in"}:
        values = text_of("not", locale, value=values)
    return f"{labels.get(given.field, given.field)}: {values}"


def _names(result: QueryResult) -> list[str]:
    keys = _keys(result)
    return [key_of_row(row, keys) for row in result.rows[:ROWS_SAID_MAX]]


def _deed(planned: Planned, labels: Labels, locale: str) -> str:
    """What the members without something do not have, with its conditions."""
    query = planned.without
    if query is None:
        return ""
    name = labels.get(query.metrics[0], query.metrics[0].replace("_", " "))
    return f"{name}{_bracketed(understood(query, labels, locale), locale)}"


def _derived(result: QueryResult, planned: Planned, derived: Derived, labels: Labels, locale: str) -> str:
    how = planned.derive or Derive("having", "")
    metric = next(column for column in result.columns if column.role == "metric")
    filters = _bracketed(understood(planned.query, labels, locale), locale)
    deed = _deed(planned, labels, locale)
    if (derived.value is None or derived.kind == "edge") and not derived.rows:
        return text_of("nothing", locale, filters=filters)
    say: Mapping[str, Callable[[], str]] = {
        "share": lambda: _share(result, how, derived, metric, filters, locale),
        "ratio": lambda: _ratio(result, how, derived, metric, filters, locale),
        "count": lambda: text_of(
            "count",
            locale,
            value=f"{derived.value:,}",
            dimension=_label(result, how.dimension),
            label=metric.label,
            bounds=_bounds(how, metric, result, locale),
            filters=filters,
        ),
        "without": lambda: text_of(
            "with" if how.is_rest else "without",
            locale,
            label=metric.label,
            dimensions=", ".join(column.label for column in _keys(result)),
            filters=filters,
            deed=deed,
            count=f"{derived.value:,}",
            rows=", ".join(_names(result)) or "–",
        ),
        "minus": lambda: _minus(result, how, derived, metric, filters, locale),
        "quotient": lambda: text_of(
            "quotient",
            locale,
            label=metric.label,
            filters=filters,
            members=" / ".join(how.values),
            value=_ratio_text(derived.value),
            part=value_text(derived.part, metric),
            whole=value_text(derived.whole, metric),
        ),
        "weekday": lambda: _of_rows(derived, metric, metric.label, WEEKDAY, filters, how.values, locale),
        "valued": lambda: _of_rows(
            derived,
            replace(metric, type="money", unit=None),
            text_of("valued", locale, label=metric.label),
            ", ".join(column.label for column in _keys(result) if derived.rows and column.name in derived.rows[0]),
            filters,
            (),
            locale,
        ),
        **dict.fromkeys(
            ("each", "edge"),
            lambda: text_of(
                "many",
                locale,
                label=metric.label,
                dimensions=", ".join(column.label for column in _keys(result)),
                filters=filters,
                rows=_rows(result, locale) or "–",
            ),
        ),
        "average": lambda: text_of(
            "average",
            locale,
            label=metric.label,
            dimensions=_label(result, how.dimension),
            filters=filters,
            value=value_text(derived.value, metric),
            count=derived.over,
        ),
        "having": lambda: text_of(
            _having(how),
            locale,
            label=metric.label,
            dimensions=", ".join(column.label for column in _keys(result)),
            bounds=_bounds(how, metric, result, locale),
            filters=filters,
            count=derived.value,
            rows=_rows(result, locale) or "–",
        ),
    }
    return say[how.kind]()


def _minus(result: QueryResult, how: Derive, derived: Derived, metric: Column, filters: str, locale: str) -> str:
    keys, other = _keys(result), next(column for column in result.columns if column.name == how.values[0])
    label = text_of("minus", locale, label=metric.label, other=other.label)
    rows = [
        f"{key_of_row(row, keys, locale)} {value_text(row['minus'], metric)}".strip()
        for row in derived.rows[:ROWS_SAID_MAX]
    ]
    if not keys:
        return text_of("one", locale, label=label, filters=filters, value=", ".join(rows) or "–")
    names = ", ".join(column.label for column in keys)
    return text_of("many", locale, label=label, dimensions=names, filters=filters, rows="; ".join(rows) or "–")


def _of_rows(
    derived: Derived,
    metric: Column,
    label: str,
    dimensions: str,
    filters: str,
    values: Sequence[str],
    locale: str,
) -> str:
    """One figure worked out from many rows, or one for each of a few."""
    if derived.value is not None:
        named = f"{filters} {', '.join(values)}" if values else filters
        return text_of("one", locale, label=label, filters=named, value=value_text(derived.value, metric))
    said = [
        f"{', '.join(str(row[name]) for name in row if name != metric.name)} {value_text(row[metric.name], metric)}"
        for row in derived.rows[:ROWS_SAID_MAX]
    ]
    names = text_of("weekday", locale) if dimensions == WEEKDAY else dimensions
    return text_of("many", locale, label=label, dimensions=names, filters=filters, rows="; ".join(said))


def _ratio(result: QueryResult, how: Derive, derived: Derived, metric: Column, filters: str, locale: str) -> str:
    keys, other = _keys(result), next(column for column in result.columns if column.name == how.values[0])
    said = {"label": metric.label, "other": other.label, "filters": filters}
    told = percent if metric.type == other.type == "money" else _ratio_text
    if not keys:
        figures = {"part": value_text(derived.part, metric), "whole": value_text(derived.whole, other)}
        return text_of("ratio", locale, value=told(derived.value), **figures, **said)
    rows = [f"{key_of_row(row, keys, locale)} {told(row['ratio'])}" for row in derived.rows[:ROWS_SAID_MAX]]
    if len(derived.rows) > ROWS_SAID_MAX:
        rows.append(text_of("more", locale, count=len(derived.rows) - ROWS_SAID_MAX))
    names = ", ".join(column.label for column in keys)
    return text_of("ratios", locale, dimensions=names, rows="; ".join(rows), **said)


def _ratio_text(value: Cell) -> str:
    return f"{value:,.2f}" if isinstance(value, Decimal) else "–"


def _having(how: Derive) -> str:
    """Which sentence tells rows within bounds: of a figure, or of its change."""
    if not how.metric.endswith("_change"):
        return "having"
    return "less_before" if how.bounds[0][0] == "less" else "more_before"


def _share(result: QueryResult, how: Derive, derived: Derived, metric: Column, filters: str, locale: str) -> str:
    if how.dimension is not None:
        return text_of(
            "share",
            locale,
            label=metric.label,
            filters=filters,
            members=text_of("not", locale, value=", ".join(how.values)) if how.is_rest else ", ".join(how.values),
            value=percent(derived.value),
            part=value_text(derived.part, metric),
            whole=value_text(derived.whole, metric),
        )
    keys = _keys(result)
    said = [
        f"{key_of_row(row, keys, locale)} {percent(row['share'])}" for row in derived.rows[: how.limit or ROWS_SAID_MAX]
    ]
    names = ", ".join(column.label for column in keys)
    if derived.value is not None:
        figures = {"part": value_text(derived.part, metric), "whole": value_text(derived.whole, metric)}
        told = {"label": metric.label, "filters": filters, "dimensions": names, "count": derived.over}
        return text_of("top_share", locale, value=percent(derived.value), rows="; ".join(said), **figures, **told)
    return text_of("shares", locale, label=metric.label, dimensions=names, filters=filters, rows="; ".join(said))


def _bounds(how: Derive, metric: Column, result: QueryResult, locale: str) -> str:
    if how.rival is not None:
        return text_of(BOUNDS[how.rival[0]], locale, number=_label(result, how.rival[1]))
    return "".join(
        text_of(BOUNDS[operator], locale, number=value_text(number, metric)) for operator, number in how.bounds
    )


def _label(result: QueryResult, name: str | None) -> str:
    return next((column.label for column in result.columns if column.name == name), str(name))


def _keys(result: QueryResult) -> list[Column]:
    return [column for column in result.columns if column.role in {"dimension", "time"}]


def _metrics(result: QueryResult) -> Sequence[Column]:
    return [column for column in result.columns if column.role == "metric"]


def _rows(result: QueryResult, locale: str) -> str:
    keys, metrics = _keys(result), _metrics(result)
    said = []
    for row in result.rows[:ROWS_SAID_MAX]:
        figures = " / ".join(figure_text(row, metric, result.columns, locale) for metric in metrics)
        said.append(f"{key_of_row(row, keys, locale)} {figures}")
    if len(result.rows) > ROWS_SAID_MAX:
        said.append(text_of("more", locale, count=len(result.rows) - ROWS_SAID_MAX))
    return "; ".join(said)
