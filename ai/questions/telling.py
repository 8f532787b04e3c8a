"""Which figures can be told as a question asks for them."""

from __future__ import annotations

from ai.questions.kinship import ALIKE
from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading


def is_told_by(metric: str, reading: Reading, lexicon: Lexicon) -> bool:
    """Whether a metric has every dimension that the question names, and one for each member."""
    known = set(lexicon.metrics[metric]["dimensions"])
    return all(name in known for name in (*reading.dimensions, *reading.missing)) and all(
        any(each.dimension in known for each in named.candidates) for named in reading.members
    )


def is_known_by(metric: str, dimension: str, lexicon: Lexicon) -> str | None:
    """A metric where it is told by a dimension, or else its like that is: orders of suppliers are purchase orders."""
    for name in (metric, *(lexicon.own(each) for each in ALIKE.get(metric, ()))):
        if name in lexicon.metrics and dimension in lexicon.metrics[name]["dimensions"]:
            return name
    return None
