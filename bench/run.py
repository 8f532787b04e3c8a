"""Runs the measurements one after the other and keeps what they printed in docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import psutil

from runtime.paths import PROJECT_FOLDER
from runtime.progress import Progress
from runtime.settings import Settings

BENCHES = (
    "metrics_query",
    "pivot",
    "viewers",
    "freshness",
    "order_to_cash",
    "load",
    "tracing",
    "memory",
    "anomaly_screening",
    "import_adventureworks",
)
TARGET = PROJECT_FOLDER / "docs" / "benchmarks.md"
_PROGRESS = re.compile(r" \.\.\. .*\d s$|: done \(")


class BenchFailed(RuntimeError):
    """A measurement ended with an error; the message carries what it said."""


def run_benches(settings: Settings, names: Sequence[str], progress: Progress) -> None:
    """Measure what is named, or everything, and write the document.

    Raises: BenchFailed for an unknown name or a measurement that fails; what was measured before is kept.
    """
    unknown = sorted(set(names) - set(BENCHES))
    if unknown:
        raise BenchFailed(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
    results = {}
    for name in names or BENCHES:
        with progress.step(name):
            results[name] = _measured(settings, name)
        print(f"\n{name}\n{results[name]}", flush=True)
    TARGET.write_text(document(results, datetime.now(UTC)), encoding="utf-8")


def document(results: dict[str, str], at: datetime) -> str:
    """The measurements as a page: the machine, then each command with what it printed."""
    parts = [
        "# Benchmarks",
        "",
        f"Measured on {at:%Y-%m-%d} with `make bench`: {_machine()}.",
        "Read the ratios: absolute times drift with the machine.",
    ]
    for name, printed in results.items():
        parts += [
            "",
            f"## {name.replace('_', ' ')}",
            "",
            f"`python -m bench.{name}`",
            "",
            "```",
            printed.strip(),
            "```",
        ]
    return "\n".join(parts) + "\n"


def _measured(settings: Settings, name: str) -> str:
    environment = {**os.environ, "QOOERP_HOME": str(settings.home)}
    command = [sys.executable, "-m", f"bench.{name}"]
    done = subprocess.run(command, cwd=PROJECT_FOLDER, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BenchFailed(f"{name} ended with exit code {done.returncode}:\n{done.stderr[-2_000:]}")
    return "\n".join(line for line in done.stdout.splitlines() if not _PROGRESS.search(line))


def _machine() -> str:
    memory = round(psutil.virtual_memory().total / 2**30)
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {memory} GiB, {system}"
