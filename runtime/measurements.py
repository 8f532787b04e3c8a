"""Stored measurements: what the monitor read of every service, every 15 seconds, for weeks.

Files of the state folder, one an hour, not rows: they are there when the database is not, and a row every few seconds
would wake the worker, which looks at what transactions have written. A line holds one round of all series; a series is
written in full where it first occurs in the file and goes by a number from there on. After two days one round in twenty
is kept.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

ROUND_SECONDS: Final = 15
FULL_DAYS: Final = 2
THIN_SECONDS: Final = 300
KEPT_DAYS: Final = 90
_THINNED = ".thin"
_HOUR_SECONDS: Final = 3_600.0
_MOMENT = re.compile(r'\{"t":([0-9.]+),')


@dataclass(frozen=True, slots=True)
class Series:
    """A figure of one thing: the name and labels under which it is served."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, name: str, **labels: str) -> Series:
        """The series with these labels."""
        return cls(name, tuple(sorted(labels.items())))

    def label(self, name: str) -> str:
        """One label's value; empty where there is none."""
        return next((value for key, value in self.labels if key == name), "")


Point = tuple[float, float]
"""When, in seconds since 1970, and how much."""
History = Mapping[Series, Sequence[Point]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which points are to be read: those of these names from a moment on, no more than one round in each step."""

    names: frozenset[str]
    start: datetime
    step_seconds: float = 0.0


@dataclass(slots=True)
class _Reading:
    """What has been read of one want so far."""

    names: frozenset[str]
    since: float
    step_seconds: float
    found: dict[Series, list[Point]] = field(default_factory=dict)
    last: float = float("-inf")

    def is_due(self, at: float) -> bool:
        """Whether the round of a moment is one of those wanted."""
        return at >= self.since and at - self.last >= self.step_seconds

    def take(self, at: float, values: Mapping[Series, float]) -> None:
        """Keep what is wanted of a round."""
        kept = {series: value for series, value in values.items() if series.name in self.names}
        if kept and self.is_due(at):
            self.last = at
            for series, value in kept.items():
                self.found.setdefault(series, []).append((at, value))


def _is_due(at: float, *, readings: Sequence[_Reading], until: float) -> bool:
    return at <= until and any(each.is_due(at) for each in readings)


@dataclass
class Measurements:
    """The folder of stored measurements: one process writes, any number read."""

    home: Path
    _file: Path | None = None
    _numbers: dict[Series, int] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """Where the files are."""
        return self.home / "measurements"

    def append(self, at: datetime, values: Mapping[Series, float]) -> None:
        """Keep one round, in one write, so that a killed process leaves at most half a line at the end."""
        file = self._file_of(at)
        if file != self._file:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file, self._numbers = file, {}
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A new line first: what a killed process left half written stays a line of its own.
            os.write(handle, ("\n" + self.line(at.timestamp(), values)).encode())
        finally:
            os.close(handle)

    def line(self, at: float, values: Mapping[Series, float]) -> str:
        """One round as it stands in the file; series that are new to it are told in full."""
        fresh = {}
        for series in values:
            if series not in self._numbers:
                number = self._numbers[series] = len(self._numbers)
                fresh[number] = [series.name, dict(series.labels)]
        told: dict[str, Any] = {"t": round(at, 3), "v": {self._numbers[key]: value for key, value in values.items()}}
        return json.dumps(told | ({"new": fresh} if fresh else {}), separators=(",", ":"))

    def read(
        self, names: Collection[str], start: datetime, end: datetime, *, step_seconds: float = 0.0
    ) -> dict[Series, list[Point]]:
        """The points of these names between two moments, oldest first; with a step no more than one round in each."""
        [found] = self.read_each([Wanted(frozenset(names), start, step_seconds)], end)
        return found

    def read_each(self, wanted: Sequence[Wanted], end: datetime) -> list[dict[Series, list[Point]]]:
        """The points of each of several wants until a moment, as `read` gives them; each file is opened once."""
        readings = [_Reading(each.names, each.start.timestamp(), each.step_seconds) for each in wanted]
        until = end.timestamp()
        for file in self._files(min(each.start for each in wanted), end) if wanted else ():
            ends = _began(file).timestamp() + _HOUR_SECONDS
            open_ones = [each for each in readings if each.since < ends]
            names = frozenset[str]().union(*(each.names for each in open_ones))
            for at, values in _read(file, names, partial(_is_due, readings=open_ones, until=until)):
                for each in open_ones:
                    each.take(at, values)
        return [each.found for each in readings]

    def first_at(self) -> datetime | None:
        """Since when there is anything."""
        hour = next(iter(sorted(self.folder.glob("????-??-??/??*.jsonl"))), None)
        return None if hour is None else _began(hour)

    def _files(self, start: datetime, end: datetime) -> Iterator[Path]:
        first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        for folder in sorted(self.folder.glob("????-??-??")):
            if (
                start.date() - timedelta(days=1)
                <= datetime.fromisoformat(folder.name).date()
                <= end.astimezone(UTC).date()
            ):
                for file in sorted(folder.glob("??*.jsonl")):
                    if first <= _began(file) <= end:
                        yield file

    def _file_of(self, at: datetime) -> Path:
        hour = at.astimezone(UTC)
        return self.folder / f"{hour:%Y-%m-%d}" / f"{hour:%H}.jsonl"

    def sweep(self, now: datetime) -> None:
        """Thin out what is older than two days, and forget what is older than ninety."""
        for folder in sorted(self.folder.glob("????-??-??")):
            age = now.astimezone(UTC).date() - datetime.fromisoformat(folder.name).date()
            if age > timedelta(days=KEPT_DAYS):
                shutil.rmtree(folder, ignore_errors=True)
            elif age > timedelta(days=FULL_DAYS):
                for file in folder.glob("??.jsonl"):
                    _thin(file)


def rates(points: Sequence[Point]) -> list[Point]:
    """How fast a counter grew up to each point, a second; one that fell began anew, and what came since counts."""
    return [
        (later, (much - little if much >= little else much) / (later - earlier))
        for (earlier, little), (later, much) in pairwise(points)
        if later > earlier
    ]


def _began(file: Path) -> datetime:
    return datetime.fromisoformat(f"{file.parent.name}T{file.name[:2]}:00:00+00:00")


def _read(
    file: Path, names: Collection[str] | None = None, is_due: Callable[[float], bool] | None = None
) -> Iterator[tuple[float, dict[Series, float]]]:
    """The rounds of a file that are due, with the series of these names; all of them where nothing is said.

    What is not due is not parsed either, unless it names a series for the first time: weeks are read in this way.
    """
    known: dict[str, Series] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return  # thinned or swept meanwhile
    for line in lines:
        moment = _MOMENT.match(line)
        if moment is None:
            continue  # empty, or half a line of a process that was killed
        wanted = is_due is None or is_due(float(moment[1]))
        if not wanted and '"new":' not in line:
            continue
        try:
            told = json.loads(line)
        except ValueError:
            continue  # half a line as well
        for number, (name, labels) in told.get("new", {}).items():
            if names is None or name in names:
                known[number] = Series(name, tuple(sorted(labels.items())))
        if wanted:
            values = told["v"]
            yield told["t"], {series: values[number] for number, series in known.items() if number in values}


def _thin(file: Path) -> None:
    """The same hour with one round in five minutes, under another name."""
    thinned = file.with_name(f"{file.stem}{_THINNED}.jsonl")
    writer, last = Measurements(file.parent), float("-inf")
    lines = []
    for at, values in _read(file):
        if at - last >= THIN_SECONDS - 1:
            lines.append(writer.line(at, values))
            last = at
    fresh = thinned.with_suffix(".new")
    fresh.write_text("\n".join(lines) + "\n", encoding="utf-8")
    fresh.replace(thinned)
    file.unlink()
