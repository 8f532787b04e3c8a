"""Who is running: each process says so every other second in a small file of the state folder.

Files, not rows: they are there when the database is not, and writing rows all the time would wake the worker, which
looks at what transactions have written.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from runtime.version import VERSION

BEAT_SECONDS: Final = 2.0
DOWN_SECONDS: Final = 7.0
"""Silent for longer, an instance is down: with the beat and the page's own refresh that shows within ten seconds."""
_REPLACED_SECONDS = 60.0
_KEPT_SECONDS = 3600.0
_log = logging.getLogger("runtime.instances")

State = Literal["ready", "not ready", "down"]
Checks = Callable[[], Mapping[str, bool]]


@dataclass(frozen=True, slots=True)
class Instance:
    """One process of one service, as it was told or seen last."""

    service: str
    host: str
    process: int
    version: str
    started_at: datetime
    seen_at: datetime
    checks: Mapping[str, bool]

    def state(self, now: datetime) -> State:
        """`down` when it has fallen silent, `not ready` when something it needs is missing."""
        if (now - self.seen_at).total_seconds() > DOWN_SECONDS:
            return "down"
        return "ready" if all(self.checks.values()) else "not ready"


class Heartbeat:
    """The file of one instance, renewed until it ends in good order; a killed one leaves it to grow old."""

    def __init__(self, home: Path, service: str, *, checks: Checks = dict, process: int | None = None) -> None:
        """Take what says whether the instance can serve; it is asked at every beat."""
        self._folder = home / "instances"
        self._checks = checks
        self.service, self.process = service, process or os.getpid()
        self._host = socket.gethostname()
        self._started_at = datetime.now(UTC)
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._file = self._folder / f"{self._host}-{service.replace(' ', '-')}-{self.process}.json"

    def beat(self) -> None:
        """Say that the instance is there."""
        told = Instance(
            self.service, self._host, self.process, VERSION, self._started_at, datetime.now(UTC), dict(self._checks())
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(told), default=datetime.isoformat), encoding="utf-8")
        fresh.replace(self._file)

    def start(self) -> None:
        """Beat from now on, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name=f"heartbeat of {self.service}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """An orderly end: nobody looks for the instance any more."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        with suppress(FileNotFoundError):
            self._file.unlink()

    def _run(self) -> None:
        while True:
            try:
                self.beat()
            except Exception:  # noqa: BLE001  # said below
                # A full disk must not end what is watched because of its watch.
                _log.exception("heartbeat failed")
            if self._stop.wait(BEAT_SECONDS):
                return


def instances(home: Path, *, now: datetime | None = None) -> list[Instance]:
    """Every instance heard of lately, by service; one that was replaced a minute ago is history."""
    now = now or datetime.now(UTC)
    found = [each for file in sorted((home / "instances").glob("*.json")) if (each := _read(file, now)) is not None]
    shown = [each for each in found if not _is_history(each, found, now)]
    return sorted(shown, key=lambda each: (each.service, each.host, each.started_at))


def _is_history(one: Instance, found: list[Instance], now: datetime) -> bool:
    silent = (now - one.seen_at).total_seconds()
    if silent <= _REPLACED_SECONDS:
        return False
    return any(
        each.service == one.service and each.host == one.host and each.started_at > one.started_at for each in found
    )


def _read(file: Path, now: datetime) -> Instance | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        read = Instance(
            told["service"],
            told["host"],
            told["process"],
            told["version"],
            datetime.fromisoformat(told["started_at"]),
            datetime.fromisoformat(told["seen_at"]),
            told["checks"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if (now - read.seen_at).total_seconds() > _KEPT_SECONDS and time.time() - file.stat().st_mtime > _KEPT_SECONDS:
        with suppress(OSError):
            file.unlink()
        return None
    return read
