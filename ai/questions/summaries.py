"""What a report says in words: a few sentences whose every number stands in the result."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ai.questions.replies import understood
from ai.questions.texts import text_of
from ai.questions.wording import key_of_row, value_text
from olap.query import Cell, Column, MetricQuery, QueryResult

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
Labels = Mapping[str, str]


class ForeignNumber(ValueError):
    """A summary tells a number that its result does not hold."""


def summary_of(result: QueryResult, query: MetricQuery, labels: Labels, locale: str) -> str:
    """The figures in short: all of them together, the highest and the lowest.  Raises: ForeignNumber."""
    filters = ", ".join(understood(query, labels, locale))
    keys, metrics = _columns(result, "dimension", "time"), _columns(result, "metric")
    said = []
    for metric in metrics:
        rows = [row for row in result.rows if row[metric.name] is not None]
        if not rows:
            said.append(text_of("summary_none", locale, label=metric.label, filters=filters))
        elif not keys:
            value = value_text(rows[0][metric.name], metric)
            said.append(text_of("summary_one", locale, label=metric.label, filters=filters, value=value))
        else:
            said.append(_spread(rows, metric, keys, filters, locale))
            if result.totals and result.totals.get(metric.name) is not None:
                said.append(text_of("total", locale, value=value_text(result.totals[metric.name], metric)).strip())
    text = " ".join(said)
    check_numbers(text, result, query, labels, locale)
    return text


def check_numbers(text: str, result: QueryResult, query: MetricQuery, labels: Labels, locale: str) -> None:
    """Nothing where every number of a text is in its result.  Raises: ForeignNumber naming the first that is not."""
    known = set(_numbers(_texts(result, query, labels, locale)))
    foreign = next((number for number in _numbers([text]) if number not in known), None)
    if foreign is not None:
        raise ForeignNumber(foreign)


def _spread(rows: list[Mapping[str, Cell]], metric: Column, keys: list[Column], filters: str, locale: str) -> str:
    ordered = sorted(rows, key=lambda row: row[metric.name], reverse=True)  # type: ignore[arg-type,return-value]
    highest, lowest = ordered[0], ordered[-1]
    return text_of(
        "summary_spread",
        locale,
        label=metric.label,
        dimensions=", ".join(column.label for column in keys),
        filters=filters,
        count=len(rows),
        highest=f"{key_of_row(highest, keys)} {value_text(highest[metric.name], metric)}",
        lowest=f"{key_of_row(lowest, keys)} {value_text(lowest[metric.name], metric)}",
    )


def _columns(result: QueryResult, *roles: str) -> list[Column]:
    return [column for column in result.columns if column.role in roles]


def _texts(result: QueryResult, query: MetricQuery, labels: Labels, locale: str) -> Iterator[str]:
    """Everything that a summary may repeat."""
    yield str(len(result.rows))
    yield from understood(query, labels, locale)
    keys = _columns(result, "dimension", "time")
    for row in (*result.rows, *([result.totals] if result.totals else [])):
        for column in result.columns:
            value = row.get(column.name)
            if column.role not in {"dimension", "time"} and value is not None:
                yield value_text(value, column)
    for row in result.rows:
        yield key_of_row(row, keys)
    for column in result.columns:
        yield column.label
        yield str(sum(row[column.name] is not None for row in result.rows))


def _numbers(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _NUMBER.findall(text)
