"""What stands behind an answer: its columns in words, the definitions used, and the filters that hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from olap.checks import COMPARED, Checked
from olap.manifest import Metric
from olap.query import Column, Filter
from olap.resolve import Names
from olap.vocabulary import Vocabulary

GRAIN_LABELS = {
    "en": {},
    "zh": {
        "day": "日",
        "week": "周",
        "month": "月",
        "quarter": "季度",
        "year": "年",
        "fiscal_period": "会计期间",
        "fiscal_year": "会计年度",
    },
}
COMPARED_LABELS = {
    "en": {"previous": "{label}, before", "change": "{label}, change", "change_share": "{label}, change in %"},
    "zh": {"previous": "{label} · 对比期", "change": "{label} · 变化", "change_share": "{label} · 变化率"},
}


def columns_of(checked: Checked, names: Names, locale: str) -> tuple[Column, ...]:
    """The columns of an answer, keys first, each metric followed by its comparison."""
    found = [time_column(grain, names, locale) for grain in [checked.grain] if grain]
    found += [dimension_column(checked.metrics[0].name, name, names, locale) for name in checked.dimensions]
    for metric in checked.metrics:
        label = metric.label_in(locale)
        found.append(Column(metric.name, label, metric.type, metric.unit, "metric"))  # type: ignore[arg-type]  # a type
        if checked.query.compare is not None:
            found += [_compared(metric, suffix, label, locale) for suffix in COMPARED]
    return tuple(found)


def time_column(grain: str, names: Names, locale: str) -> Column:
    """The column of periods."""
    label = _language(GRAIN_LABELS, locale).get(grain, grain.replace("_", " ").capitalize())
    return Column(grain, label, "date" if names.manifest.calendar.is_day(grain) else "text", None, "time")


def dimension_column(metric: str, name: str, names: Names, locale: str) -> Column:
    """The column of a dimension's members."""
    dimension = names.dimension(metric, name)
    label = dimension.label_in(locale) if dimension else name.replace("_", " ").capitalize()
    return Column(name, label, "date" if dimension and dimension.is_time else "text", None, "dimension")


def _compared(metric: Metric, suffix: str, label: str, locale: str) -> Column:
    role = COMPARED[suffix]
    text = _language(COMPARED_LABELS, locale)[role].format(label=label)
    kind, unit = ("share", "share") if role == "change_share" else (metric.type, metric.unit)
    return Column(f"{metric.name}{suffix}", text, kind, unit, role)  # type: ignore[arg-type]  # both are listed above


def _language(texts: Mapping[str, Mapping[str, str]], locale: str) -> Mapping[str, str]:
    return texts.get(locale.partition("-")[0], texts["en"])


def definitions(checked: Checked, vocabulary: Vocabulary, locale: str) -> tuple[Mapping[str, Any], ...]:
    """Every metric asked for and every one it is made of, as readers would explain them."""
    found: dict[str, Mapping[str, Any]] = {}

    def add(metric: Metric) -> None:
        if metric.name in found:
            return
        found[metric.name] = definition(metric, vocabulary, locale)
        for each in metric.inputs:
            add(vocabulary.manifest.metrics[each.metric])

    for metric in checked.metrics:
        add(metric)
    return tuple(found.values())


def definition(metric: Metric, vocabulary: Vocabulary, locale: str) -> dict[str, Any]:
    """One metric as readers would explain it."""
    models = {vocabulary.manifest.metrics[leaf].model for leaf in vocabulary.names.leaves_of(metric.name)}
    marts = sorted({vocabulary.manifest.models[model].mart for model in models if model})
    return {
        "name": metric.name,
        "label": metric.label_in(locale),
        "description": str(metric.meta.get(f"description_{locale.partition('-')[0]}") or metric.description),
        "expression": metric.expression or _aggregation(metric),
        "conditions": list(metric.filters),
        "unit": metric.unit,
        "owner": metric.owner,
        "marts": marts,
    }


def _aggregation(metric: Metric) -> str | None:
    if metric.aggregation is None:
        return None
    level = " at the end of the period" if metric.is_semi_additive else ""
    return f"{metric.aggregation}({metric.measure_expression}){level}"


def described_filters(checked: Checked) -> tuple[str, ...]:
    """The conditions that hold for every figure of the answer, in words of the question."""
    found = [described(each) for each in checked.query.where]
    if checked.query.attributes:
        found.append(f"attributes of {checked.query.attributes}")
    time = checked.query.time
    if time.as_of:
        found.append(f"as of {time.as_of}")
    if time.start:
        found.append(f"from {time.start}")
    if time.end:
        found.append(f"to {time.end}")
    return tuple(found)


def described(given: Filter) -> str:
    """A condition in words."""
    values = ", ".join("(blank)" if value is None else value for value in given.values)
    return f"{given.field} {given.op.replace('_', ' ')} {values}".rstrip()
