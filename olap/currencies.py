"""Money of several currencies is never added up: in which currencies a question's figures are, and what mixes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlglot import exp

from olap.checks import Checked, metric_of
from olap.comparison import compared_range
from olap.engines.base import Answer
from olap.errors import Problem, QueryInvalid
from olap.manifest import Metric
from olap.members import member_query
from olap.plan import Request
from olap.query import Column, TimeRange
from olap.vocabulary import Vocabulary

Run = Callable[[exp.Query, str], Answer]

CURRENCY = "currency"
TOLD_APART_BY = frozenset({CURRENCY, "company", "company_code", "company_id"})
"""Whatever is grouped by one of these is in one currency: a company keeps its books in one."""


@dataclass(frozen=True)
class Currencies:
    """The currencies of a question's amounts, and which of its metrics rest on amounts."""

    told: tuple[str, ...]
    metrics: frozenset[str]

    @property
    def are_mixed(self) -> bool:
        """Whether there are amounts in more than one."""
        return len(self.told) > 1

    @property
    def one(self) -> str | None:
        """The only one; None where there are several, or no amounts."""
        return self.told[0] if len(self.told) == 1 else None

    @property
    def without_sum(self) -> frozenset[str]:
        """The metrics that have no figure over all currencies."""
        return self.metrics if self.are_mixed else frozenset()

    def problem(self, path: str, metrics: Sequence[str]) -> Problem:
        """What is said where a part of a question would mix them."""
        reason = (
            f"{', '.join(metrics)} would add up {' and '.join(self.told)}: "
            "group by currency or company, or filter by one of them"
        )
        return Problem(path, reason, "mixed_currencies")

    def check_told_apart(self, dimensions: Sequence[str]) -> None:
        """Nothing where amounts are of one currency or told apart by it.  Raises: QueryInvalid."""
        if self.are_mixed and not TOLD_APART_BY.intersection(dimensions):
            raise QueryInvalid([self.problem("metrics", sorted(self.metrics))])

    def named(self, columns: Sequence[Column]) -> tuple[Column, ...]:
        """Columns of amounts with the currency that all of them are in."""
        return tuple(replace(column, currency=self.one) if self._is_amount(column) else column for column in columns)

    def _is_amount(self, column: Column) -> bool:
        return column.type == "money" and metric_of(column.name) in self.metrics


def ranges_of(checked: Checked) -> tuple[TimeRange, ...]:
    """All the days that a question counts: those asked for, and those that it compares them with."""
    query = checked.query
    return (query.time, *([compared_range(query)] if query.compare else []))


def currencies_of(
    requests: Sequence[Request], metrics: Sequence[Metric], vocabulary: Vocabulary, run: Run
) -> Currencies:
    """The currencies of the amounts that a question counts in any of its ranges of days.

    A balance that is zero at the end of a range may not be so before, and one over all accounts of a ledger always is:
    a currency counts where there are rows in it, whatever they add up to.
    """
    leaves = {metric.name: _money_leaves(metric, vocabulary) for metric in metrics}
    rest = frozenset(name for name, money in leaves.items() if money)
    dimension = vocabulary.names.find_dimension(CURRENCY)
    if not rest or dimension is None:
        return Currencies((), rest)
    known = [str(row[0]) for row in run(member_query(dimension, vocabulary.names), "currencies").rows]
    if len(known) <= 1:
        return Currencies(tuple(known), rest)
    asked = tuple(dict.fromkeys(leaf for money in leaves.values() for leaf in money))
    told = {each for request in requests for each in _told(request, asked, vocabulary, run)}
    return Currencies(tuple(sorted(told)), rest)


def _money_leaves(metric: Metric, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What a metric is made of that is an amount in some company's currency, ratios of amounts included."""
    names, known = vocabulary.names, vocabulary.manifest.metrics
    return tuple(
        leaf
        for leaf in names.leaves_of(metric.name)
        if known[leaf].type == "money" and names.item(leaf, CURRENCY) is not None
    )


def _told(request: Request, leaves: tuple[str, ...], vocabulary: Vocabulary, run: Run) -> set[str]:
    asked = replace(
        request,
        metrics=leaves,
        grain=None,
        coarser=(),
        dimensions=(CURRENCY,),
        order_by=(),
        limit=None,
        are_zeros_told=True,
    )
    answer = run(vocabulary.planner.tree(asked), "currencies")
    place, figures = answer.names.index(CURRENCY), [answer.names.index(leaf) for leaf in leaves]
    return {str(row[place]) for row in answer.rows if any(row[figure] is not None for figure in figures)}
