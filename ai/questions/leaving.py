"""A question that has words nobody could place, asked back: with the names nearest to them, and without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ai.questions.dialect import VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.pieces import best_pieces
from ai.questions.planning import plan
from ai.questions.plans import Clarify, Decline, Planned
from ai.questions.replies import range_text
from ai.questions.said import Reading
from ai.questions.smallwords import SMALL, TURNING
from ai.questions.texts import text_of
from ai.questions.times import number_of
from ai.questions.understanding import read
from ai.questions.words import is_chinese, joined, words_of

WORDS_LEFT_MIN = 3
SMALL_MAX, PHRASE_MAX = 5, 3
NEAR_MAX, STEM_MIN = 3, 5
ASKING_BEFORE = frozenset(
    ("by", "per", "each", "every", "which", "what", "of", "for", "from", "in", "many", "much", "without", "on", "with")
) | {"an", "a", "the", "our", "with", "to", "number"}
"""What stands before a word that changes what is asked for: such a word is never left out."""
_ONLY_TOLD = frozenset(
    ("top", "bottom", "count", "when", "where", "trend", "growth", "change", "difference", "versus", "latest")
) | {"earliest", "falling", "rising", "before", "year_ago"}
"""What a figure may be told without: the answer has more rows then, or one figure where two were compared."""


@dataclass(frozen=True, slots=True)
class _Left:
    """A question without some of its words."""

    words: tuple[str, ...]
    at: tuple[int, ...]


def asked_without(
    outcome: Decline, reading: Reading, lexicon: Lexicon, previous: Planned | None, locale: str
) -> Clarify | None:
    """The question back with all that it may come to; None where what has no place may be what is asked for."""
    left = _left(outcome, reading, lexicon)
    if left is None or not left.at:
        return None
    shorter = [word for at, word in enumerate(reading.words) if at not in left.at]
    choices = list(_nearest(left, reading, lexicon, previous)) if outcome.reason == "unknown_word" else []
    planned = _planned(shorter, lexicon, previous) if len(shorter) >= WORDS_LEFT_MIN else None
    if planned is not None and _may_go(outcome, left, reading):
        said = _in_full(planned, lexicon, locale) or joined(shorter)
        choices.append(said + text_of("regardless", locale, word=joined(list(left.words))))
    if not choices:
        return None
    reason = "leave_out" if outcome.reason == "unknown_word" else "leave_unused"
    return Clarify(reason, joined(list(left.words)), tuple(choices))


def _left(outcome: Decline, reading: Reading, lexicon: Lexicon) -> _Left | None:
    """The words that a decline names, where they stand in the question."""
    if outcome.reason == "unknown_word":
        strange = list(dict.fromkeys(reading.unplaced))
        at = [place for place, word in enumerate(reading.words) if word in strange]
        return _Left(tuple(strange), tuple(at)) if set(strange) <= set(reading.words) else None
    if outcome.reason != "unused_word":
        return None
    places: list[int] = []
    for phrase in outcome.word.split(", "):
        found = _places(phrase, reading, lexicon)
        if not found:
            return None
        places += found
    return _Left(tuple(reading.words[at] for at in sorted(places)), tuple(sorted(places)))


def _places(phrase: str, reading: Reading, lexicon: Lexicon) -> list[int]:
    """Where a phrase stands, or what names the dimension that is called so."""
    words = words_of(phrase)
    for at in range(len(reading.words) - len(words) + 1):
        if reading.words[at : at + len(words)] == words:
            return [*range(at, at + len(words))]
    numbers = [at for at, word in enumerate(reading.words) if phrase.isdecimal() and str(number_of(word)) == phrase]
    if numbers:
        return numbers[:1]
    name = phrase.replace(" ", "_")
    named = [each for each in best_pieces(reading.words, lexicon) if any(m.name == name for m in each.meanings)]
    return [at for each in named for at in range(each.start, each.end)]


def _planned(words: Sequence[str], lexicon: Lexicon, previous: Planned | None) -> Planned | None:
    again, _ = read(joined(list(words)), lexicon)
    outcome = plan(again, lexicon, previous)
    return outcome if isinstance(outcome, Planned) else None


def _in_full(planned: Planned, lexicon: Lexicon, locale: str) -> str | None:
    """A plain query in whole words, if reading them comes to the same; None where it does not."""
    query = planned.query
    if planned.derive is not None or query.compare or query.order_by or len(query.metrics) > 1:
        return None
    shown = lexicon.translations[1 if locale.startswith("zh") else 0]
    labels = {each["name"]: str(each["label"]) for each in (*shown.metrics, *shown.dimensions)}
    names = [labels.get(name, name) for name in query.group_by]
    values = [str(value) for each in query.where for value in each.values]
    days = range_text(query.time, locale) if query.time.start or query.time.end else ""
    said = text_of(
        "in_full",
        locale,
        label=labels[query.metrics[0]],
        keys=text_of("in_full_by", locale, names=text_of("listed", locale).join(names)) if names else "",
        values=text_of("in_full_of", locale, names=text_of("listed", locale).join(values)) if values else "",
        days=text_of("in_full_in", locale, days=days) if days else "",
    )
    again = _planned(words_of(said), lexicon, None)
    return said if again is not None and again.query == query and again.derive is None else None


def _may_go(outcome: Decline, left: _Left, reading: Reading) -> bool:
    """Whether the words say nothing that another question would be made of."""
    if TURNING & set(left.words) or reading.hidden:
        return False
    if outcome.reason == "unused_word":
        said = {word: each.operator for each in reading.said for word in words_of(each.word)}
        verbs = {word for verb in reading.verbs for word in words_of(verb)} & {w for v in VERBS for w in words_of(v)}
        kept = verbs | set(reading.grains)
        return all(said.get(word) in _ONLY_TOLD or (word not in said and word not in kept) for word in left.words)
    strange = [word for word in left.words if word not in SMALL]
    if not strange:
        return len(left.words) <= SMALL_MAX
    if is_chinese(joined(list(left.words))):
        # Characters are not words: what several of them say together nobody knows.
        return False
    return bool(reading.metrics) and _is_aside(strange, reading)


def _is_aside(strange: Sequence[str], reading: Reading) -> bool:
    """Whether words stand together and neither is asked by them nor do they make another name of a figure's."""
    at = [reading.words.index(word) for word in strange]
    if len(strange) > PHRASE_MAX or max(at) - min(at) != len(at) - 1:
        return False
    if at[0] == 0 or reading.words[at[0] - 1] in ASKING_BEFORE:
        return False
    beside = {at[-1] + 1, at[0]}
    return not any(beside & {each.start, each.start + len(words_of(each.word))} for each in reading.metrics)


def _nearest(left: _Left, reading: Reading, lexicon: Lexicon, previous: Planned | None) -> Iterator[str]:
    """The question with names of figures and of what they are told by in the place of a word that resembles theirs."""
    if len(left.at) != 1 or (TURNING | SMALL) & set(left.words):
        return
    at = left.at[0]
    found = 0
    for phrase in _resembling(reading.words[at], lexicon):
        words = [*reading.words[:at], *words_of(phrase), *reading.words[at + 1 :]]
        if found < NEAR_MAX and _planned(words, lexicon, previous) is not None:
            found += 1
            yield joined(words)


def _resembling(word: str, lexicon: Lexicon) -> list[str]:
    """Labels of what has a word that begins as this one does: profit for profitable; the shortest first."""
    if is_chinese(word) or len(word) < STEM_MIN:
        return []
    stems = {word[:length] for length in range(max(STEM_MIN, len(word) - 4), len(word) + 1)}
    labels = {
        meaning.label.lower(): len(key)
        for key, meanings in lexicon.phrases.items()
        if any(len(each) >= STEM_MIN and each != word and (each in stems or each.startswith(word)) for each in key)
        for meaning in meanings
    }
    return sorted(labels, key=lambda label: (labels[label], label))
