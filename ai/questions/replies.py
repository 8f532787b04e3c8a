"""What the assistant says, in English and Chinese: sentences around figures, never figures of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from olap.query import Cell, Column, QueryResult

ROWS_SAID_MAX = 5
TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "empty": "Ask for a figure, for example: net revenue by region this year.",
        "too_long": "Please ask in at most {limit} characters.",
        "unknown_word": "I cannot place “{word}”. Ask for a metric, a dimension or a name that the books know.",
        "no_metric": "I do not see which figure you mean. Name a metric, for example net revenue or stock value.",
        "not_by_dimension": "This figure cannot be told apart by {word}.",
        "several_metrics": "Which figure do you mean?",
        "several_members": "Which one do you mean?",
        "forbidden": "You have no right to this figure: ask your administrator.",
        "refused": "This question cannot be answered: {word}",
        "nothing": "There is nothing for this in the data.",
        "one": "{label}{filters}: {value}.",
        "many": "{label} by {dimensions}{filters}: {rows}.",
        "more": "and {count} more",
        "against": "{change} against {previous} before",
    },
    "zh": {
        "empty": "请询问一个指标，例如：今年各地区的净收入。",
        "too_long": "问题请不要超过{limit}个字符。",
        "unknown_word": "我无法理解“{word}”。请使用指标、维度或账簿中已有的名称。",
        "no_metric": "我不知道您要问哪个指标。请说出指标名称，例如净收入或库存价值。",
        "not_by_dimension": "该指标不能按{word}区分。",
        "several_metrics": "您指的是哪个指标？",
        "several_members": "您指的是哪一个？",
        "forbidden": "您没有查看该指标的权限，请联系管理员。",
        "refused": "无法回答该问题：{word}",
        "nothing": "数据中没有相应的内容。",
        "one": "{label}{filters}：{value}。",
        "many": "按{dimensions}的{label}{filters}：{rows}。",
        "more": "另有{count}项",
        "against": "与之前的{previous}相比{change}",
    },
}


def text_of(name: str, locale: str, **values: object) -> str:
    """A sentence in the asker's language, English where it is not spoken."""
    return TEXTS.get(locale[:2], TEXTS["en"])[name].format(**values)


def sentence(result: QueryResult, locale: str) -> str:
    """The result in one sentence: every figure in it stands in the result."""
    metric = next(column for column in result.columns if column.role == "metric")
    dimensions = [column for column in result.columns if column.role in {"dimension", "time"}]
    filters = f" ({', '.join(result.evidence.filters)})" if result.evidence.filters else ""
    if not result.rows or all(row[metric.name] is None for row in result.rows):
        return text_of("nothing", locale)
    if not dimensions:
        values = [_figure(result.rows[0], column, result.columns, locale) for column in _metrics(result)]
        labels = ", ".join(column.label for column in _metrics(result))
        return text_of("one", locale, label=labels, filters=filters, value=", ".join(values))
    said = [_row(row, dimensions, metric, result.columns, locale) for row in result.rows[:ROWS_SAID_MAX]]
    if len(result.rows) > ROWS_SAID_MAX:
        said.append(text_of("more", locale, count=len(result.rows) - ROWS_SAID_MAX))
    names = ", ".join(column.label for column in dimensions)
    return text_of("many", locale, label=metric.label, dimensions=names, filters=filters, rows="; ".join(said))


def chart_of(result: QueryResult) -> str:
    """The fitting chart: a figure, a line over time, bars, or a table."""
    roles = [column.role for column in result.columns]
    if "time" in roles:
        return "line" if roles.count("dimension") == 0 else "table"
    if roles.count("dimension") == 1 and roles.count("metric") == 1:
        return "bar"
    return "figure" if "dimension" not in roles else "table"


def _metrics(result: QueryResult) -> Sequence[Column]:
    return [column for column in result.columns if column.role == "metric"]


def _row(
    row: Mapping[str, Cell], dimensions: Sequence[Column], metric: Column, columns: Sequence[Column], locale: str
) -> str:
    keys = ", ".join("–" if row[column.name] is None else str(row[column.name]) for column in dimensions)
    return f"{keys} {_figure(row, metric, columns, locale)}"


def _figure(row: Mapping[str, Cell], column: Column, columns: Sequence[Column], locale: str) -> str:
    said = _value(row[column.name], column)
    previous = next((each for each in columns if each.role == "previous" and each.name.startswith(column.name)), None)
    change = next((each for each in columns if each.role == "change_share" and each.name.startswith(column.name)), None)
    if previous is None or change is None or row[change.name] is None:
        return said
    moved = _value(row[change.name], change)
    before = _value(row[previous.name], previous)
    return f"{said} ({text_of('against', locale, change=moved, previous=before)})"


def _value(value: Cell, column: Column) -> str:
    if value is None:
        return "–"
    if not isinstance(value, Decimal | int):
        return str(value)
    if column.type == "share":
        return f"{Decimal(value) * 100:,.1f} %"
    # Money without a currency code of its own is in company currency, which the figure's definition says.
    unit = f" {column.unit}" if column.unit and column.unit.isupper() else ""
    places = 2 if column.type == "money" or value != int(value) else 0
    return f"{value:,.{places}f}{unit}"
