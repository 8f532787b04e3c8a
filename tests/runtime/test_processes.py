"""A process that is kept: replaced when it is killed, ended with the one that keeps it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress

import psutil
import pytest

from runtime.paths import PROJECT_FOLDER

KEEPER = """
import os, signal, sys
from runtime import processes

def work():
    print(os.getpid(), flush=True)
    {work}

processes.STABLE_SECONDS = {stable}
sys.exit(processes.keep_forked(work))
"""
Keep = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def keep() -> Iterator[Keep]:
    """Starts a process that keeps another, which tells its id."""
    started: list[subprocess.Popen[str]] = []

    def start(work: str = "signal.pause()", *, stable: float = 0.0) -> subprocess.Popen[str]:
        script = KEEPER.format(work=work, stable=stable)
        started.append(
            subprocess.Popen([sys.executable, "-c", script], cwd=PROJECT_FOLDER, stdout=subprocess.PIPE, text=True)
        )
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            process.kill()
        process.communicate()


@pytest.fixture
def deaf() -> Iterator[None]:
    """Requests to end are not listened to by whoever starts the processes, so that they begin without listening."""
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGTERM, before)


def said(process: subprocess.Popen[str]) -> int:
    """The id that the working process tells as it begins."""
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_one_that_is_killed_is_replaced_and_a_request_to_end_reaches_it(keep: Keep) -> None:
    keeper = keep()
    for _ in range(3):
        working = said(keeper)
        assert psutil.Process(working).ppid() == keeper.pid
        os.kill(working, signal.SIGKILL)
    last = said(keeper)
    assert last != working
    keeper.terminate()
    assert keeper.wait(10) == 0
    assert not psutil.pid_exists(last)


@pytest.mark.usefixtures("deaf")
def test_it_ends_when_asked_though_started_by_one_that_does_not_listen(keep: Keep) -> None:
    keeper = keep()
    working = said(keeper)
    keeper.terminate()
    assert keeper.wait(10) == 0
    assert not psutil.pid_exists(working)


def test_one_that_is_killed_as_it_starts_is_not_tried_for_ever(keep: Keep) -> None:
    keeper = keep(stable=60.0)
    os.kill(said(keeper), signal.SIGKILL)
    assert keeper.wait(10) == 128 + signal.SIGKILL


def test_what_it_ends_with_by_itself_is_told(keep: Keep) -> None:
    assert keep("sys.exit(3)").wait(10) == 3
    assert keep("return").wait(10) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that the one that started it ended")
def test_it_does_not_outlive_the_one_that_keeps_it(keep: Keep) -> None:
    keeper = keep()
    working = psutil.Process(said(keeper))
    keeper.kill()
    psutil.wait_procs([working], timeout=10)
    assert not working.is_running()


def test_one_whose_parent_has_ended_before_it_could_ask_ends_too() -> None:
    orphan = (
        "import os, sys\nfrom runtime.processes import end_with_parent\n"
        "while os.getppid() == int(sys.argv[1]):\n    pass\n"
        "print('orphaned', flush=True)\nend_with_parent(parent=int(sys.argv[1]))\nprint('outlived', flush=True)"
    )
    parent = f"import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', {orphan!r}, str(os.getpid())])"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", parent], cwd=PROJECT_FOLDER, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["orphaned"]
