"""Processor time of the programs measured: it holds on a machine that is busy with other things, where rates do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import psutil

from runtime.postgres_address import remembered_address
from runtime.postgres_files import pid_in

_API = "cli.serve_api:application"


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor seconds of the API processes and of PostgreSQL, since they were started."""

    api: float
    postgres: float

    @classmethod
    def now(cls, home: Path) -> Self:
        """What the API processes of this measurement and the server of a state folder have spent so far."""
        return cls(sum(seconds_of(each) for each in servers()), seconds_of(postmaster(home)))

    def milliseconds_each(self, since: Spent, count: int) -> Mapping[str, float]:
        """What one of so many things took since then, by program."""
        api, postgres = self.api - since.api, self.postgres - since.postgres
        return {"API": api * 1000 / count, "PostgreSQL": postgres * 1000 / count}


def resident_megabytes() -> Mapping[int, float]:
    """What each API process of this measurement holds in memory, by its process id."""
    return {each.pid: each.memory_info().rss / 2**20 for each in servers()}


def servers() -> list[psutil.Process]:
    """The API servers of this measurement, each the parent of its worker processes."""
    return [each for each in psutil.Process().children() if _API in each.cmdline()]


def postmaster(home: Path) -> psutil.Process:
    """The first process of the embedded server.  Raises: RuntimeError when it does not run."""
    address = remembered_address(home)
    pid = pid_in(address.data / "postmaster.pid") if address else None
    if pid is None:
        raise RuntimeError(f"PostgreSQL of {home} does not run")
    return psutil.Process(pid)


def seconds_of(first: psutil.Process) -> float:
    """Processor seconds of a process, those it started and those of them that have ended."""
    spent = 0.0
    for each in (first, *first.children(recursive=True)):
        try:
            times = each.cpu_times()
        except psutil.NoSuchProcess:
            # It ended a moment ago; its parent tells its time from now on.
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent
