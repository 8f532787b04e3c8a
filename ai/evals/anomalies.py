"""How well anomalies are found: recall, false alarms, precision and delay, pattern by pattern and seed by seed.

Three tables: series of made-up companies with patterns put into them, clean series, and documents of made-up companies
with one irregularity of every kind. Seeds are named; a run with others gives other figures of the same size.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from ai.anomalies.controls.testing import document_count, examine_books
from ai.anomalies.metrics import Family, Outlier, find_outliers
from ai.anomalies.model import Incident
from ai.evals.company import ITEMS, company
from ai.evals.irregular import plant
from ai.evals.series import DAYS, START, Injected, clean_series, frame_of, inject

SEEDS = (11, 12, 13)
SERIES = 400
WATCHED_DAYS = 120
RECALL_MIN = 0.9
FALSE_ALARMS_MAX = 0.05
PRECISION_AT_20_MIN = 0.8
CLEAN_ALARMS_MAX = 1.0
"""Per thousand series-days."""


@dataclass
class Tally:
    """What one pattern came to."""

    planted: int = 0
    found: int = 0
    delays: list[int] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """The share found."""
        return self.found / self.planted if self.planted else 1.0


@dataclass
class Outcome:
    """One seed: tallies by pattern, and what was told without a reason."""

    seed: int
    patterns: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    alarms: int = 0
    false_alarms: int = 0
    looked_at: int = 0
    """Series-days or documents."""
    precision_at_20: float = 1.0

    @property
    def recall(self) -> float:
        """The share of everything planted that was found."""
        planted = sum(each.planted for each in self.patterns.values())
        return sum(each.found for each in self.patterns.values()) / planted if planted else 1.0

    @property
    def false_share(self) -> float:
        """False alarms among all alarms."""
        return self.false_alarms / self.alarms if self.alarms else 0.0

    @property
    def per_thousand(self) -> float:
        """False alarms per thousand series-days or documents."""
        return 1_000 * self.false_alarms / self.looked_at if self.looked_at else 0.0


def judge_series(seed: int, *, count: int = SERIES) -> Outcome:
    """Series with patterns in a third of them."""
    random = np.random.default_rng(seed)
    values, seldom = clean_series(random, count)
    changed, truth = inject(random, values, seldom, last_days=WATCHED_DAYS)
    since = START + timedelta(days=DAYS - WATCHED_DAYS)
    found = find_outliers([Family("revenue", "item", is_additive=True, frame=frame_of(changed))], since=since)
    return _matched(Outcome(seed, looked_at=count * WATCHED_DAYS), truth, found.outliers)


def judge_clean(seed: int, *, count: int = SERIES) -> Outcome:
    """Series with nothing in them: every alarm is false."""
    values, _ = clean_series(np.random.default_rng(seed + 500), count)
    since = START + timedelta(days=DAYS - WATCHED_DAYS)
    found = find_outliers([Family("revenue", "item", is_additive=True, frame=frame_of(values))], since=since)
    alarms = len(found.outliers)
    return Outcome(seed, alarms=alarms, false_alarms=alarms, looked_at=count * WATCHED_DAYS)


def _matched(outcome: Outcome, truth: Sequence[Injected], outliers: Sequence[Outlier]) -> Outcome:
    """An outlier belongs to a pattern from its first day to a week after its last."""
    by_series: dict[int, list[Outlier]] = defaultdict(list)
    for each in outliers:
        by_series[int(each.key.member)].append(each)
    right: set[tuple[int, int]] = set()
    for planted in truth:
        tally = outcome.patterns[planted.pattern]
        tally.planted += 1
        last = planted.on + timedelta(days=planted.days + 14)
        own = [each for each in by_series[planted.series] if planted.on <= each.on <= last]
        right |= {(planted.series, id(each)) for each in own}
        # The end of a shift is a change too.
        after = last + timedelta(days=90)
        right |= {(planted.series, id(each)) for each in by_series[planted.series] if planted.on <= each.on <= after}
        if own:
            tally.found += 1
            tally.delays.append((min(each.on for each in own) - planted.on).days)
    ranked = sorted(outliers, key=lambda each: -abs(each.score))
    is_right = [(int(each.key.member), id(each)) in right for each in ranked]
    outcome.alarms, outcome.false_alarms = len(ranked), is_right.count(False)
    outcome.precision_at_20 = sum(is_right[:20]) / max(1, min(20, len(is_right)))
    return outcome


def judge_documents(seed: int) -> Outcome:
    """A company with one irregularity of every kind."""
    random = np.random.default_rng(seed)
    made = company(random)
    opening = sorted(made.rows["moves"][:ITEMS], key=lambda row: int(row["item_id"][1:]))
    costs = [row["value"] / row["quantity"] for row in opening]
    truth = plant(made, random, costs)
    books = made.books()
    planted = [(each.pattern, each.documents) for each in truth]
    return _judged(Outcome(seed, looked_at=document_count(books)), planted, examine_books(books))


def judge_demo(incidents: Sequence[Incident], truth: Path, documents: int) -> Outcome:
    """The demo company against what the simulator planted in it; a spike without documents is judged by its day."""
    told = json.loads(truth.read_text(encoding="utf-8"))["planted"]
    # A spike is planted before anything is traded, so it names its day: the goods are invoiced within the week.
    days = [(date.fromisoformat(each["on"]), each) for each in told]
    planted = [
        (each["kind"], frozenset(each["documents"]) or frozenset(str(on + timedelta(days=later)) for later in range(8)))
        for on, each in days
    ]
    return _judged(Outcome(0, looked_at=documents), planted, incidents)


def _judged(outcome: Outcome, planted: Sequence[tuple[str, Collection[str]]], incidents: Sequence[Incident]) -> Outcome:
    told = [_signs(each) for each in incidents]
    every = {document for _, documents in planted for document in documents}
    for pattern, documents in planted:
        tally = outcome.patterns[pattern]
        tally.planted += 1
        tally.found += any(signs & set(documents) for signs in told)
    is_right = [bool(signs & every) for signs in told]
    outcome.alarms, outcome.false_alarms = len(told), is_right.count(False)
    outcome.precision_at_20 = sum(is_right[:20]) / max(1, min(20, len(is_right)))
    return outcome


def _signs(incident: Incident) -> set[str]:
    documents = {name for each in incident.documents for name in (each.id, each.number)}
    spikes = {"quantity_outlier", "metric_day", "metric_size"}
    return documents | {str(hit.on) for hit in incident.hits if hit.control in spikes}


def table_of(title: str, outcomes: Sequence[Outcome], *, unit: str) -> str:
    """Patterns by seed, and what was told for nothing."""
    names = sorted({name for each in outcomes for name in each.patterns})
    heads = "".join(f"{f'seed {each.seed}' if each.seed else 'demo':>12}" for each in outcomes)
    lines = [title, f"{'pattern':<34}{heads}"]
    lines += [f"{name:<34}" + "".join(f"{_cell(each.patterns.get(name)):>12}" for each in outcomes) for name in names]
    lines.append(f"{'recall':<34}" + "".join(f"{each.recall:>12.1%}" for each in outcomes))
    lines.append(f"{'alarms':<34}" + "".join(f"{each.alarms:>12}" for each in outcomes))
    lines.append(f"{'false among alarms':<34}" + "".join(f"{each.false_share:>12.1%}" for each in outcomes))
    lines.append(f"{f'false per 1,000 {unit}':<34}" + "".join(f"{each.per_thousand:>12.3f}" for each in outcomes))
    if names:
        lines.append(f"{'precision at 20':<34}" + "".join(f"{each.precision_at_20:>12.2f}" for each in outcomes))
        lines += _delays(outcomes)
    return "\n".join(lines)


def _cell(tally: Tally | None) -> str:
    return f"{tally.found}/{tally.planted}" if tally else ""


def _delays(outcomes: Sequence[Outcome]) -> list[str]:
    days = [day for each in outcomes for tally in each.patterns.values() for day in tally.delays]
    if not days:
        return []
    return [f"{'delay in days: median, 90 percent':<34}{np.median(days):>12.0f}{np.quantile(days, 0.9):>12.0f}"]


def shortcomings(tables: Mapping[str, Sequence[Outcome]]) -> list[str]:
    """What falls short of the promise, by table, all seeds of it together; the tables tell each seed."""
    found = []
    for title, outcomes in tables.items():
        every = pooled(outcomes)
        if title == "clean":
            found += [f"{title}: {every.per_thousand:.2f} alarms"] if every.per_thousand > CLEAN_ALARMS_MAX else []
            continue
        found += [f"{title}: recall {every.recall:.1%}"] if every.recall < RECALL_MIN else []
        found += [f"{title}: false {every.false_share:.1%}"] if every.false_share > FALSE_ALARMS_MAX else []
        at_20 = min(each.precision_at_20 for each in outcomes)
        found += [f"{title}: precision at 20 {at_20:.2f}"] if at_20 < PRECISION_AT_20_MIN else []
    return found


def pooled(outcomes: Sequence[Outcome]) -> Outcome:
    """All seeds as one."""
    every = Outcome(0)
    for each in outcomes:
        every.alarms += each.alarms
        every.false_alarms += each.false_alarms
        every.looked_at += each.looked_at
        for name, tally in each.patterns.items():
            every.patterns[name].planted += tally.planted
            every.patterns[name].found += tally.found
    return every


def evaluate(seeds: Sequence[int] = SEEDS) -> tuple[str, list[str]]:
    """The tables as text, and what falls short."""
    series = [judge_series(seed) for seed in seeds]
    clean = [judge_clean(seed) for seed in seeds]
    documents = [judge_documents(seed) for seed in seeds]
    text = "\n\n".join(
        (
            table_of("Patterns in daily series", series, unit="series-days"),
            table_of("Clean daily series", clean, unit="series-days"),
            table_of("Irregular documents", documents, unit="documents"),
        )
    )
    return text, shortcomings({"series": series, "clean": clean, "documents": documents})
