"""What a mart promises its readers, as data: taken from the tests that dbt declares beside the model.

The same expectations run in two ways: over the computed rows of every batch as one query a mart, before they are
written; and over whole marts as Great Expectations suites (`contracts.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from pipelines.checks.result import CheckResult

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


@dataclass(frozen=True, slots=True)
class Expectation:
    """One promise about columns of a mart: `not_null`, `unique` or `accepted_values`."""

    kind: str
    columns: tuple[str, ...]
    values: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The promise in one word, for people and machines."""
        return f"{self.kind}:{','.join(self.columns)}"


def declared_expectations(manifest: Manifest) -> dict[str, list[Expectation]]:
    """The promises of each model, by its name, in a fixed order."""
    found: dict[str, set[Expectation]] = {}
    nodes: Mapping[str, Any] = manifest.nodes
    for test in nodes.values():
        metadata = getattr(test, "test_metadata", None)
        attached = getattr(test, "attached_node", None)
        if metadata is None or attached is None or attached not in nodes or not _is_unconditional(test):
            continue
        expectation = _expectation(metadata.name, metadata.kwargs, getattr(test, "column_name", None))
        if expectation is not None:
            found.setdefault(nodes[attached].alias, set()).add(expectation)
    return {model: sorted(those, key=lambda e: e.name) for model, those in found.items()}


def _is_unconditional(test: Any) -> bool:
    return test.config.enabled and test.config.severity.lower() == "error" and not test.config.where


def _expectation(kind: str, kwargs: Mapping[str, Any], column: str | None) -> Expectation | None:
    if kind in {"not_null", "unique"} and column:
        return Expectation(kind, (column,))
    if kind == "accepted_values" and column and kwargs.get("quote", True):
        arguments = kwargs.get("arguments", kwargs)
        return Expectation(kind, (column,), tuple(str(value) for value in arguments["values"]))
    if kind in {"unique_combination_of_columns", "unique_together"}:
        arguments = kwargs.get("arguments", kwargs)
        columns = arguments.get("combination_of_columns") or arguments.get("columns") or ()
        return Expectation("unique", tuple(columns)) if columns else None
    return None


def check_rows(
    connection: psycopg.Connection, mart: str, rows: sql.Composable, expectations: Sequence[Expectation]
) -> Iterator[CheckResult]:
    """Whether the rows of a relation keep their promises: one query for all of them."""
    if not expectations:
        return
    counts = connection.execute(
        sql.SQL("select {} from {}").format(
            sql.SQL(", ").join(_broken(expectation) for expectation in expectations), rows
        )
    ).fetchone()
    for expectation, count in zip(expectations, counts or (), strict=True):
        yield CheckResult(expectation.name, mart, passed=not count, figures={"broken_rows": count or 0})


def _broken(expectation: Expectation) -> sql.Composable:
    columns = [sql.Identifier(name) for name in expectation.columns]
    if expectation.kind == "not_null":
        return sql.SQL("count(*) filter (where {} is null)").format(columns[0])
    if expectation.kind == "unique":
        listed = sql.SQL(", ").join(columns)
        return sql.SQL("count({0}) - count(distinct {0})").format(
            columns[0] if len(columns) == 1 else sql.SQL("({})").format(listed)
        )
    return sql.SQL("count(*) filter (where {}::text <> all ({}))").format(
        columns[0], sql.Literal(list(expectation.values))
    )
