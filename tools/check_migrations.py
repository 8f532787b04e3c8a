"""Whether the revisions of the schema are one line of history, and change running installations without surprises.

Rules for every revision after the first, which meets only empty databases:
- what loses data (drop of a table, column or schema; truncate) carries a comment `loses data: <why that is right>`;
- what rewrites a table under lock (a column's new type; a new column that may not be null and has no default)
  carries a comment `rewrites: <why that is bearable>`;
- data is repaired in a revision of its own, named `<number>_repair_<what>`, never beside a change of the schema.

What else may lock or rewrite a table, squawk finds in the SQL that the revisions write (`.squawk.toml` has its rules).
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config

PROJECT = Path(__file__).resolve().parent.parent
FOLDER = PROJECT / "transactional" / "migrations"
_LOSES = re.compile(
    r"\b(drop\s+(table|column|schema|materialized\s+view)|truncate)\b|\bop\.drop_(table|column)\(", re.IGNORECASE
)
_REWRITES = re.compile(
    r"\balter\s+column\s+\S+\s+(set\s+data\s+)?type\b"
    r"|\badd\s+column\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null\b"
    r"|\bop\.alter_column\([^)]*\btype_\s*=",
    re.IGNORECASE,
)
_DATA = re.compile(r"^\s*(update|delete\s+from|insert\s+into)\s", re.IGNORECASE | re.MULTILINE)
_SCHEMA = re.compile(r"^\s*(create|alter|drop)\s|\bop\.(add|alter|create|drop)_", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Revision:
    """One step of the schema's history with the SQL it reads from beside it."""

    path: Path
    number: str
    after: str | None
    text: str


def read_revisions(folder: Path) -> list[Revision]:
    """The revisions in the order of their file names."""
    return [_read(path, folder) for path in sorted((folder / "versions").glob("[0-9]*.py"))]


def problems(revisions: Sequence[Revision]) -> list[str]:
    """What is wrong, each with the file it is in; empty when nothing is."""
    found = list(_broken_line(revisions))
    for revision in revisions[1:]:
        found += [f"{revision.path.name}: {problem}" for problem in _surprises(revision)]
    return found


def _read(path: Path, folder: Path) -> Revision:
    source = path.read_text(encoding="utf-8")
    values: dict[str, str | None] = {}
    for node in ast.parse(source).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and isinstance(value, ast.Constant) and isinstance(value.value, str | None):
            values[target.id] = value.value
    script = folder / "sql" / f"{path.stem}.sql"
    text = source + (script.read_text(encoding="utf-8") if script.exists() else "")
    return Revision(path, str(values.get("revision")), values.get("down_revision"), text)


def _broken_line(revisions: Sequence[Revision]) -> Iterator[str]:
    before: str | None = None
    for revision in revisions:
        if revision.after != before:
            yield f"{revision.path.name}: follows {revision.after}, and the one before it is {before}"
        if not revision.path.stem.startswith(f"{revision.number}_"):
            yield f"{revision.path.name}: its name does not begin with its revision {revision.number}"
        before = revision.number


def _surprises(revision: Revision) -> Iterator[str]:
    if (lossy := _LOSES.search(revision.text)) and "loses data:" not in revision.text:
        yield f"'{lossy[0]}' without a comment 'loses data: <why that is right>'"
    if (slow := _REWRITES.search(revision.text)) and "rewrites:" not in revision.text:
        yield f"'{slow[0]}' without a comment 'rewrites: <why that is bearable>'"
    is_repair = revision.path.stem.removeprefix(f"{revision.number}_").startswith("repair_")
    if is_repair and (change := _SCHEMA.search(revision.text)):
        yield f"'{change[0].strip()}' changes the schema in a data repair"
    if not is_repair and (repair := _DATA.search(revision.text)):
        yield f"'{repair[0].strip()}' repairs data beside a change of the schema: give it a revision of its own"


def offline_sql(folder: Path, after: str) -> str:
    """What the revisions after one write, as a person would run it by hand."""
    written = io.StringIO()
    config = Config(output_buffer=written)
    config.set_main_option("script_location", str(folder))
    command.upgrade(config, f"{after}:head", sql=True)
    return written.getvalue()


def unsafe(folder: Path, revisions: Sequence[Revision]) -> list[str]:
    """What squawk says of the first revision's script, and of the SQL that the others write."""
    first, *others = revisions
    found = _squawk(folder / "sql" / f"{first.path.stem}.sql", "--assume-in-transaction")
    if others:
        with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as script:
            script.write(offline_sql(folder, first.number))
            script.flush()
            found += _squawk(Path(script.name))
    return found


def _squawk(script: Path, *options: str) -> list[str]:
    program = Path(sys.executable).with_name("squawk")
    given = [str(program), "--config", str(PROJECT / ".squawk.toml"), "--reporter", "gcc", *options, str(script)]
    told = subprocess.run(given, capture_output=True, text=True, check=False)
    if told.returncode and not told.stdout.strip():
        return [f"squawk could not read {script.name}: {told.stderr.strip()}"]
    return [line.replace(str(script), script.name) for line in told.stdout.splitlines() if line]


def main() -> int:
    """1 when something is wrong, after saying what."""
    revisions = read_revisions(FOLDER)
    found = [*problems(revisions), *unsafe(FOLDER, revisions)]
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
