"""Vectors of whatever is found by likeness: one index, one way to look for the nearest, told by the model's name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Index, text

from transactional.kernel.session import Session

INDEXED, DIMENSIONS = "hashed-ngrams-256", 256
"""The model whose vectors have an index, our own n-grams; those of other models are compared one by one."""
BREADTH = 800
"""So many candidates the index keeps while it looks: with fewer it misses some of the nearest."""
Row = TypeVar("Row")


def nearest_index(table: str) -> Index:
    """The index of a table's column `embedding`, beside which `embedding_name` says what made it."""
    return Index(
        f"{table}_nearest",
        text(f"(embedding::vector({DIMENSIONS})) vector_cosine_ops"),
        postgresql_using="hnsw",
        postgresql_where=text(f"embedding_name = '{INDEXED}'"),
    )


def vector_text(vector: Sequence[float]) -> str:
    """A vector as the database reads it."""
    return f"[{','.join(map(str, vector))}]"


@dataclass(frozen=True, slots=True)
class Sought:
    """How a statement looks: along the index, or by comparing with every vector that passes its conditions."""

    dimensions: int
    is_indexed: bool
    is_exact: bool = False

    def distance(self, table: str, parameter: str) -> str:
        """The SQL of a row's distance by cosine from the vector that a parameter holds as text."""
        sized = f"vector({self.dimensions})"
        place = f"{table}.embedding::{sized}" if self.is_indexed else f"{table}.embedding"
        distance = f"({place} <=> cast({parameter} as {sized}))"
        # What is added hides the distance from the index.
        return f"({distance} + 0)" if self.is_exact else distance

    def of_model(self, table: str, parameter: str) -> str:
        """The SQL of whether a row's vector was made by the model that a parameter names."""
        return f"{table}.embedding_name = " + (f"'{INDEXED}'" if self.is_indexed else parameter)


def nearest(
    session: Session,
    embedding_name: str,
    vector: Sequence[float],
    *,
    limit: int,
    ask: Callable[[Sought], list[Row]],
) -> list[Row]:
    """The rows nearest to a vector that were made by the same model, as `ask` reads them.

    Where the index gives fewer than wanted it may have given up among rows that others may read: then all are compared.
    """
    if embedding_name != INDEXED:
        return ask(Sought(len(vector), is_indexed=False))
    # The index goes on looking until enough rows pass the conditions of tenant and rights.
    session.send(
        "select set_config('hnsw.iterative_scan', 'strict_order', true),"
        " set_config('hnsw.ef_search', %(breadth)s, true)",
        {"breadth": str(BREADTH)},
    )
    found = ask(Sought(len(vector), is_indexed=True))
    return found if len(found) >= limit else ask(Sought(len(vector), is_indexed=True, is_exact=True))
