"""The metrics nearest to a question that could not be placed."""

from __future__ import annotations

from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.words import is_chinese, singular

NEAR_MAX = 3
COMMON = frozenset({"of", "and", "in", "to", "the", "on", "per", "by", "what", "is", "many", "how", "for", "not", "be"})


def nearest_metrics(reading: Reading, lexicon: Lexicon) -> list[str]:
    """Labels of the metrics whose words the question shares most of, the best first."""
    said = {singular(word) for word in reading.words if not is_chinese(word)} - COMMON
    scores: dict[str, float] = {}
    for key, meanings in lexicon.phrases.items():
        shared = said & set(key)
        for meaning in meanings:
            if meaning.kind == "metric" and shared:
                scores[meaning.label] = max(scores.get(meaning.label, 0.0), len(shared) / len(key))
    return [label for label, _ in sorted(scores.items(), key=lambda each: (-each[1], each[0]))[:NEAR_MAX]]
