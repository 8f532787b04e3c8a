"""What several ask for at the same time is made once, and each gets it."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from olap.cache import Cache

VIEWERS = 30


class Work:
    """Work that does not end before it is let go."""

    def __init__(self, *, fails: bool = False) -> None:
        self.times = 0
        self.begun, self.may_end = threading.Event(), threading.Event()
        self.fails = fails

    def __call__(self) -> str:
        self.times += 1
        self.begun.set()
        assert self.may_end.wait(30)
        if self.fails:
            raise LookupError("nothing there")
        return f"made {self.times}"


def asked_at_once(cache: Cache, work: Work) -> list[str]:
    """What each of thirty got who asked while the first was being served."""
    with ThreadPoolExecutor(VIEWERS) as pool:
        first = pool.submit(cache.once, "board", work)
        assert work.begun.wait(30)
        others = [pool.submit(cache.once, "board", work) for _ in range(VIEWERS - 1)]
        # Another question does not wait for this one.
        assert cache.once("other", lambda: "at once") == "at once"
        work.may_end.set()
        return [str(each.exception() or each.result()) for each in (first, *others)]


@pytest.mark.parametrize("said", ["made 1", "nothing there"])
def test_thirty_who_ask_at_once_cost_what_one_does(said: str) -> None:
    cache, work = Cache(), Work(fails=said == "nothing there")
    told = asked_at_once(cache, work)
    # A thread that came late, after the work was done, makes it again: nothing was kept.
    assert work.times + told.count(told[0]) >= VIEWERS
    assert told[0] == said
    assert work.times < VIEWERS / 2
    work.fails = False
    assert cache.once("board", work) == f"made {work.times}", "a refusal is not kept, nor is what nobody put away"


def test_what_is_put_away_is_not_made_again() -> None:
    cache = Cache(size=2)
    for name in ("a", "b", "c"):
        cache.put(name, name.upper())
    assert [cache.once(name, lambda: "anew") for name in ("a", "b", "c")] == ["anew", "B", "C"]
    cache.clear()
    assert cache.get("b") is None
