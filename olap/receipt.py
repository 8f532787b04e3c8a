"""The receipt of a figure: what it means, what was counted, by which SQL, from which load, and that it adds up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlglot
from sqlglot import exp

from olap.asker import Asker
from olap.drill import Documents, DrillQuery, DrillResult, drill_in, question_of
from olap.engines.base import Version
from olap.figures import figure
from olap.manifest import Manifest
from olap.query import Cell, MetricQuery
from olap.service import Numbers, Session

VERSION_LETTERS = 12


@dataclass(frozen=True)
class Proof:
    """One step from documents to a figure: both sides, and whether they are the same.

    Different customers do not add up over documents: they are counted again over the rows of all of them. `holds` is
    None where there is no document to look at, as for the days of a period.
    """

    metric: str
    label: str
    value: Cell
    from_documents: Cell
    documents: int
    difference: Cell
    holds: bool | None


@dataclass(frozen=True)
class Receipt:
    """Everything behind one figure, enough to get it again and to contradict it."""

    figure: DrillResult
    metric_version: str
    question: MetricQuery
    version: Version
    proofs: tuple[Proof, ...]
    expression: str | None
    recomputed: Cell
    """The figure put together from its documents' sums by its expression."""
    holds: bool | None


def receipt(numbers: Numbers, query: DrillQuery, asker: Asker) -> Receipt:
    """The receipt of a cell's figure, from one version of the data.

    Raises: QueryInvalid, MetricForbidden, FieldForbidden, NumbersUnavailable.
    """
    vocabulary = numbers.vocabularies.current()
    with numbers.engine.snapshot(asker.tenant_id) as snapshot:
        session = Session(vocabulary, snapshot, asker, numbers.today(), {})
        question = question_of(query, session, numbers)
        checked = numbers.checked(question, session)
        leaves = vocabulary.names.leaves_of(query.metric)
        told = {leaf: numbers.figure_of(leaf, checked, session) for leaf in leaves}
        found = drill_in(session, numbers, query)
        by_metric = {each.metric: each for each in found.inputs}
        proofs = tuple(
            _proof(leaf, told[leaf], by_metric.get(leaf), vocabulary.manifest, asker.locale) for leaf in leaves
        )
        recomputed = _recomputed(query.metric, {each.metric: _proven(each) for each in proofs}, session)
        version = snapshot.version
    return Receipt(
        figure=found,
        metric_version=metric_version(query.metric, vocabulary.manifest),
        question=question,
        version=version,
        proofs=proofs,
        expression=vocabulary.manifest.metrics[query.metric].expression,
        recomputed=recomputed,
        holds=_all_hold(proofs, recomputed == found.value),
    )


def metric_version(name: str, manifest: Manifest) -> str:
    """A mark that changes with anything that a metric's figures depend on: its own parts and those of its inputs."""
    return hashlib.sha256(json.dumps(_parts(name, manifest), sort_keys=True).encode()).hexdigest()[:VERSION_LETTERS]


def _parts(name: str, manifest: Manifest) -> dict[str, Any]:
    metric = manifest.metrics[name]
    model = manifest.models[metric.model] if metric.model else None
    return {
        "name": name,
        "kind": metric.kind,
        "expression": metric.expression,
        "aggregation": metric.aggregation,
        "measure": metric.measure_expression,
        "conditions": list(metric.filters),
        "fill": metric.fill_with,
        "mart": model.mart if model else None,
        "day": model.day if model else None,
        "inputs": [{"alias": each.alias, **_parts(each.metric, manifest)} for each in metric.inputs],
    }


def _proof(leaf: str, value: Cell, found: Documents | None, manifest: Manifest, locale: str) -> Proof:
    """A leaf's figure against the sum over its documents."""
    label = manifest.metrics[leaf].label_in(locale)
    if found is None:
        return Proof(leaf, label, value, None, 0, None, None)
    ours, theirs = _number(value), _number(found.total)
    is_shown = found.adds_up or found.is_counted or ours == theirs
    holds = (ours == theirs) if is_shown else None
    return Proof(leaf, label, value, found.total, found.documents, theirs - ours, holds)


def _proven(proof: Proof) -> Cell:
    """The sum of a leaf's documents; its figure where it has none, as a month without a movement is zero."""
    return proof.from_documents if proof.holds and proof.documents else proof.value


def _recomputed(name: str, leaves: Mapping[str, Cell], session: Session) -> Cell:
    """The metric's expression over figures of its leaves, computed by the engine that computed the figure."""
    planner = session.vocabulary.planner
    parts = [
        f'{"null" if value is None else f"cast({_literal(value)} as decimal(38, 10))"} as "{leaf}"'
        for leaf, value in leaves.items()
    ]
    text = f"select {planner.expression(name)} as value from (select {', '.join(parts)}) as leaves"  # noqa: S608  # names of the manifest, and numbers
    tree = sqlglot.parse_one(text, dialect=planner.dialect)
    rows = session.snapshot.fetch(tree.sql(dialect=planner.dialect)).rows if isinstance(tree, exp.Query) else []
    return figure(rows[0][0]) if rows else None


def _literal(value: Cell) -> str:
    return exp.Literal.string(str(value)).sql()


def _all_hold(proofs: Sequence[Proof], is_recomputed: bool) -> bool | None:  # noqa: FBT001  # one fact
    """Whether every step holds; None where some step cannot be shown by adding up."""
    if not is_recomputed or any(each.holds is False for each in proofs):
        return False
    return None if any(each.holds is None for each in proofs) else True


def _number(value: Cell) -> Decimal:
    return Decimal(value) if isinstance(value, Decimal | int) else Decimal(0)
