"""How well a folder of series is scored: ranking, alarms and false alarms, by what is unusual and by kind of series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ai.anomalies.folder.scoring import score_values
from ai.anomalies.folder.writing import WORTH_A_LOOK
from ai.evals.ranking import average_precision, best_f1, volume_under_surface
from ai.evals.signals import BUILT_WITH, JUDGED_BY, Signal, make, patterns_of

Scorer = Callable[[NDArray[np.float64], float | None], NDArray[np.float64]]
BUILDING_SEEDS = (1, 2, 3)
JUDGING_SEEDS = (901, 902, 903)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the scores of one series came to.  Units: alarms in rows of 0.5 and above."""

    ground: str
    pattern: str
    by_rows: float
    by_ranges: float
    f1: float
    found: int
    planted: int
    false_alarms: int
    rows: int


def judge(signal: Signal, score: Scorer) -> Verdict:
    """One series scored and compared with what was put into it."""
    scores = score(signal.values, signal.steps_a_day)
    slack = max(3, signal.values.size // 50, min(signal.period, 200))
    near = np.convolve(signal.unusual, np.ones(2 * slack + 1), mode="same") > 0
    edges = np.flatnonzero(np.diff(np.r_[0, signal.unusual.astype(int), 0]))
    tight = max(2, slack // 4)
    spans = [(max(0, start - tight), stop + tight) for start, stop in zip(edges[::2], edges[1::2], strict=True)]
    return Verdict(
        ground=signal.ground,
        pattern=signal.pattern,
        by_rows=average_precision(scores, signal.unusual),
        by_ranges=volume_under_surface(scores, signal.unusual, min(100, max(10, signal.period))),
        f1=best_f1(scores, signal.unusual),
        found=sum(bool((scores[start:stop] >= WORTH_A_LOOK).any()) for start, stop in spans),
        planted=len(spans),
        false_alarms=int((scores[~near] >= WORTH_A_LOOK).sum()),
        rows=int((~near).sum()),
    )


def _score(values: NDArray[np.float64], steps_a_day: float | None) -> NDArray[np.float64]:
    return score_values(values, steps_a_day=steps_a_day)


def judge_all(grounds: Iterable[str], seeds: Sequence[int], score: Scorer = _score) -> list[Verdict]:
    """Every pattern of every kind with every seed, and each kind clean."""
    return [
        judge(make(ground, pattern, seed), score)
        for ground in grounds
        for pattern in ("clean", *patterns_of(ground))
        for seed in seeds
    ]


def table_of(title: str, verdicts: Sequence[Verdict]) -> str:
    """Patterns and kinds, each with its figures."""
    heads = ("rows", "ranges", "best F1", "recall", "false/1,000", "planted")
    lines = [title, f"{'':<22}" + "".join(f"{each:>12}" for each in heads)]
    for groups in (_grouped(verdicts, lambda each: each.pattern), _grouped(verdicts, lambda each: each.ground)):
        lines += [_line(name, each) for name, each in groups.items()]
        lines.append("")
    return "\n".join([*lines, _line("all", verdicts)])


def _grouped(verdicts: Sequence[Verdict], key: Callable[[Verdict], str]) -> Mapping[str, list[Verdict]]:
    groups: defaultdict[str, list[Verdict]] = defaultdict(list)
    for each in verdicts:
        groups[key(each)].append(each)
    return dict(sorted(groups.items()))


def _line(name: str, verdicts: Sequence[Verdict]) -> str:
    told = [each for each in verdicts if each.planted]
    cells = [f"{np.mean([getattr(each, field) for each in told]):.3f}" if told else "" for field in _FIELDS]
    planted = sum(each.planted for each in told)
    cells.append(f"{sum(each.found for each in told) / planted:.0%}" if planted else "")
    cells.append(f"{false_alarms(verdicts):.2f}")
    cells.append(str(planted or ""))
    return f"{name:<22}" + "".join(f"{each:>12}" for each in cells)


_FIELDS = ("by_rows", "by_ranges", "f1")


def false_alarms(verdicts: Sequence[Verdict]) -> float:
    """Rows of 0.5 and above among a thousand with nothing near."""
    return 1_000 * sum(each.false_alarms for each in verdicts) / max(1, sum(each.rows for each in verdicts))


BY_ROWS_MIN = 0.7
RECALL_MIN = 0.7
FALSE_MAX = 5.0
"""Rows among a thousand, those of changes told a little early or late among them."""
CLEAN_MAX = 2.0


def shortcomings(verdicts: Sequence[Verdict]) -> list[str]:
    """What falls short of what is held, all kinds together."""
    told = [each for each in verdicts if each.planted]
    clean = false_alarms([each for each in verdicts if not each.planted])
    by_rows = float(np.mean([each.by_rows for each in told]))
    recall = sum(each.found for each in told) / sum(each.planted for each in told)
    found = [f"folder: ranking by rows {by_rows:.2f}"] if by_rows < BY_ROWS_MIN else []
    found += [f"folder: recall {recall:.0%}"] if recall < RECALL_MIN else []
    found += [f"folder: {false_alarms(told):.1f} false of 1,000"] if false_alarms(told) > FALSE_MAX else []
    return [*found, *([f"folder: {clean:.1f} of 1,000 clean"] if clean > CLEAN_MAX else [])]


def evaluate(seeds: Sequence[int] = JUDGING_SEEDS) -> tuple[str, list[str]]:
    """The table as text, and what falls short: kinds of series and seeds that no threshold was chosen on."""
    verdicts = judge_all(JUDGED_BY, seeds[:2]) + judge_all(BUILT_WITH, seeds[2:])
    return table_of("Folders of series", verdicts), shortcomings(verdicts)
