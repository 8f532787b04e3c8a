"""Bounds of figures that are shares: people say them in percent, the books hold them as parts of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ai.questions.bounding import bounded_in
from ai.questions.lexicon import Lexicon
from ai.questions.said import Limit, Reading

HUNDRED = Decimal(100)
PERCENT = frozenset({"percent", "percentage", "%", "pct"})
PARTS_MAX = 2
"""A bound above so many is no part of one: a quota reached twice over is the most that is said so."""


def bound_shares(reading: Reading, metrics: Sequence[str], lexicon: Lexicon) -> None:
    """More than 5 percent of a share is more than 0.05 of it."""
    if not reading.limits:
        return
    held = bounded_in(reading) if len(metrics) > 1 else None
    name = next((each.name for each in held.meanings if each.name in metrics), metrics[0]) if held else metrics[0]
    if lexicon.metrics[name]["type"] != "share":
        return
    reading.limits = [_as_part(each, reading) for each in reading.limits]
    reading.operators = [each for each in reading.operators if each != "percent"]


def _as_part(limit: Limit, reading: Reading) -> Limit:
    is_percent = limit.end >= 0 and bool(PERCENT & set(reading.words[limit.end : limit.end + 1]))
    is_said = limit.start >= 0 and (is_percent or limit.number > PARTS_MAX)
    return replace(limit, number=limit.number / HUNDRED) if is_said else limit
