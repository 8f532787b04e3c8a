"""Every check of the house, one after the other; all of them run even when one fails, and the exit code tells."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PROGRAMS = Path(sys.executable).parent
CHECKS = {
    "lint": ["ruff", "check", "--quiet", "--output-format", "concise", "."],
    "format": ["ruff", "format", "--check", "--quiet", "--output-format", "concise", "."],
    "types": ["mypy", "--no-error-summary"],
    "imports": ["lint-imports", "--no-logo"],
    "sql": ["sqlfluff", "lint", "--processes", "2", "--disable-progress-bar", "dbt_project"],
    "migrations": ["python", "tools/check_migrations.py"],
    "lock file": ["python", "tools/check_lock.py"],
}


def main() -> int:
    """The number of checks that failed."""
    failed = []
    for name, (program, *arguments) in CHECKS.items():
        started = time.monotonic()
        done = subprocess.run(
            [PROGRAMS / program, *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        print(
            f"{name:<11} {'ok' if done.returncode == 0 else 'FAILED':<7} {time.monotonic() - started:.1f} s", flush=True
        )
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
