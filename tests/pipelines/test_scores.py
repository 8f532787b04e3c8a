"""When a look at the figures is due: after a load, in a quiet moment, never twice at once."""

import subprocess
from pathlib import Path

import pytest

from pipelines.scores.books import QUERIES
from pipelines.scores.process import EVERY_SECONDS, OVERDUE_SECONDS, QUIET_SECONDS, ScoreWatch
from runtime.settings import Settings, load_settings


class Started:
    """A process that ends when it is told to."""

    def __init__(self) -> None:
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self.returncode

    def terminate(self) -> None:
        self.returncode = -15

    def wait(self) -> None:
        return


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


class CountingWatch(ScoreWatch):
    """Counts instead of starting."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.started: list[Started] = []
        self.clock = clock
        super().__init__(settings, monotonic=clock.monotonic)

    def _start(self) -> subprocess.Popen[bytes]:
        self.started.append(Started())
        return self.started[-1]  # type: ignore[return-value]  # as far as the watch uses it


@pytest.fixture
def watch(tmp_path: Path) -> CountingWatch:
    settings = load_settings().model_copy(update={"home": tmp_path})
    return CountingWatch(settings, Clock())


def test_a_look_waits_for_quiet_and_for_the_one_before(watch: CountingWatch) -> None:
    watch.look(changed=False)
    watch.clock.now += 10 * QUIET_SECONDS
    watch.look(changed=False)
    assert watch.started == [], "nothing was published yet"
    watch.look(changed=True)
    assert watch.started == []
    watch.clock.now += QUIET_SECONDS
    watch.look(changed=False)
    assert len(watch.started) == 1
    watch.look(changed=True)
    watch.clock.now += EVERY_SECONDS
    watch.look(changed=False)
    assert len(watch.started) == 1, "the first is still looking"
    watch.started[0].returncode = 0
    watch.look(changed=False)
    assert len(watch.started) == 2
    watch.started[1].returncode = 1
    watch.clock.now += 10 * EVERY_SECONDS
    watch.look(changed=False)
    assert len(watch.started) == 2, "nothing has changed since"


def test_without_a_quiet_moment_a_look_is_taken_after_an_hour(watch: CountingWatch) -> None:
    for _ in range(int(OVERDUE_SECONDS)):
        watch.look(changed=True)
        assert watch.started == []
        watch.clock.now += 1
    watch.look(changed=True)
    assert len(watch.started) == 1
    watch.close()
    assert watch.started[0].returncode == -15


def test_every_frame_reads_published_marts_only() -> None:
    placed: set[str] = set()

    class Marts(dict[str, str]):
        def __missing__(self, key: str) -> str:
            placed.add(key)
            return key

    for text in QUERIES.values():
        text.format_map(Marts())
    assert placed
    assert all(name.startswith(("fct_", "dim_")) for name in placed)
