"""How long a request waits to change threads beside a thread that computes: `python -m bench.thread_hops`.

A request goes from the event loop to a thread and back several times, and gets the interpreter back only when whoever
computes lets go of it: Python's own switch interval and the API's are measured in turn, so that a busy machine is
busy in both, and how much a processor second computes in each.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import anyio.to_thread

from runtime.processes import SWITCH_SECONDS

PYTHONS_OWN_SECONDS = 0.005
ROUNDS, REQUESTS = 3, 60
_WORK = 20_000


def _compute(stop: threading.Event, done: list[int]) -> None:
    while not stop.is_set():
        total = 0
        for number in range(_WORK):
            total += number * number
        done.append(1)


@contextmanager
def _computing(threads: int) -> Iterator[list[int]]:
    """What so many threads have done, while they go on."""
    stop, done = threading.Event(), list[int]()
    started = [threading.Thread(target=_compute, args=(stop, done)) for _ in range(threads)]
    for each in started:
        each.start()
    try:
        yield done
    finally:
        stop.set()
        for each in started:
            each.join()


async def _requests() -> list[float]:
    """Seconds of requests that wait for something twice, each time in a thread."""
    took = []
    for _ in range(REQUESTS):
        began = time.perf_counter()
        for _ in range(2):
            await anyio.to_thread.run_sync(time.sleep, 0.0005)
        took.append(time.perf_counter() - began)
        await asyncio.sleep(0.005)
    return took


def _measured(threads: int, seconds: float) -> tuple[list[float], float]:
    """Seconds of requests beside threads that compute, and what a processor second computed."""
    sys.setswitchinterval(seconds)
    with _computing(threads) as done:
        began = time.process_time()
        took = asyncio.run(_requests())
        return took, len(done) / (time.process_time() - began)


def main() -> None:
    """Measure in turn, print."""
    for threads in (1, 2):
        for seconds in (PYTHONS_OWN_SECONDS, SWITCH_SECONDS):
            found = [_measured(threads, seconds) for _ in range(ROUNDS)]
            took = sorted(each for times, _ in found for each in times)
            work = statistics.mean(each for _, each in found)
            p50, p95 = (took[int(len(took) * share)] * 1000 for share in (0.5, 0.95))
            print(
                f"{threads} computing, interval {seconds * 1000:3.1f} ms: a request p50 {p50:6.1f} p95 {p95:6.1f} ms,"
                f" work done in a processor second {work:6.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
