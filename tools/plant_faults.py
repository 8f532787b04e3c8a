"""Plants faults into a copy of the project, one at a time, and says which of them the tests notice.

A guard is worth something when its loss is noticed: `tests/faults/planted.toml` lists guards, how to take each away,
and the tests that must fail then. Before the first fault the same tests have to pass on the untouched copy, so that
none fails by chance. Exit code 1 when more than two faults go unnoticed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[1]
LIST = PROJECT / "tests" / "faults" / "planted.toml"
MISSED_MAX = 2
_FAILED = 1  # what pytest answers when a test failed; anything above means that none ran


@dataclass(frozen=True, slots=True)
class Fault:
    """A guard, and how to take it away."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def planted_faults() -> list[Fault]:
    """Every fault of the list, in its order."""
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["fault"]
    return [Fault(**{**each, "tests": tuple(each["tests"])}) for each in listed]


def main() -> int:
    """Plant, test, take out again; print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("words", nargs="*", help="only faults whose name has one of these words")
    chosen = parser.parse_args().words
    faults = [fault for fault in planted_faults() if not chosen or any(word in fault.name for word in chosen)]
    with _copy_of_project() as copy:
        if _run(copy, sorted({test for fault in faults for test in fault.tests}), shown=(_FAILED,)) != 0:
            print("The tests fail without any fault: nothing can be said.")
            return 1
        missed = [fault.name for fault in faults if not _is_caught(copy, fault)]
    print(f"{len(faults) - len(missed)} of {len(faults)} faults caught.")
    return 1 if len(missed) > MISSED_MAX else 0


def _is_caught(copy: Path, fault: Fault) -> bool:
    began = time.monotonic()
    with _planted(copy, fault):
        code = _run(copy, fault.tests)
    outcome = {0: "MISSED", _FAILED: "caught"}.get(code, f"BROKEN ({code})")
    print(f"{outcome:<8} {time.monotonic() - began:6.1f} s  {fault.name}", flush=True)
    return code == _FAILED


@contextmanager
def _planted(copy: Path, fault: Fault) -> Iterator[None]:
    file = copy / fault.file
    before = file.read_text(encoding="utf-8")
    file.write_text(before.replace(fault.old, fault.new, 1), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")


def _run(copy: Path, tests: Sequence[str], *, shown: Sequence[int] = ()) -> int:
    """What pytest answers; what it said is shown where no test ran, and where it answered one of `shown`."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:randomly", *tests]
    # Before the installed project, which is the one without the fault.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
    if done.returncode in shown or done.returncode not in {0, _FAILED}:
        print(done.stdout[-2_000:], done.stderr[-2_000:])
    return done.returncode


@contextmanager
def _copy_of_project() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="qooerp-faults-") as folder:
        copy = Path(folder) / "project"
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
        for name in listed.decode().rstrip("\0").split("\0"):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, copy / name)
        # The database's own user has to reach what it runs.
        Path(folder).chmod(0o755)
        yield copy


if __name__ == "__main__":
    sys.exit(main())
