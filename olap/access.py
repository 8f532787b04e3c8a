"""Which metrics and dimensions an asker's rights rule out altogether, before any SQL is written."""

from __future__ import annotations

from collections.abc import Iterable

from olap.asker import Asker
from olap.checks import Checked, may_see, order_name
from olap.errors import FieldForbidden, MetricForbidden
from olap.lineage import MartColumn
from olap.manifest import Metric
from olap.rights import hidden_column, rules_of_mart, things_of
from olap.vocabulary import Vocabulary


def check_access(checked: Checked, vocabulary: Vocabulary, asker: Asker) -> None:
    """Nothing where every part of a question may be told to the asker; a wrong figure is never told instead.

    Raises: MetricForbidden, FieldForbidden.
    """
    for metric in checked.metrics:
        reason = why_forbidden(metric, vocabulary, asker)
        if reason:
            raise MetricForbidden(metric=metric.name, reason=reason)
    names = [*checked.dimensions, *(each.field for each in checked.query.where)]
    if checked.query.attributes:
        # What stands in for a dimension must be open to the asker as well.
        for name in list(names):
            told = [vocabulary.names.dimension(each.name, name, checked.query.attributes) for each in checked.metrics]
            names += [dimension.name for dimension in told if dimension is not None]
    names += [order_name(each, checked) for each in checked.query.order_by]
    for name in dict.fromkeys(names):
        for metric in checked.metrics:
            check_field(metric.name, name, vocabulary, asker)


def check_field(metric: str, name: str, vocabulary: Vocabulary, asker: Asker) -> None:
    """Nothing where a dimension's columns may be seen.  Raises: FieldForbidden."""
    hidden = asker.hidden_fields and hidden_behind(vocabulary.lineage.of_dimension(metric, name), asker)
    if hidden:
        raise FieldForbidden(field=name, reason=f"it rests on {hidden}, which is hidden from you")


def why_forbidden(metric: Metric, vocabulary: Vocabulary, asker: Asker) -> str | None:
    """Why an asker may not be told a metric, or None where it may be told.

    An asker whose rows are restricted and who may not read a fact's documents at all has no row filter for them:
    the figure would be everybody's, so it is refused.
    """
    if not may_see(metric, asker):
        return f"you need the right metric.{metric.area or 'none'}.read"
    if not (asker.hidden_fields or asker.row_filters):
        return None
    columns = vocabulary.lineage.of_metric(metric.name)
    hidden = hidden_behind(columns, asker)
    if hidden:
        return f"it rests on {hidden}, which is hidden from you"
    if asker.row_filters:
        for mart in sorted({mart for mart, _ in columns}):
            unread = next((thing for thing in things_of(mart) if not asker.may(f"{thing}.read")), None)
            if unread:
                return f"it counts documents that you may not read: you need the right {unread}.read"
    return None


def left_out(metrics: Iterable[Metric], vocabulary: Vocabulary, asker: Asker) -> tuple[str, ...]:
    """The things whose row rules keep documents out of the figures of these metrics."""
    marts = {mart for metric in metrics for mart, _ in vocabulary.lineage.of_metric(metric.name)}
    rules = [rules_of_mart(mart) for mart in marts if mart.startswith("fct_")]
    things = {each for thing, references in rules for each in (thing, *references) if each in asker.row_filters}
    return tuple(sorted(each for each in things if each))


def hidden_behind(columns: frozenset[MartColumn], asker: Asker) -> str | None:
    """The hidden field that any of these mart columns would tell, or None."""
    return next(
        (found for mart, column in sorted(columns) if (found := hidden_column(asker.hidden_fields, mart, column))), None
    )
