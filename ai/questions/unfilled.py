"""Figures that nobody has filled in here, with the one of nearly the same meaning that documents fill by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.lexicon import Lexicon
from ai.questions.plans import Planned
from olap.query import QueryResult

FILLED_BY_DOCUMENTS: Mapping[str, str] = {
    "agreed_lead_time_days": "lead_time_days",
    "supplier_standard_price": "supplier_last_price",
    "item_making_days": "average_production_days",
    "hired_person_count": "hired_employee_count",
}
"""What is kept on file by hand, with what receipts, invoices and orders tell."""


def holds_nothing(result: QueryResult | None) -> bool:
    """Whether no row has a figure."""
    metrics = [column.name for column in result.columns if column.role == "metric"] if result else []
    return result is None or all(row[name] is None for row in result.rows for name in metrics)


def told_by_documents(planned: Planned, lexicon: Lexicon) -> Planned | None:
    """The same plan for the figure that documents fill; None where there is none, or it is told by other things."""
    query = planned.query
    name = FILLED_BY_DOCUMENTS.get(query.metrics[0])
    if name not in lexicon.metrics or len(query.metrics) > 1 or planned.without is not None:
        return None
    fields = {*query.group_by, *(each.field for each in query.where)} & set(lexicon.dimensions)
    if not fields <= set(lexicon.metrics[str(name)]["dimensions"]):
        return None
    order = tuple(replace(each, field=str(name)) if each.field == query.metrics[0] else each for each in query.order_by)
    derive = planned.derive
    if derive is not None and derive.metric != query.metrics[0]:
        return None
    derive = replace(derive, metric=str(name)) if derive else None
    return replace(planned, query=replace(query, metrics=(str(name),), order_by=order), derive=derive, other=None)
