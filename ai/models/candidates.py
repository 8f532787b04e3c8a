"""What a model is shown: the few metrics, dimensions and members a question may be about, as its asker sees them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.words import key_of

METRICS_MAX, MEMBERS_MAX, MEMBERS_A_WORD = 16, 40, 6
LIKENESS_MIN = 72
NAME_CHARACTERS_MAX = 120
GRAINS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True)
class Candidates:
    """Names that an answer may use; nothing else is accepted."""

    metrics: tuple[Mapping[str, Any], ...]
    dimensions: tuple[str, ...]
    members: tuple[tuple[str, str], ...]

    @property
    def metric_names(self) -> tuple[str, ...]:
        """Names of the metrics."""
        return tuple(str(each["name"]) for each in self.metrics)

    def as_data(self) -> dict[str, Any]:
        """For the prompt: data, each name cut to what a name may be long."""
        return {
            "metrics": [
                {"name": each["name"], "label": each["label"], "description": each["description"]}
                for each in self.metrics
            ],
            "dimensions": list(self.dimensions),
            "grains": list(GRAINS),
            "members": [{"field": field, "value": value[:NAME_CHARACTERS_MAX]} for field, value in self.members],
        }


def candidates_of(reading: Reading, lexicon: Lexicon) -> Candidates:
    """The nearest metrics with their dimensions, and the members that words are like."""
    metrics = _metrics(reading, lexicon)
    dimensions = tuple(dict.fromkeys(name for metric in metrics for name in metric["dimensions"]))
    members = [
        (member.dimension, member.value)
        for named in reading.members
        for member in named.candidates
        if member.dimension in dimensions
    ]
    members += _like(reading.unplaced, lexicon, dimensions)
    return Candidates(tuple(metrics), dimensions, tuple(dict.fromkeys(members))[:MEMBERS_MAX])


def _metrics(reading: Reading, lexicon: Lexicon) -> list[Mapping[str, Any]]:
    named = [meaning.name for mention in reading.metrics for meaning in mention.meanings]
    words = set(key_of(" ".join(reading.words)))
    scores = {name: _score(words, entry) for name, entry in lexicon.metrics.items()}
    ranked = sorted(scores, key=lambda name: (-scores[name], name))
    chosen = dict.fromkeys([*named, *ranked[:METRICS_MAX]])
    return [lexicon.metrics[name] for name in chosen][:METRICS_MAX]


def _score(words: set[str], entry: Mapping[str, Any]) -> float:
    names = [entry["label"], entry["name"].replace("_", " ")]
    names += [word for listed in entry["synonyms"].values() for word in listed]
    keys = [set(key_of(str(name))) for name in names]
    best = max((len(words & key) / len(key) for key in keys if key), default=0.0)
    return best + 0.1 * len(words & set(key_of(str(entry.get("description") or ""))))


def _like(words: Iterable[str], lexicon: Lexicon, dimensions: Sequence[str]) -> list[tuple[str, str]]:
    known = lexicon.members.by_word
    found: list[tuple[str, str]] = []
    for word in words:
        near = process.extract(word, known.keys(), scorer=fuzz.ratio, score_cutoff=LIKENESS_MIN, limit=3)
        members = [member for name, *_ in near for member in known[name] if member.dimension in dimensions]
        found += [(member.dimension, member.value) for member in members[:MEMBERS_A_WORD]]
    return found
