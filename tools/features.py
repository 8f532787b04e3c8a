"""Which rows of docs/features.csv are shown by a passing test of the last run.

A test says which rows it shows with `@pytest.mark.feature("3.4.6")`; `make test` leaves its results in
build/junit.xml. A row is shown when at least one test names it and every test that names it passed.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

PROJECT = Path(__file__).resolve().parent.parent
SHOWN, FAILING, SKIPPED, NOT_RUN, UNTESTED = "shown", "failing", "skipped", "not run", "no test"
_NOT_TESTED_YET = (FAILING, SKIPPED, NOT_RUN, UNTESTED)


@dataclass(frozen=True)
class Row:
    """One promise of the feature list."""

    id: str
    module: str
    feature: str


def read_rows(path: Path) -> list[Row]:
    """The rows of the feature list, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return [Row(line["id"], line["module"], line["feature"]) for line in csv.DictReader(file)]


def chosen(rows: Iterable[Row], prefixes: Iterable[str]) -> list[Row]:
    """The rows whose id or module is one of these, or whose id starts with one: `3.4` is 3.4.1 and not 3.40."""
    wanted = list(prefixes)
    return [row for row in rows if not wanted or any(_belongs(row, prefix) for prefix in wanted)]


def _belongs(row: Row, prefix: str) -> bool:
    return prefix in {row.id, row.module} or row.id.startswith((f"{prefix}.", f"{prefix}-"))


def read_results(path: Path) -> dict[str, str]:
    """Outcome by test, as pytest's junit file names it: classname, two colons, name."""
    outcomes: dict[str, str] = {}
    for case in ET.parse(path).iter("testcase"):  # noqa: S314  # our own test run wrote it
        kinds = {child.tag for child in case}
        outcome = FAILING if kinds & {"failure", "error"} else SKIPPED if "skipped" in kinds else SHOWN
        outcomes[f"{case.get('classname')}::{case.get('name')}"] = outcome
    return outcomes


def collect_marks() -> dict[str, list[str]]:
    """The tests that name each row, by a collection in a fresh process.

    Raises: RuntimeError with pytest's words when a test file cannot be imported.
    """
    with tempfile.TemporaryDirectory() as folder:
        listing = Path(folder) / "marks.csv"
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "feature_marks", "-p", "no:cacheprovider"],
            cwd=PROJECT,
            env={**os.environ, "PYTHONPATH": str(PROJECT / "tools"), "QOOERP_FEATURE_MARKS": str(listing)},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"The tests cannot be collected:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")
        marks: dict[str, list[str]] = defaultdict(list)
        with listing.open(encoding="utf-8", newline="") as file:
            for row, test in csv.reader(file):
                marks[row].append(test)
    return marks


def status_of(row: Row, marks: Mapping[str, list[str]], results: Mapping[str, str]) -> str:
    """The weakest outcome among the tests that name a row."""
    outcomes = {results.get(test, NOT_RUN) for test in marks.get(row.id, [])}
    if not outcomes:
        return UNTESTED
    return next((worst for worst in _NOT_TESTED_YET if worst in outcomes), SHOWN)


def report(rows: Iterable[Row], marks: Mapping[str, list[str]], results: Mapping[str, str]) -> str:
    """A line a row, those not shown last, then the counts."""
    by_status: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        status = status_of(row, marks, results)
        by_status[status].append(f"{status:<8} {row.id:<9} {row.feature} ({len(marks.get(row.id, []))} tests)")
    order = (SHOWN, *_NOT_TESTED_YET)
    lines = [line for status in order for line in by_status[status]]
    counts = ", ".join(f"{len(by_status[status])} {status}" for status in order if by_status[status])
    return "\n".join([*lines, "", f"{sum(map(len, by_status.values()))} rows: {counts}"])


def main() -> int:
    """0 when every chosen row is shown, 1 otherwise; marks that name no row are an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", nargs="+", default=[], help="ids, beginnings of ids, or modules")
    parser.add_argument("--junit", type=Path, default=PROJECT / "build" / "junit.xml")
    options = parser.parse_args()
    if not options.junit.exists():
        print(f"{options.junit} is not there: run `make test` first.", file=sys.stderr)
        return 2
    rows = read_rows(PROJECT / "docs" / "features.csv")
    marks = collect_marks()
    unknown = sorted(set(marks) - {row.id for row in rows})
    if unknown:
        print(f"Tests name rows that docs/features.csv does not have: {', '.join(unknown)}", file=sys.stderr)
        return 2
    wanted = chosen(rows, options.rows)
    results = read_results(options.junit)
    print(report(wanted, marks, results))
    return int(any(status_of(row, marks, results) != SHOWN for row in wanted))


if __name__ == "__main__":
    sys.exit(main())
