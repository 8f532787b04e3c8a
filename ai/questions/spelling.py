"""Misspelt words mended to the only word they can be; what was mended is told."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from ai.questions.dialect import OPERATORS, PIECES, VERB_KEYS
from ai.questions.lexicon import Lexicon
from ai.questions.ordinary import is_ordinary
from ai.questions.smallwords import SMALL, TURNING
from ai.questions.times import GRAINS, MONTHS, NUMBERS, ORDINALS
from ai.questions.words import is_chinese, singular, words_of

LENGTH_MIN = 4
LONG, SURE = 8, 9
STEM_MIN = 4
ENDINGS = ("ive", "ed", "ing", "er", "ers", "able", "ment", "ness", "less", "ly", "al", "ful", "ion", "ions", "est")
"""Endings that make another word of one: who writes one of these means it."""
NEAR_MIN, ONE_SLIP_MIN = 0.88, 0.84
"""How alike the beginning of two words must be, so that a word is not mended to another word of its own."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A word as it was written and as it was read."""

    said: str
    read: str


def mend(words: Sequence[str], unplaced: Collection[str], lexicon: Lexicon) -> tuple[list[str], list[Mended]]:
    """The words with each unplaced one replaced by the only known word that it can be."""
    mended: list[Mended] = []
    result: list[str] = []
    for word in words:
        found = closest(word, lexicon) if word in unplaced else None
        if found and word in SMALL | TURNING and not found.startswith(word[:-1]):
            # A word of its own is no slip: booming is no booking.
            found = None
        if found:
            mended.append(Mended(word, found))
        result.append(found or word)
    return result, mended


def closest(word: str, lexicon: Lexicon) -> str | None:
    """The known word that a misspelt one stands for; None where there is none or more than one."""
    if word in ASKED:
        return ASKED[word]
    # Seems is no slip for sees, nor booming for booking: who writes a word of English means it.
    if is_chinese(word) or any(each.isdigit() for each in word) or word in NUMBERS or is_ordinary(word):
        return None
    if len(word) < LENGTH_MIN:
        return _short(word)
    sources = (_catalogue_words(lexicon), lexicon.members.few_words, _name_words(lexicon, word))
    found = [near for known in sources if (near := _near({word, singular(word)}, known))]
    # Fingers seldom slip on the first letter: yelow is yellow rather than below.
    alike = [kept for near in found if (kept := [each for each in near if each[0] == word[0]])]
    for near in alike or found:
        twisted = [each for each in near if sorted(singular(each)) == sorted(singular(word))]
        if len(twisted) == 1:
            # Fingers twist letters more often than they miss one: peices is pieces rather than prices.
            return twisted[0]
        whole = [each for each in near if len(each) != len(word)] if len(near) > 1 else near
        # A letter left out is a likelier slip than another one in its place: wich is which rather than with.
        return whole[0] if len(whole) == 1 else _of_one_stem(near)
    return None


def _of_one_stem(words: Sequence[str]) -> str | None:
    """The longest of words that are forms of one: reject and rejected."""
    shortest, longest = min(words, key=len), max(words, key=len)
    return longest if all(word.startswith(shortest) for word in words) else None


ASKED = {
    "wat": "what",
    "whta": "what",
    "hwo": "how",
    "hom": "whom",
    "wich": "which",
    "whic": "which",
    "wen": "when",
    "wer": "were",
}


def _short(word: str) -> str | None:
    """The small word that three letters stand for: teh, mny; None where there is none or more than one."""
    if len(word) != LENGTH_MIN - 1:
        return None
    small = {each for key in OPERATORS for each in key if LENGTH_MIN - 1 <= len(each) <= LENGTH_MIN}
    twisted = {each for each in small if len(each) == len(word) and sorted(each) == sorted(word)}
    bare = {each for each in small if _consonants(each) == word}
    grains = {each for each in GRAINS if len(each) == LENGTH_MIN and DamerauLevenshtein.distance(word, each) == 1}
    found = twisted or bare or grains
    return next(iter(found)) if len(found) == 1 else None


def _consonants(word: str) -> str:
    return word[:1] + "".join(each for each in word[1:] if each not in "aeiou")


def _is_another_form(said: str, known: str) -> bool:
    """Whether two words share a stem and differ in a real ending: expensive is no slip for expense."""
    stem = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(said, known, strict=False)))
    ending = len(said) - stem
    return stem >= STEM_MIN and any(
        said.endswith(each) and not f"{known}s".endswith((each, f"{each}s")) and ending <= len(each) + 1
        for each in ENDINGS
    )


def _near(forms: Collection[str], known: Iterable[str]) -> list[str]:
    """The nearest words within the distance that a slip of the fingers makes."""
    allowed = 1 if max(map(len, forms)) < LONG else 2
    distances = {}
    for each in known:
        if len(each) < LENGTH_MIN:
            continue
        distance = min(_distance(form, each, allowed) for form in forms)
        if any(_is_another_form(form, each) for form in forms):
            continue
        if distance > 1 and not any(len(form) > SURE or sorted(form) == sorted(each) for form in forms):
            # Promotion is no slip for proportion; the same letters in another order are one.
            continue
        if distance <= allowed and max(JaroWinkler.similarity(form, each) for form in forms) >= (
            NEAR_MIN if distance > 1 else ONE_SLIP_MIN
        ):
            distances[each] = distance
    best = min(distances.values(), default=0)
    found = {each for each, distance in distances.items() if distance == best}
    return sorted({singular(each): each for each in sorted(found, reverse=True)}.values())


def _distance(said: str, known: str, allowed: int) -> int:
    """How many slips lie between two words; a doubled letter written once is none beside another slip."""
    distance = DamerauLevenshtein.distance(said, known, score_cutoff=allowed)
    if distance <= allowed or len(known) < LONG or len(_once(known)) == len(known):
        return distance
    return max(1, DamerauLevenshtein.distance(_once(said), _once(known), score_cutoff=1))


@lru_cache(maxsize=20_000)
def _once(word: str) -> str:
    return "".join(each for each, before in zip(word, f" {word}", strict=False) if each != before)


@lru_cache(maxsize=8)
def _catalogue_words_of(phrases: tuple[tuple[str, ...], ...]) -> frozenset[str]:
    spoken = {word for key in (*phrases, *OPERATORS, *VERB_KEYS) for word in key if not is_chinese(word)}
    pieces = {each for each in PIECES if not is_chinese(each)}
    return frozenset({*spoken, *pieces, *MONTHS, *ORDINALS, *(each for each in GRAINS if not is_chinese(each))})


def _catalogue_words(lexicon: Lexicon) -> frozenset[str]:
    return _catalogue_words_of(tuple(lexicon.phrases))


def _name_words(lexicon: Lexicon, word: str) -> Iterable[str]:
    """Words of longer names, for a long word only: there are so many that some are near anything."""
    if len(word) < LENGTH_MIN + 2:
        return ()
    return (each for each in lexicon.members.by_word if each[:2] == word[:2] or each[-3:] == word[-3:])


def respelt(question: str, unplaced: Collection[str], lexicon: Lexicon) -> tuple[str, list[Mended]]:
    """The question with its misspelt words mended."""
    words, mended = mend(words_of(question), unplaced, lexicon)
    return " ".join(words), mended
