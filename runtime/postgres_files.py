"""What the files in a cluster's data folder say about the server that works there."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil


def pid_in(pid_file: Path) -> int | None:
    """The process number in postmaster.pid; None where there is no such file or none in it."""
    with suppress(FileNotFoundError, ValueError):
        return int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    return None


def somebody_works_in(data: Path) -> bool:
    """Whether any process has the data folder as its working folder, as every server process and session has."""
    # What we may not look at is another user's, and so not ours.
    return any(process.info["cwd"] == str(data) for process in psutil.process_iter(["cwd"]))


def says_ready(data: Path) -> bool:
    """Whether the server has written that it answers; one that reads back its log answers readers."""
    with suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        return len(lines) > 7 and lines[7].strip() in {"ready", "standby"}  # noqa: PLR2004  # eighth line, see pg_ctl
    return False
