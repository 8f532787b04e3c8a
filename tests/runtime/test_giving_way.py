"""What gives way says so to Linux in both ways in which it shares the processor."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.giving_way import BATCHES, give_way
from runtime.paths import PROJECT_FOLDER

IDLE = "import sys; sys.stdin.read()"


def _autogroup(pid: int) -> str:
    return Path(f"/proc/{pid}/autogroup").read_text(encoding="ascii")


@pytest.mark.parametrize("leads", [True, False])
def test_a_process_gives_way_with_the_session_that_it_leads_and_with_no_other(*, leads: bool) -> None:
    with subprocess.Popen([sys.executable, "-c", IDLE], stdin=subprocess.PIPE, start_new_session=leads) as process:
        shared = _autogroup(os.getpid()) if Path("/proc/self/autogroup").exists() else ""
        give_way(BATCHES, process.pid)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == BATCHES
        if shared and leads:
            assert _autogroup(process.pid).split()[-1] == str(BATCHES)
        elif shared:
            assert _autogroup(os.getpid()) == shared
        process.communicate()


def test_what_works_for_a_process_gives_way_as_that_does() -> None:
    words = "import os, sys; from runtime.giving_way import *; give_way(BATCHES); give_way_alike(int(sys.argv[1]))"
    with subprocess.Popen([sys.executable, "-c", IDLE], stdin=subprocess.PIPE) as process:
        subprocess.run([sys.executable, "-c", words, str(process.pid)], check=True, cwd=PROJECT_FOLDER)
        assert os.getpriority(os.PRIO_PROCESS, process.pid) == BATCHES
        process.communicate()


def test_a_process_that_has_gone_gives_way_without_a_word() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    own = os.getpriority(os.PRIO_PROCESS, 0)
    give_way(BATCHES, process.pid)
    assert os.getpriority(os.PRIO_PROCESS, 0) == own
    with pytest.raises(ProcessLookupError):
        os.getpriority(os.PRIO_PROCESS, process.pid)
