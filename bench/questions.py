"""How long the assistant takes beyond its query, over AdventureWorks: `python -m bench.questions`.

Every question of the outside authors is asked once, as somebody who may see everything; names and words are remembered
from those before it. Told is the processor time of this process from the question to the reply, less that of the
metrics layer's queries within; wall time is told beside it.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import replace
from itertools import count
from typing import Any, cast

from ai.evals.outside import WORLD, read_questions
from ai.evals.questions import worlds_of
from ai.questions.service import answer
from olap.asker import Asker
from olap.query import MetricQuery, QueryResult
from olap.service import Numbers
from runtime.settings import load_settings

MILLISECONDS_MAX = 200.0
SLOWEST_TOLD = 5
PUBLICATIONS = 10


class TimedNumbers:
    """The metrics layer, with the time that its queries took."""

    def __init__(self, numbers: Numbers) -> None:
        """Nothing has been asked yet."""
        self._numbers = numbers
        self.processor = self.wall = 0.0

    def __getattr__(self, name: str) -> Any:
        """Everything else is as in the metrics layer."""
        return getattr(self._numbers, name)

    def query(self, query: MetricQuery, asker: Asker, **more: Any) -> QueryResult:
        """The figures asked for."""
        processor, wall = time.process_time(), time.perf_counter()
        try:
            return self._numbers.query(query, asker, **more)
        finally:
            self.processor += time.process_time() - processor
            self.wall += time.perf_counter() - wall


def main() -> None:
    """Ask, and print the figures; exit code 1 where the 95th percentile is over its bound."""
    world = worlds_of(load_settings())[WORLD]
    timed, asker = TimedNumbers(world.numbers), Asker(world.tenant_id, frozenset({"*"}))
    numbers = cast("Numbers", timed)
    questions = [each.case.question for each in read_questions()]
    first = _asked(questions[0], numbers, timed, asker, world.terms)
    print(f"first question of a process, names and words read: {first[0]:,.0f} ms of processor beyond its query")
    took = {each: _asked(each, numbers, timed, asker, world.terms) for each in questions[1:]}
    beyond = sorted(processor for processor, _ in took.values())
    print(f"{len(beyond)} questions, processor beyond the query: {_told(beyond)}")
    print(f"{len(beyond)} questions, wall beyond the query: {_told(sorted(wall for _, wall in took.values()))}")
    for question, (processor, _) in sorted(took.items(), key=lambda each: -each[1][0])[:SLOWEST_TOLD]:
        print(f"  {processor:7.1f} ms  {question[:100]}")
    _print_after_publications(world.numbers, asker, world.terms, questions[0])
    if _p95(beyond) > MILLISECONDS_MAX:
        raise SystemExit(1)


def _print_after_publications(numbers: Numbers, asker: Asker, terms: Any, question: str) -> None:
    """A whole question, its queries too, after a version that changed none of its marts and with all read anew."""
    version, told = numbers.engine.version, count(1)
    numbers.engine.version = lambda: replace(version(), id=f"{version().id}, {next(told)}")  # type: ignore[method-assign]
    for what, before in (("of other marts", None), ("read anew", numbers.forget)):
        times = []
        for _ in range(PUBLICATIONS):
            if before is not None:
                before()
            began = time.process_time()
            answer(numbers, asker, question, terms=terms)
            times.append((time.process_time() - began) * 1_000)
        print(f"a question after a publication {what}: median {statistics.median(times):.1f} ms of processor")
    numbers.engine.version = version  # type: ignore[method-assign]


def _asked(question: str, numbers: Numbers, timed: TimedNumbers, asker: Asker, terms: Any) -> tuple[float, float]:
    """Milliseconds of processor and of wall from a question to its reply, without those of its queries."""
    timed.processor = timed.wall = 0.0
    processor, wall = time.process_time(), time.perf_counter()
    answer(numbers, asker, question, terms=terms)
    beyond = time.process_time() - processor - timed.processor, time.perf_counter() - wall - timed.wall
    return beyond[0] * 1_000, beyond[1] * 1_000


def _told(sorted_ms: list[float]) -> str:
    return f"median {statistics.median(sorted_ms):.1f} ms, p95 {_p95(sorted_ms):.1f} ms, longest {sorted_ms[-1]:.1f} ms"


def _p95(sorted_ms: list[float]) -> float:
    return sorted_ms[min(len(sorted_ms) - 1, round(len(sorted_ms) * 0.95))]


if __name__ == "__main__":
    main()
