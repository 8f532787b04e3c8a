"""The dbt project read in a process of its own while something else is done: `python -m pipelines.dbt.reading`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.dbt.project import DbtProject
from pipelines.dbt.runner import WarmDbt
from runtime.paths import PROJECT_FOLDER
from runtime.processes import die_with_parent
from runtime.settings import Settings, load_settings
from runtime.telemetry import NO_TELEMETRY, switch_telemetry_off

_NICE = 10
"""Whoever waits for the other work waits for that first."""


@contextmanager
def reading_project(settings: Settings) -> Iterator[None]:
    """While the block runs the project is read, if it has not been.

    Whoever needs it in the block waits for the rest, or reads it again where reading failed, and hears why.
    """
    if DbtProject(settings).is_parsed():
        yield
        return
    environment = {
        **os.environ,
        **NO_TELEMETRY,
        "QOOERP_HOME": str(settings.home),
        "QOOERP_DATABASE_NAME": settings.database_name,
    }
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "reading.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.dbt.reading"],
            cwd=PROJECT_FOLDER,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            preexec_fn=die_with_parent(),  # noqa: PLW1509  # one system call, nothing else
        )
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise
    process.wait()


def main() -> None:
    """Read the project of the installation that the environment describes."""
    switch_telemetry_off()
    os.nice(_NICE)
    WarmDbt(DbtProject(load_settings())).parse()


if __name__ == "__main__":
    main()
