"""How data is called in Dagster: the way from an operational table to a metric, step by step."""

from __future__ import annotations

from transactional.contract import PromisedTable

CONTRACT_CHECK = "contract"
PROMISES_CHECK = "promises"
FRESHNESS_CHECK = "fresh"
SCORES_KEY = ("scores", "incidents")


def operational_key(table: PromisedTable) -> tuple[str, ...]:
    """A table of the transactional core."""
    return ("erp", table.schema, table.name)


def raw_key(table: str) -> tuple[str, ...]:
    """Its copy in the landing area."""
    return ("raw", table)


def model_key(schema: str, name: str) -> tuple[str, ...]:
    """A dbt model; the marts are those of the schema `marts`."""
    return (schema, name)


def lake_key(mart: str) -> tuple[str, ...]:
    """A published mart."""
    return ("lake", mart)


def metric_key(name: str) -> tuple[str, ...]:
    """A metric of the semantic layer."""
    return ("metrics", name)
