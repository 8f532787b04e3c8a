"""Small truths about processes and ports that the operating system knows."""

from __future__ import annotations

import ctypes
import signal
import socket
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1


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


def end_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Have this process get a signal when the one that started it ends."""
    ask = die_with_parent(sent)
    if ask is not None:
        ask()


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
