"""Words that stop a question before it is planned: nobody knows them, or nothing can be done for them."""

from __future__ import annotations

from ai.questions.lexicon import Lexicon
from ai.questions.plans import Clarify, Decline, Stop
from ai.questions.said import Reading
from ai.questions.vague import check_vague
from ai.questions.variants import at_standard
from ai.questions.words import joined


def check_words(reading: Reading, lexicon: Lexicon) -> None:
    """Nothing where every word has its place.  Raises: Stop."""
    if reading.hidden:
        raise Stop(Decline("forbidden", ", ".join(reading.hidden)))
    check_vague(reading)
    if reading.unplaced:
        raise Stop(Decline("unknown_word", ", ".join(dict.fromkeys(reading.unplaced))))
    if reading.has("beyond", "led"):
        # Known for what they mean, and that no figure knows it: passed over, they would leave another question.
        told = [each.word for each in reading.said if each.operator in {"beyond", "led"}]
        raise Stop(Decline("unknown_word", ", ".join(told)))
    if reading.has("why"):
        raise Stop(Decline("why"))
    if reading.has("standard") and not at_standard(reading, lexicon):
        said = {word for each in reading.said if each.operator == "standard" for word in each.word.split()}
        shorter = joined([word for word in reading.words if word not in said])
        raise Stop(Clarify("at_standard", "", (shorter,)))
