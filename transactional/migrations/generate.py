"""Write the first revision's SQL from the models: `python -m transactional.migrations.generate`.

Run after a change of models until the first release; later changes are revisions of their own.
"""

from collections.abc import Iterator
from pathlib import Path

from transactional.kernel.making import all_statements
from transactional.registry import METADATA, SCHEMAS

TARGET = Path(__file__).parent / "sql" / "0001_core.sql"
SEPARATOR = "\n-- statement\n"


def statements() -> Iterator[str]:
    """Every statement that makes the schema out of nothing, in order."""
    return all_statements(METADATA.sorted_tables, SCHEMAS)


def _tidy(statement: str) -> str:
    return "\n".join(line.rstrip() for line in statement.replace("\t", "    ").splitlines() if line.strip())


def main() -> None:
    """Write the file."""
    TARGET.write_text(SEPARATOR.join(_tidy(statement) + ";" for statement in statements()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
