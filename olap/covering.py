"""Whether sums made beforehand answer a question: only where nothing finer is asked for than they keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp

from olap.manifest import Metric, PreAggregation
from olap.resolve import Names

if TYPE_CHECKING:
    from olap.plan import Request

GRAINS = frozenset({"month", "quarter", "year"})
"""Periods that are made of whole months; those of a fiscal calendar need not be."""


def covering(request: Request, asked: Sequence[str], leaf: str, names: Names) -> str | None:
    """The mart with the sums that a statement may read instead of its fact, or None where it needs the fact."""
    manifest = names.manifest
    metric = manifest.metrics[leaf]
    model = manifest.models.get(metric.model or "")
    made = model.pre_aggregated if model else None
    if made is None or not request.sees_all or not set(request.grains) <= GRAINS or not _is_whole_months(request):
        return None
    if not all(_is_summed(manifest.metrics[name], made) for name in asked):
        return None
    return made.mart if _columns(request, leaf, names) <= made.keys else None


def _is_whole_months(request: Request) -> bool:
    """Whether the range begins and ends with a month, or has no end on that side."""
    starts = request.start is None or request.start.day == 1
    return starts and (request.end is None or (request.end + timedelta(days=1)).day == 1)


def _is_summed(metric: Metric, made: PreAggregation) -> bool:
    is_plain = metric.kind == "simple" and metric.aggregation == "sum" and not metric.filters
    return is_plain and metric.measure_expression in made.sums


def _columns(request: Request, leaf: str, names: Names) -> set[str]:
    """The columns of the fact that grouping and filtering need, days apart."""
    model = names.manifest.models[str(names.manifest.metrics[leaf].model)]
    found: set[str] = set()
    for name in request.fields:
        if names.grain_of(name) is not None:
            # A filter on days of its own may cut a month.
            return {name}
        item = names.items_as(leaf, request.attributes)[name]
        first = item.path[0] if item.path else item.element
        if names.manifest.models[item.model].is_history:
            # What held on a row's day may change within a month.
            return {name}
        if first != model.primary_entity:
            found.add(str(model.entity_columns.get(first, first)))
            continue
        dimension = next(each for each in model.dimensions if each.element == item.element)
        if item.kind == "time":
            return {name}
        tree = sqlglot.parse_one(dimension.expression, dialect=names.compiler.dialect)
        found |= {column.name for column in tree.find_all(exp.Column)}
    return found
