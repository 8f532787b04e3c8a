"""What makes the schema out of nothing: tables with what each needs, then the functions that modules bring."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from importlib.util import find_spec

from sqlalchemy import Table

from transactional.kernel.ddl import schema_statements


def all_statements(tables: Sequence[Table], schemas: Sequence[str]) -> Iterator[str]:
    """Every statement that makes these tables, in order; a module's own functions stand in its `ddl`."""
    yield from schema_statements(tables, schemas)
    for schema in sorted(schemas):
        name = f"transactional.{schema}.ddl"
        own = getattr(import_module(name), f"{schema}_statements", None) if find_spec(name) else None
        if own is not None:
            yield from own()
