"""What became of requests that were sent as planned, told in lines of a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.working_day import ACTIONS, WRITES

IN_TIME_SECONDS = 2.0
"""An answer that comes later helps nobody: under overload only what comes in time is useful work."""
WINDOW_SECONDS = 15.0
_SHED = frozenset({429, 503})
_GOOD = frozenset({200, 201})


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one planned request.  Units: seconds, `took` from the planned moment, which a clock told."""

    action: str
    status: int
    planned: float
    took: float
    why: str = ""
    """What broke, where there was no answer."""


def told_stretch(name: str, answers: Sequence[Answer], seconds: float) -> str:
    """A stretch in one line."""
    good = [each for each in answers if each.status in _GOOD]
    in_time = [each for each in good if each.took <= IN_TIME_SECONDS]
    reads = [each.took * 1000 for each in good if each.action not in WRITES]
    writes = [each.took * 1000 for each in good if each.action in WRITES]
    shed = sum(each.status in _SHED for each in answers)
    failed = len(answers) - len(good) - shed
    return (
        f"{name:<18} useful {len(in_time) / seconds:6.1f}/s  reads {_told(reads)}  writes {_told(writes)}"
        f"  shed {shed}  errors {failed} of {len(answers)}"
    )


def answers_by_action(answers: Sequence[Answer]) -> Iterator[str]:
    """A line for each kind of request."""
    took: defaultdict[str, list[float]] = defaultdict(list)
    statuses: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for each in answers:
        took[each.action].append(each.took * 1000)
        statuses[each.action][each.status] += 1
    for action in ACTIONS:
        times = took[action.name]
        counted = ", ".join(f"{status}: {count}" for status, count in sorted(statuses[action.name].items()))
        yield (
            f"{action.name:<18} {len(times):5d}  p50 {quantile(times, 0.5):6.0f}  p95 {quantile(times, 0.95):6.0f}"
            f"  p99 {quantile(times, 0.99):6.0f} ms  {counted}"
        )


def answers_by_time(answers: Sequence[Answer], seconds: float) -> Iterator[str]:
    """A line for each quarter of a minute, where a stretch has several: whether it gets worse the longer it lasts."""
    if not answers or seconds <= WINDOW_SECONDS:
        return
    began = min(each.planned for each in answers)
    windows: defaultdict[int, list[Answer]] = defaultdict(list)
    for each in answers:
        windows[int((each.planned - began) // WINDOW_SECONDS)].append(each)
    for number, within in sorted(windows.items()):
        yield told_stretch(f"from {number * WINDOW_SECONDS:.0f} s", within, WINDOW_SECONDS)


def broken(answers: Sequence[Answer]) -> Iterator[str]:
    """A line for each way in which requests got no answer."""
    for why, count in Counter(f"{each.action}: {each.why}" for each in answers if each.why).most_common():
        yield f"no answer, {count} times: {why}"


def quantile(values: Sequence[float], share: float) -> float:
    """The value that this share of values does not exceed; zero of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _told(times: Sequence[float]) -> str:
    return f"p50 {quantile(times, 0.5):5.0f} p95 {quantile(times, 0.95):5.0f} p99 {quantile(times, 0.99):6.0f} ms"
