"""How little a process wants the processor beside others that want it too."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

BATCHES = 5
"""Of what somebody waits for, but not now: a third of what a request gets where both want all there is."""


def give_way(niceness: int, pid: int | None = None) -> None:
    """Have a process leave the processor to others, as far as this system lets us say so; to be called before threads.

    Linux may share the processor among sessions first and only then within each by niceness (`sched_autogroup`): a
    process that leads a session says it for all of that, and one in somebody else's gives way within that alone.
    """
    named = os.getpid() if pid is None else pid
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, named, niceness)
    with suppress(OSError):
        if os.getsid(named) == named:
            Path(f"/proc/{named}/autogroup").write_text(str(niceness), encoding="ascii")


def give_way_alike(pid: int) -> None:
    """Have another process, which works for this one alone, give way as this one does."""
    if niceness := os.getpriority(os.PRIO_PROCESS, 0):
        give_way(niceness, pid)
