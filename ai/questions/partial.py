"""Words that are a part of some member's name: asked back with the whole names."""

from __future__ import annotations

from collections.abc import Sequence

from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.plans import Clarify
from ai.questions.said import Reading
from ai.questions.smallwords import SMALL, TURNING
from ai.questions.words import joined

CHOICES_MAX = 6


def partial_names(reading: Reading, lexicon: Lexicon) -> Clarify | None:
    """The members that a word nobody could place may be short for; None where any such word is in no name."""
    run = _run(reading.words, set(reading.unplaced))
    if not run or not (reading.metrics or reading.verbs or reading.dimensions or reading.has("who")):
        return None
    start, words = run
    if set(words) <= SMALL | TURNING:
        # Long is in many names, and means none of them.
        return None
    found = [each for each in lexicon.members.holding(words) if not each.dimension.endswith(("_path", "_code"))]
    named = [each for each in found if each.dimension in reading.dimensions] or found
    choices = _choices(reading.words, start, len(words), named)
    if not choices:
        return None
    if len(choices) > CHOICES_MAX:
        # Frames are many products and few categories.
        kinds = [each for each in named if each.dimension.endswith(("_category", "_category_group"))]
        choices = _choices(reading.words, start, len(words), kinds) or choices
    if len(choices) > CHOICES_MAX:
        return Clarify("many_members", joined(list(words)), tuple(choices[:CHOICES_MAX]))
    return Clarify("partial_member", joined(list(words)), tuple(choices))


def _run(words: Sequence[str], unplaced: set[str]) -> tuple[int, list[str]] | None:
    """The unplaced words, where they stand side by side."""
    places = [at for at, word in enumerate(words) if word in unplaced]
    if not places or places[-1] - places[0] + 1 != len(places):
        return None
    return places[0], [words[at] for at in places]


def _choices(words: Sequence[str], start: int, length: int, members: Sequence[Member]) -> list[str]:
    seen: dict[str, str] = {}
    for member in members:
        reworded = list(words)
        reworded[start : start + length] = [f"{member.dimension.replace('_', ' ')} {member.value}"]
        seen.setdefault(member.value, joined(reworded))
    return list(seen.values())
