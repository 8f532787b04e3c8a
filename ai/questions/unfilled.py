"""Figures that nobody has filled in here, with the one of nearly the same meaning that documents fill by themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ai.questions.lexicon import Lexicon
from ai.questions.plans import Derive, Planned
from olap.query import Filter, MetricQuery, QueryResult

FILLED_BY_DOCUMENTS: Mapping[str, str] = {
    "agreed_lead_time_days": "lead_time_days",
    "supplier_standard_price": "supplier_last_price",
    "item_making_days": "average_production_days",
    "hired_person_count": "hired_employee_count",
}
"""What is kept on file by hand, with what receipts, invoices and orders tell."""


OTHER_SIDE: Mapping[str, str] = {
    "confirmed_order_value": "purchase_order_value",
    "net_revenue": "purchase_spend",
    "order_count": "purchase_order_count",
    "order_line_count": "purchase_line_count",
    "ordered_quantity": "purchased_quantity",
}
"""What salespeople sell and take in orders, with what buyers buy and order."""


def is_nothing(result: QueryResult | None) -> bool:
    """Whether no row has a figure but nought."""
    metrics = [column.name for column in result.columns if column.role == "metric"] if result else []
    return result is None or not any(row[name] for row in result.rows for name in metrics)


def bought_instead(planned: Planned, lexicon: Lexicon) -> Planned | None:
    """The same plan for what a person bought, where it asks for what a salesperson sold; None where it does not."""
    query = planned.query
    name = OTHER_SIDE.get(query.metrics[0])
    whose = [each for each in query.where if each.field == "salesperson" and each.op == "eq"]
    is_plain = len(query.metrics) == 1 and planned.derive is None and planned.without is None and not query.order_by
    if name not in lexicon.metrics or not whose or not is_plain:
        return None
    where = tuple(replace(each, field="buyer") if each in whose else each for each in query.where)
    fields = {*query.group_by, *(each.field for each in where)} & set(lexicon.dimensions)
    if not fields <= set(lexicon.metrics[str(name)]["dimensions"]):
        return None
    return replace(planned, query=replace(query, metrics=(str(name),), where=where), other=None)


def counted_by_orders(planned: Planned, lexicon: Lexicon) -> Planned | None:
    """Salespeople by who took orders, where nobody is paid a commission; None where more is said of them."""
    query = planned.query
    is_plain = not (query.group_by or query.where or query.time.start or query.time.end or planned.derive)
    if query.metrics != ("salespeople_count",) or not is_plain or "order_count" not in lexicon.metrics:
        return None
    taken = MetricQuery(("order_count",), ("salesperson",), (Filter("salesperson", "not_null"),))
    return Planned(taken, Derive("count", "order_count", "salesperson"))


def holds_nothing(result: QueryResult | None) -> bool:
    """Whether no row has a figure."""
    metrics = [column.name for column in result.columns if column.role == "metric"] if result else []
    return result is None or all(row[name] is None for row in result.rows for name in metrics)


def told_instead(planned: Planned, result: QueryResult | None, lexicon: Lexicon) -> tuple[Planned, str] | None:
    """Another plan for what came to nothing, with the text that says so; None where there is none.

    Salespeople by their orders, what a buyer bought instead of sold, the figure that documents fill by themselves.
    """
    if not is_nothing(result):
        return None
    found = counted_by_orders(planned, lexicon)
    if found is not None:
        return found, "by_orders"
    found = bought_instead(planned, lexicon)
    if found is not None:
        return found, "as_buyer"
    found = told_by_documents(planned, lexicon) if holds_nothing(result) else None
    return (found, "by_documents") if found else None


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
