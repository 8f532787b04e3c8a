from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import psutil
import pytest

from cli.http import listens
from cli.supervisor import Child, ChildFailed, Stopped, Supervisor
from runtime.paths import PROJECT_FOLDER
from runtime.processes import free_port

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent-death signal is Linux's")
WAITS = "import signal; signal.pause()"
IGNORES_POLITE_REQUESTS = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\n"
    "while True: signal.pause()"
)
SERVES = (
    "import sys, http.server\n"
    "http.server.test(http.server.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"
)
# A grandchild in a session of its own, as servers that start workers have them.
HAS_A_CHILD = (
    "import subprocess, sys, signal\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'], start_new_session=True)\n"
    "print(child.pid, flush=True); signal.pause()"
)


class Scene:
    """A supervisor with its folder and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.said: list[str] = []
        self.supervisor = Supervisor(
            log_dir=folder / "logs", folder=folder, environment=dict(os.environ), say=self.said.append
        )

    def child(self, name: str, code: str, *arguments: str, is_ready: Callable[[], bool] = lambda: True) -> Child:
        return Child(name, [sys.executable, "-c", code, *arguments], is_ready)

    def output(self, name: str) -> str:
        path = self.supervisor.log_file(name)
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def pids(self) -> list[int]:
        return [running.process.pid for running in self.supervisor._running if running.process is not None]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    made = Scene(tmp_path)
    yield made
    made.supervisor.stop()


def wait_until(condition: Callable[[], bool], seconds_max: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds_max
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_stopping_leaves_no_child(scene: Scene) -> None:
    for name in ("one", "two"):
        scene.supervisor.start(scene.child(name, WAITS))
    pids = scene.pids()
    scene.supervisor.stop()
    assert all(is_gone(pid) for pid in pids)


def test_stopping_leaves_no_grandchild_in_another_session(scene: Scene) -> None:
    scene.supervisor.start(scene.child("family", HAS_A_CHILD))
    assert wait_until(lambda: scene.output("family").strip().isdigit())
    grandchild = int(scene.output("family"))
    scene.supervisor.stop()
    assert wait_until(lambda: is_gone(grandchild), 5)


def test_a_child_that_ignores_us_is_killed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.supervisor.STOP_SECONDS_MAX", 0.3)
    scene.supervisor.start(scene.child("deaf", IGNORES_POLITE_REQUESTS))
    assert wait_until(lambda: "deaf" in scene.output("deaf"))
    (pid,) = scene.pids()
    scene.supervisor.stop()
    assert is_gone(pid)


def test_a_child_that_dies_is_started_again_and_said_so(scene: Scene) -> None:
    scene.supervisor.start(scene.child("fragile", "print('was here', flush=True); raise SystemExit(3)"))

    def looked_twice_alive() -> bool:
        scene.supervisor.look()
        return scene.output("fragile").count("was here") >= 2

    assert wait_until(looked_twice_alive)
    assert "fragile ended (exit code 3) and is started again in 1 s" in scene.said[0]
    assert "was here" in scene.said[0]


def test_the_pause_doubles_with_each_death_in_a_row(scene: Scene) -> None:
    scene.supervisor.start(scene.child("fragile", "raise SystemExit(1)"))

    def died_twice() -> bool:
        scene.supervisor.look()
        return len(scene.said) == 2

    assert wait_until(died_twice)
    assert "in 1 s" in scene.said[0]
    assert "in 2 s" in scene.said[1]


def test_waiting_ends_when_the_child_is_ready(scene: Scene) -> None:
    port = free_port("127.0.0.1")
    scene.supervisor.start(scene.child("web", SERVES, str(port), is_ready=partial(listens, "127.0.0.1", port)))
    scene.supervisor.wait_ready(["web"], seconds_max=20)
    assert listens("127.0.0.1", port)


def test_a_child_that_is_never_ready_is_an_error_with_its_log(scene: Scene) -> None:
    scene.supervisor.start(scene.child("slow", "print('thinking', flush=True);" + WAITS, is_ready=lambda: False))
    assert wait_until(lambda: "thinking" in scene.output("slow"))
    with pytest.raises(ChildFailed, match=r"(?s)slow is not ready after 0 s.*thinking"):
        scene.supervisor.wait_ready(["slow"], seconds_max=0.1)


def test_a_task_runs_to_its_end(scene: Scene) -> None:
    scene.supervisor.run(scene.child("task", "open('done', 'w').close()"))
    assert (scene.folder / "done").exists()


def test_a_task_that_fails_is_an_error(scene: Scene) -> None:
    with pytest.raises(ChildFailed, match="task ended with exit code 4"):
        scene.supervisor.run(scene.child("task", "raise SystemExit(4)"))


def test_after_a_stop_nothing_is_started(scene: Scene) -> None:
    scene.supervisor.stop()
    with pytest.raises(Stopped):
        scene.supervisor.start(scene.child("late", WAITS))
    with pytest.raises(Stopped):
        scene.supervisor.run(scene.child("late", WAITS))


PROGRAM = """
import sys, os, pathlib
from cli.supervisor import Child, Supervisor
folder = pathlib.Path(sys.argv[1])
supervisor = Supervisor(log_dir=folder, folder=folder, environment=dict(os.environ))
supervisor.listen_to_signals()
supervisor.start(Child("child", [sys.executable, "-c", "import signal; signal.pause()"]))
print(supervisor._running[0].process.pid, flush=True)
try:
    supervisor.watch()
finally:
    supervisor.stop()
"""


@pytest.mark.parametrize(
    "number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, pytest.param(signal.SIGKILL, marks=LINUX)]
)
def test_however_the_program_ends_its_children_end_too(tmp_path: Path, number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, tmp_path], cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        child = int(program.stdout.readline())
        assert not is_gone(child)
        program.send_signal(number)
        assert wait_until(lambda: is_gone(child))
        program.wait(10)
