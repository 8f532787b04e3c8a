"""Write the first revision's SQL from the models: `python -m transactional.migrations.generate`.

Run after a change of models until the first release; later changes are revisions of their own.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from transactional.assistant.ddl import assistant_statements
from transactional.identity.ddl import identity_statements
from transactional.kernel.ddl import schema_statements
from transactional.ledger.ddl import ledger_statements
from transactional.registry import METADATA, SCHEMAS

TARGET = Path(__file__).parent / "sql" / "0001_core.sql"
SEPARATOR = "\n-- statement\n"


def statements() -> Iterator[str]:
    """Every statement that makes the schema out of nothing, in order."""
    schema = schema_statements(METADATA.sorted_tables, SCHEMAS)
    return chain(schema, identity_statements(), ledger_statements(), assistant_statements())


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.replace("\t", "    ").splitlines() if line.strip())


def main() -> None:
    """Write the file."""
    TARGET.write_text(SEPARATOR.join(_tidy(statement) + ";" for statement in statements()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
