"""Child processes that live as long as the program: started, watched, started again when they die, stopped together."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from runtime.processes import die_with_parent

POLL_SECONDS = 0.2
STOP_SECONDS_MAX = 10.0
BACKOFF_SECONDS_FIRST = 1.0
BACKOFF_SECONDS_MAX = 30.0
# A child that lived this long died of something new: it is started again without delay.
STABLE_SECONDS = 60.0
LOG_BYTES_MAX = 10 * 1024**2


class ChildFailed(RuntimeError):
    """A child ended or was not ready in time; the message carries the end of its log."""


class Stopped(Exception):
    """The program was asked to stop while it was waiting."""


@dataclass(frozen=True)
class Child:
    """What to run: a name for people and the log file, a command, and how to see that it is ready."""

    name: str
    command: Sequence[str]
    is_ready: Callable[[], bool] = lambda: True
    environment: Mapping[str, str] = field(default_factory=dict)


class _Running:
    """One child with its process and its history of restarts."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0
        self.backoff = BACKOFF_SECONDS_FIRST
        self.restart_at: float | None = None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Keeps children running until it is told to stop, and then leaves none behind.

    To be used from the main thread only: Linux ties a child's life to the thread that started it.
    """

    def __init__(
        self, *, log_dir: Path, folder: Path, environment: Mapping[str, str], say: Callable[[str], None] = print
    ) -> None:
        self.stopping = threading.Event()
        self._log_dir = log_dir
        self._folder = folder
        self._environment = dict(environment)
        self._say = say
        self._running: list[_Running] = []

    # -- starting --------------------------------------------------------------------------------------------------

    def start(self, child: Child) -> None:
        """Start a child and watch it from now on. Raises: Stopped after a stop was asked for."""
        self._check_stopping()
        running = _Running(child)
        self._running.append(running)
        self._spawn(running)

    def run(self, child: Child) -> None:
        """Run a child to its end, its output going where ours goes.

        Raises: ChildFailed when it ends with an error; Stopped after a stop was asked for, when it is ended too.
        """
        self._check_stopping()
        running = _Running(child)
        self._running.append(running)
        running.process = self._popen(child, None)
        try:
            while running.is_alive:
                if self.stopping.wait(POLL_SECONDS / 4):
                    raise Stopped
        finally:
            if not running.is_alive:
                self._running.remove(running)
        if running.process.returncode != 0:
            raise ChildFailed(f"{child.name} ended with exit code {running.process.returncode}.")

    def wait_ready(self, names: Iterable[str], *, seconds_max: float) -> None:
        """Come back when all these children are ready; those that die meanwhile are started again.

        Raises: ChildFailed after so many seconds; Stopped after a stop was asked for.
        """
        deadline = time.monotonic() + seconds_max
        waiting = [self._named(name) for name in names]
        while waiting := [running for running in waiting if not (running.is_alive and running.child.is_ready())]:
            if time.monotonic() > deadline:
                first = waiting[0].child.name
                raise ChildFailed(
                    f"{first} is not ready after {seconds_max:.0f} s. The end of {self.log_file(first)}:\n"
                    f"{self._log_tail(first)}"
                )
            if self.stopping.wait(POLL_SECONDS):
                raise Stopped
            self.look()

    # -- watching --------------------------------------------------------------------------------------------------

    def watch(self, also: Callable[[], None] = lambda: None) -> None:
        """Keep the children running until a stop is asked for; `also` is called at every look."""
        while not self.stopping.wait(POLL_SECONDS):
            self.look()
            also()

    def look(self) -> None:
        """Start again what has died, after a pause that doubles with each death in a row."""
        now = time.monotonic()
        for running in self._running:
            if running.is_alive:
                continue
            if running.restart_at is None:
                self._plan_restart(running, now)
            elif now >= running.restart_at:
                self._spawn(running)

    def _plan_restart(self, running: _Running, now: float) -> None:
        if now - running.started > STABLE_SECONDS:
            running.backoff = BACKOFF_SECONDS_FIRST
        running.restart_at = now + running.backoff
        code = running.process.returncode if running.process is not None else None
        self._say(
            f"{running.child.name} ended (exit code {code}) and is started again in {running.backoff:.0f} s; "
            f"the end of {self.log_file(running.child.name)}:\n{self._log_tail(running.child.name, 3)}"
        )
        running.backoff = min(running.backoff * 2, BACKOFF_SECONDS_MAX)

    # -- stopping --------------------------------------------------------------------------------------------------

    def listen_to_signals(self) -> None:
        """Stop on Ctrl-C, on a polite kill and when the terminal is closed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def stop(self) -> None:
        """End every child and whatever the children started; those that do not go are killed."""
        self.stopping.set()
        families = [_family(running.process) for running in self._running if running.process is not None]
        for running in self._running:
            _signal_group(running.process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS_MAX
        for running in self._running:
            if running.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    running.process.wait(max(0.0, deadline - time.monotonic()))
        orphans = [process for family in families for process in family]
        _, stubborn = psutil.wait_procs(orphans, timeout=max(0.5, min(2.0, deadline - time.monotonic())))
        for process in stubborn:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        for running in self._running:
            _signal_group(running.process, signal.SIGKILL)
            if running.process is not None:
                running.process.wait()
        self._running.clear()

    # -- details ---------------------------------------------------------------------------------------------------

    def log_file(self, name: str) -> Path:
        """Where this child's output goes."""
        return self._log_dir / f"{name.lower().replace(' ', '-')}.log"

    def _named(self, name: str) -> _Running:
        return next(running for running in self._running if running.child.name == name)

    def _check_stopping(self) -> None:
        if self.stopping.is_set():
            raise Stopped

    def _spawn(self, running: _Running) -> None:
        path = self.log_file(running.child.name)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
            path.replace(path.with_suffix(".log.1"))
        with path.open("ab") as log:
            running.process = self._popen(running.child, log.fileno())
        running.started = time.monotonic()
        running.restart_at = None

    def _popen(self, child: Child, output: int | None) -> subprocess.Popen[bytes]:
        # A session of its own: a Ctrl-C in the terminal reaches us alone, and we end the whole group in order.
        return subprocess.Popen(
            child.command,
            cwd=self._folder,
            env={**self._environment, **child.environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # one system call, nothing else
        )

    def _log_tail(self, name: str, lines: int = 15) -> str:
        with suppress(FileNotFoundError):
            text = self.log_file(name).read_text(encoding="utf-8", errors="replace")
            return "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
        return ""


def _family(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """What the process has started so far, also in sessions of their own."""
    with suppress(psutil.NoSuchProcess):
        return psutil.Process(process.pid).children(recursive=True)
    return []


def _signal_group(process: subprocess.Popen[bytes] | None, number: signal.Signals) -> None:
    # The group may outlive its leader, so it is signalled even when the leader is gone.
    if process is not None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
