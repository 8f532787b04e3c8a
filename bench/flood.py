"""Somebody who asks far too often, in a process of its own: it takes little from the clients that are measured.

`python -m bench.flood`, given its `Flood` as JSON on its input, asks until its input ends and prints how often it got
each status.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from bench.plain_http import Connection

CONNECTIONS = 8
_PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Flood:
    """Whom to ask, how often a second, and for what, in turn."""

    port: int
    token: str
    rate: float
    paths: Sequence[str]


@contextmanager
def flooding(flood: Flood) -> Iterator[Counter[int]]:
    """Ask from another process; how often each status came is known at the end."""
    counted: Counter[int] = Counter()
    command = [sys.executable, "-m", "bench.flood"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as asking:
        assert asking.stdin is not None
        asking.stdin.write(json.dumps(asdict(flood)) + "\n")
        asking.stdin.flush()
        try:
            yield counted
        finally:
            told, _ = asking.communicate(timeout=_PATIENCE_SECONDS)
            counted.update({int(status): count for status, count in json.loads(told).items()})


def _ask(flood: Flood, number: int, stop: threading.Event, counted: Counter[int]) -> None:
    """One connection's share: at its planned times, or as soon as its last answer is there."""
    connection, began, sent = Connection(flood.port, flood.token), time.monotonic(), number
    while not stop.wait(max(0.0, began + sent / flood.rate - time.monotonic())):
        status, _ = connection.exchange("GET", flood.paths[sent % len(flood.paths)])
        counted[status] += 1
        sent += CONNECTIONS
    connection.close()


def main() -> None:
    """Ask until nobody wants it any more."""
    flood, stop, counted = Flood(**json.loads(sys.stdin.readline())), threading.Event(), Counter[int]()
    threads = [threading.Thread(target=_ask, args=(flood, n, stop, counted)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps(counted))


if __name__ == "__main__":
    main()
