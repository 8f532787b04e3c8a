"""Money of several currencies is never added up: which currencies a question's figures would mix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlglot import exp

from olap.engines.base import Answer
from olap.errors import Problem, QueryInvalid
from olap.manifest import Metric
from olap.members import member_query
from olap.plan import Request
from olap.vocabulary import Vocabulary

Run = Callable[[exp.Query, str], Answer]

CURRENCY = "currency"
TOLD_APART_BY = frozenset({CURRENCY, "company"})
"""Whatever is grouped by one of these is in one currency: a company keeps its books in one."""


def money_metrics(metrics: Sequence[Metric], vocabulary: Vocabulary) -> list[str]:
    """The metrics that rest on amounts of the company's currency, ratios of amounts among them."""
    names, known = vocabulary.names, vocabulary.manifest.metrics
    return [
        metric.name
        for metric in metrics
        if names.item(metric.name, CURRENCY) is not None
        and any(known[leaf].type == "money" for leaf in names.leaves_of(metric.name))
    ]


def mixed_currencies(request: Request, metrics: Sequence[Metric], vocabulary: Vocabulary, run: Run) -> list[str]:
    """The currencies of the amounts that a question adds up, where they are more than one."""
    money = money_metrics(metrics, vocabulary)
    dimension = vocabulary.names.find_dimension(CURRENCY)
    if not money or dimension is None or len(run(member_query(dimension, vocabulary.names), "currencies").rows) <= 1:
        return []
    asked = replace(
        request, metrics=tuple(money), grain=None, coarser=(), dimensions=(CURRENCY,), order_by=(), limit=None
    )
    answer = run(vocabulary.planner.tree(asked), "currencies")
    place = answer.names.index(CURRENCY)
    told = {str(row[place]) for row in answer.rows if any(row[answer.names.index(name)] is not None for name in money)}
    return sorted(told) if len(told) > 1 else []


def check_told_apart(currencies: Sequence[str], dimensions: Sequence[str], metrics: Sequence[str]) -> None:
    """Nothing where amounts are of one currency or told apart by it.  Raises: QueryInvalid."""
    if currencies and not TOLD_APART_BY.intersection(dimensions):
        reason = (
            f"{', '.join(metrics)} would add up {' and '.join(currencies)}: "
            "group by currency or company, or filter by one of them"
        )
        raise QueryInvalid([Problem("metrics", reason, "mixed_currencies")])
