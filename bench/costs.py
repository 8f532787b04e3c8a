"""What a request and a publication cost in processor time, by program: `python -m bench.costs`.

Wall time says little on processors that others use too; processor time holds. Each kind of request of a working day is
sent alone, one after the other, while nothing is published; reads are sent again right after a publication, which
throws away what was kept of what changed; then the whole mix runs at its rate while the worker publishes.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

from bench.answers import answers_by_action, told_stretch
from bench.load import Load, Profile, Stage, stage
from bench.processor import postmaster, seconds_of, servers
from bench.working_day import ACTIONS, Action, Company
from pipelines.publish.pointer import read_pointer
from runtime.postgres import EmbeddedPostgres
from runtime.progress import make_progress
from runtime.settings import DatabaseRole, Settings, load_settings

PROGRAMS = ("API loop", "API threads", "app's SQL", "worker", "worker's SQL", "PostgreSQL")
"""Event loops, other threads and DuckDB of the API; connections of the API; the worker with all it starts; its
connections; whatever PostgreSQL does in processes of its own."""
_WORKER = "pipelines.worker"
_ALONE, _AFTERWARDS = 60, 8
_QUIET_SECONDS = 1.5
_READS = frozenset({"metric query", "question"})
"""What is read from what the worker publishes."""
_DOCUMENTS = ("order", "delivery", "invoice")


class Spent(defaultdict[str, float]):
    """Processor seconds by program, since they were started."""

    @classmethod
    def now(cls, settings: Settings, home: Path) -> Spent:
        """What was spent so far on an installation whose server has that state folder."""
        spent = cls(float)
        for each in servers():
            for one in (each, *each.children(recursive=True)):
                _add_threads(spent, one)
        for each in psutil.Process().children():
            if _WORKER in each.cmdline():
                spent["worker"] += seconds_of(each)
        for each in postmaster(home).children():
            # A process of the server that has just ended took little: those that work for long stay.
            with suppress(psutil.NoSuchProcess):
                spent[_program_of(each, settings.database_name)] += _own_seconds(each)
        return spent

    def since(self, before: Spent) -> Spent:
        """What was spent meanwhile."""
        return Spent(float, {name: max(0.0, self[name] - before[name]) for name in PROGRAMS})

    def add(self, more: Spent) -> None:
        """Count what was spent another time too."""
        for name, seconds in more.items():
            self[name] += seconds


def _add_threads(spent: Spent, process: psutil.Process) -> None:
    loop = next((each for each in process.threads() if each.id == process.pid), None)
    on_loop = loop.user_time + loop.system_time if loop else 0.0
    spent["API loop"] += on_loop
    spent["API threads"] += max(0.0, _own_seconds(process) - on_loop)


def _program_of(process: psutil.Process, database: str) -> str:
    """Which program a process of PostgreSQL works for, by what it calls itself."""
    words = (process.cmdline() or [""])[0].split()
    if database in words and DatabaseRole.APP.login in words:
        return "app's SQL"
    return "worker's SQL" if database in words else "PostgreSQL"


def _own_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


class Costs:
    """Measures on a stage."""

    def __init__(self, stage: Stage, home: Path) -> None:
        """Take the stage, and the state folder of its server."""
        self._stage, self._home = stage, home
        self._load: Load = stage.load
        self._chance = random.Random(9)  # noqa: S311  # a reproducible mix, no secret

    def spent(self) -> Spent:
        """Processor seconds so far."""
        return Spent.now(self._stage.settings, self._home)

    def alone(self, action: Action) -> str:
        """A kind of request by itself, one after the other, by the largest company."""
        company = self._load.companies[0]
        self._send(company, action, 10)
        self._wait_until_published()
        before = self.spent()
        began = time.monotonic()
        self._send(company, action, _ALONE)
        took = time.monotonic() - began
        return _line(action.name, self.spent().since(before), _ALONE, took)

    def afterwards(self, action: Action) -> str:
        """A read, right after a publication of an order, its delivery or its invoice."""
        company, spent, took = self._load.companies[0], Spent(float), 0.0
        documents = [each for each in ACTIONS if each.name in _DOCUMENTS]
        for number in range(_AFTERWARDS):
            self._send(company, documents[number % len(documents)], 1)
            self._wait_until_published()
            before, began = self.spent(), time.monotonic()
            self._send(company, action, 1)
            took += time.monotonic() - began
            spent.add(self.spent().since(before))
        return _line(f"{action.name}, published", spent, _AFTERWARDS, took)

    def mixed(self, profile: Profile) -> Iterator[str]:
        """The whole mix at its rate, and what a publication took."""
        log = self._stage.settings.log_dir / "worker.log"
        seen = log.stat().st_size
        before = self.spent()
        answers = self._load.run(profile.rate, profile.seconds)
        spent = self.spent().since(before)
        yield told_stretch(f"{profile.rate:.0f}/s", answers, profile.seconds)
        yield from answers_by_action(answers)
        yield ""
        yield _head("processor ms each")
        yield _line(f"request at {profile.rate:.0f}/s", spent, len(answers), profile.seconds)
        cycles = list(_cycles(log, seen))
        documents = sum(each.action in _DOCUMENTS and each.status in {200, 201} for each in answers)
        yield _line("publication", spent, max(1, len(cycles)), profile.seconds)
        yield _line("document", spent, max(1, documents), profile.seconds)
        yield (
            f"{len(cycles)} publications, {documents} documents; seconds of one: "
            + ", ".join(f"{part} {_mean(cycles, part):.2f}" for part in ("prepare", "transform", "publish"))
        )

    def _send(self, company: Company, action: Action, count: int) -> None:
        for _ in range(count):
            answer = self._load.send(company, action, random.Random(self._chance.random()), time.monotonic())  # noqa: S311
            if answer.status not in {200, 201}:
                raise RuntimeError(f"{action.name} was answered {answer.status}")

    def _wait_until_published(self) -> None:
        """Nothing, once no version has followed the last one for a while."""
        folder, last, since = self._stage.settings.lake_dir, None, time.monotonic()
        while time.monotonic() - since < _QUIET_SECONDS:
            time.sleep(0.05)
            pointer = read_pointer(folder)
            if pointer and pointer.version != last:
                last, since = pointer.version, time.monotonic()


def _cycles(log: Path, offset: int) -> Iterator[Mapping[str, float]]:
    """The seconds of each publication told in a log after an offset."""
    with log.open("rb") as lines:
        lines.seek(offset)
        for line in lines:
            if b"batch published" in line:
                yield json.loads(line)["seconds"]


def _mean(cycles: Sequence[Mapping[str, float]], part: str) -> float:
    return sum(each[part] for each in cycles) / max(1, len(cycles))


def _head(title: str) -> str:
    return f"{title:<24}" + "".join(f"{name:>14}" for name in (*PROGRAMS, "all", "took"))


def _line(name: str, spent: Spent, count: int, seconds: float) -> str:
    figures = (*(spent[each] for each in PROGRAMS), sum(spent.values()), seconds)
    return f"{name:<24}" + "".join(f"{each * 1000 / count:14.2f}" for each in figures)


def costs(stage: Stage, home: Path, profile: Profile) -> Iterator[str]:
    """The table, line by line."""
    measured, told = Costs(stage, home), make_progress()
    with told.step("Warm-up"):
        stage.load.run(profile.rate / 2, 10.0)
    with told.step(f"{profile.rate:.0f} requests a second for {profile.seconds:.0f} s"):
        yield from measured.mixed(profile)
    yield ""
    yield _head("alone, ms each")
    for action in ACTIONS:
        with told.step(action.name):
            yield measured.alone(action)
    for action in ACTIONS:
        if action.name in _READS:
            with told.step(f"{action.name} after a publication"):
                yield measured.afterwards(action)


def main() -> None:
    """Measure on the embedded server of this installation, started for the purpose if need be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=30.0, help="requests a second of the mix")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the mix runs")
    given = parser.parse_args()
    settings = load_settings()
    profile = replace(Profile(), rate=given.rate, seconds=given.seconds)
    with EmbeddedPostgres(settings.home, database=settings.database_name), stage(settings, profile) as made:
        for line in costs(made, settings.home, profile):
            print(line, flush=True)


if __name__ == "__main__":
    main()
