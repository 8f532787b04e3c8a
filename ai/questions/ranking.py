"""How many rows a ranking has."""

from __future__ import annotations

from collections.abc import Sequence

from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.words import words_of

TOP_MAX, MANY = 10, 1
PLURALS = {
    "item": {"products", "articles", "goods"},
    "customer": {"clients", "stores"},
    "salesperson": {"salespeople", "sellers", "reps"},
    "supplier": {"vendors"},
    "region": {"territories"},
    "account": {"customers", "clients", "stores", "shops", "resellers", "dealers"},
    "group": {"categories", "countries", "territories", "departments"},
    "kind": {"types", "kinds"},
    "centre": {"centers", "workcentres", "workcenters"},
    "title": {"jobs", "positions", "roles"},
}


JUDGING = frozenset({"best", "worst", "poorest", "best performing", "worst performing", "最好", "最差"})
"""Words that rank by what is good and not by what is much."""


def judge_ranking(reading: Reading, metric: str, lexicon: Lexicon) -> None:
    """The worst by a rate of rejection has the highest: what is good about a figure tells how it is ranked."""
    said = [each for each in reading.said if each.word in JUDGING]
    if not said or lexicon.metrics[metric].get("good_direction") != "down" or reading.is_descending is None:
        return
    reading.is_descending = said[0].operator == "bottom"


RANKING = frozenset({"rank", "ranked", "ranking"})


def rows_wanted(reading: Reading, keys: Sequence[str]) -> int | None:
    """As many as said, one for which product, ten for products."""
    if reading.top:
        return reading.top
    if RANKING & set(reading.words):
        # Rank the categories by margin: all of them, in their order.
        return TOP_MAX
    label = keys[-1].split("_")[-1] if keys else ""
    many = {f"{label}s", f"{label[:-1]}ies", *PLURALS.get(label, set())}
    # The cost of goods sold says nothing of how many goods are asked for.
    figures = {at for each in reading.metrics for at in range(each.start, each.start + len(words_of(each.word)))}
    words = [word for at, word in enumerate(reading.words) if at not in figures]
    return TOP_MAX if any(word in many for word in words) else MANY
