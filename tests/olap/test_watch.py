"""One thread keeps the time limits of all statements."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from olap.watch import Watch


@pytest.fixture
def watch() -> Iterator[Watch]:
    made = Watch("test")
    yield made
    made.close()


def test_what_takes_too_long_is_stopped_once_and_nothing_else_is(watch: Watch) -> None:
    stopped, late, early = threading.Event(), list[str](), list[str]()

    def stop() -> None:
        late.append("stopped")
        stopped.set()

    with watch.over(lambda: early.append("stopped"), 60.0):
        with watch.over(stop, 0.01):
            assert stopped.wait(20)
        with watch.over(lambda: early.append("stopped"), 0.0005):
            pass
        with watch.over(lambda: early.append("stopped"), None):
            pass
        again = threading.Event()
        with watch.over(again.set, 0.01):
            assert again.wait(20), "the thread goes on"
    assert (late, len(early) <= 1) == (["stopped"], True)


def test_one_thread_watches_everything(watch: Watch) -> None:
    before = threading.active_count()
    with watch.over(lambda: None, 60.0), watch.over(lambda: None, 60.0), watch.over(lambda: None, 60.0):
        assert threading.active_count() == before + 1
