"""Small truths about processes and ports that the operating system knows."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_PR_SET_PDEATHSIG = 1
_KILLED = 128
"""What a shell adds to the number of the signal that killed a program."""
STABLE_SECONDS = 5.0
"""A process that was killed sooner after its start would be killed again: that is somebody else's to decide."""
FAIR_LOOP = "runtime.fair_loop:FairLoop"
"""The event loop of processes that serve one port together, as uvicorn is told it."""
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept: longer than proxies and clients keep theirs, which is a minute at most.

Who sends a request while the other side ends the connection gets no answer and cannot know whether it was taken, so it
is for the one who sends to end it. The library's own 5 seconds are also what the pages' client waits.
"""
SWITCH_SECONDS = 0.0005
"""How long one thread may keep the interpreter while others want it.

A request changes threads several times, and waits that long each time while another is planning figures or reading a
question: see `python -m bench.thread_hops`.
"""
log = logging.getLogger(__name__)


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """A function for the child to call before its program starts, so that it gets this signal when its parent ends.

    Linux only; elsewhere None, and only an orderly stop ends the children.
    """
    if sys.platform != "linux":
        return None
    # Looked up here, in the parent: between fork and exec nothing may be loaded.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    number = int(sent)

    def ask_for_signal() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)

    return ask_for_signal


def end_with_parent(sent: signal.Signals = signal.SIGTERM, *, parent: int | None = None) -> None:
    """Have this process get a signal when the one that started it ends, now if that one, named, has ended before."""
    if signal.getsignal(sent) is signal.SIG_IGN:
        # Whoever started us may not listen to it, as a program that is not to be disturbed: this one ends all the same.
        signal.signal(sent, signal.SIG_DFL)
    ask = die_with_parent(sent)
    if ask is not None:
        ask()
        if parent is not None and os.getppid() != parent:
            os.kill(os.getpid(), sent)


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As servers do themselves: connections that are merely winding down do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str) -> int:
    """A port that nobody listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def keep_forked(work: Callable[[], None]) -> int:
    """The exit code of a process that is forked from this one to work; one that is killed is replaced at once.

    What this process has loaded need not be loaded again. A request to end goes to the one that works.
    """
    working, is_ending, keeper = 0, False, os.getpid()

    def end(*_: int | FrameType | None) -> None:
        nonlocal is_ending
        is_ending = True
        # An interrupt from the terminal reaches both, and a second one would be taken for impatience.
        with suppress(ProcessLookupError):
            os.kill(working, signal.SIGTERM)

    while True:
        started = time.monotonic()
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        working = os.fork()
        if working == 0:
            end_with_parent(parent=keeper)
            work()
            return 0
        for number in before:
            signal.signal(number, end)
        code = os.waitstatus_to_exitcode(os.waitpid(working, 0)[1])
        for number, handler in before.items():
            signal.signal(number, handler)
        if is_ending:
            return 0
        if code >= 0 or time.monotonic() - started < STABLE_SECONDS:
            return code if code >= 0 else _KILLED - code
        log.warning("a process was killed and is replaced", extra={"signal": -code})
