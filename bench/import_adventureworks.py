"""A company of three years imported: `python -m bench.import_adventureworks <folder>`.

Beside it stands the least a database can do: the rows that the import left, copied table by table by one `insert ...
select` each into tables of the same columns and indexes, without rules, references, audit or row security.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from bench.scratch import scratch_installation
from importers.report import ImportReport
from importers.run import run_import
from runtime.paths import PROJECT_FOLDER
from runtime.postgres import EmbeddedPostgres
from runtime.progress import Progress, make_progress
from runtime.settings import Settings, load_settings

SECONDS_MAX = 300.0
DEFAULT_FOLDER = PROJECT_FOLDER.parent / "shared" / "data" / "adventureworks"


@dataclass(frozen=True, slots=True)
class ImportFigures:
    """What an import took, and what it left."""

    report: ImportReport
    rows: int
    copy_seconds: float

    @property
    def ratio(self) -> float:
        """How many times longer the import took than copying its rows."""
        return self.report.seconds / self.copy_seconds

    def __str__(self) -> str:
        documents = sum(self.report.documents.values())
        speed = self.report.documents_per_second
        return (
            f"AdventureWorks: {documents:,} documents in {self.report.seconds:.1f} s (at most {SECONDS_MAX:.0f}),"
            f" {speed:,.0f} documents a second; {self.rows:,} rows copied by plain SQL in {self.copy_seconds:.1f} s,"
            f" ratio {self.ratio:.1f}"
        )


def measure_import(settings: Settings, folder: Path, progress: Progress) -> ImportFigures:
    """The figures of one import into an empty installation.  Raises: RuntimeError where the books do not hold."""
    with scratch_installation(settings, "import") as own:
        report = run_import(own, "adventureworks", folder, progress=progress)
        if not report.is_sound:
            raise RuntimeError(f"The import does not meet its source:\n{report}")
        rows, seconds = _copy_everything(own)
    return ImportFigures(report, rows, seconds)


def _copy_everything(settings: Settings) -> tuple[int, float]:
    """How many rows there are in all tenant tables, and how long one connection takes to write them again."""
    rows = 0
    started = time.monotonic()
    with psycopg.connect(settings.admin_database_url()) as connection:
        connection.execute("create schema copies")
        for schema, table in _tables(connection):
            source, target = sql.Identifier(schema, table), sql.Identifier("copies", f"{schema}_{table}")
            connection.execute(sql.SQL("create table {} (like {} including indexes)").format(target, source))
            done = connection.execute(sql.SQL("insert into {} select * from {}").format(target, source))
            rows += done.rowcount
    return rows, time.monotonic() - started


def _tables(connection: psycopg.Connection) -> list[tuple[str, str]]:
    """Every table that belongs to tenants."""
    found = connection.execute(
        "select columns.table_schema, columns.table_name from information_schema.columns"
        " inner join information_schema.tables using (table_schema, table_name)"
        " where columns.column_name = 'tenant_id' and tables.table_type = 'BASE TABLE'"
        " and columns.table_schema not in ('raw', 'staging', 'intermediate', 'marts') order by 1, 2"
    )
    return [(str(row[0]), str(row[1])) for row in found]


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER, help="AdventureWorks' files")
    given = parser.parse_args()
    settings = load_settings()
    with EmbeddedPostgres(settings.home, database=settings.database_name):
        print(measure_import(settings, given.folder, make_progress()))


if __name__ == "__main__":
    main()
