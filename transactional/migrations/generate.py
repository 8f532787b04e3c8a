"""Write the first revision's SQL from the models: `python -m transactional.migrations.generate`.

Run after a change of models until the first release; later changes are revisions of their own.
"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from transactional.kernel.ddl import APP, FUNCTIONS, WAREHOUSE, open_global, protect
from transactional.registry import METADATA, SCHEMAS

TARGET = Path(__file__).parent / "sql" / "0001_core.sql"
SEPARATOR = "\n-- statement\n"


def statements() -> Iterator[str]:
    """Every statement that makes the schema out of nothing, in order."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for schema in SCHEMAS:
        yield f"create schema if not exists {schema}"
        yield f"grant usage on schema {schema} to {APP}, {WAREHOUSE}"
    for table in METADATA.sorted_tables:
        yield str(CreateTable(table).compile(dialect=dialect)).strip()
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            yield str(CreateIndex(index).compile(dialect=dialect)).strip()
    yield from (f"create or replace{body.rstrip().rstrip(';')}" for body in FUNCTIONS.split("create or replace")[1:])
    for table in METADATA.sorted_tables:
        yield from protect(table) if "tenant_id" in table.c else open_global(table)


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.replace("\t", "    ").splitlines() if line.strip())


def main() -> None:
    """Write the file."""
    TARGET.write_text(SEPARATOR.join(_tidy(statement) + ";" for statement in statements()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
