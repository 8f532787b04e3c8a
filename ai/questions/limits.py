"""Numbers of a question and the words that make bounds of them: more than 10,000, from 100 to 500, older than 50."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ai.questions.dialect import LONGEST, MULTIPLIERS, OPERATORS, Operator
from ai.questions.times import YEARS, number_of

TIMES = {"once": 1, "twice": 2, "thrice": 3}
SIGNS: Mapping[str, Operator] = {"negative": "less", "positive": "more"}
"""Words that bound the figure behind them by nothing at all."""
_TAILS: tuple[tuple[tuple[str, str], Operator], ...] = (
    (("or", "more"), "at_least"),
    (("or", "less"), "at_most"),
    (("以", "上"), "at_least"),
    (("以", "下"), "at_most"),
)


@dataclass(frozen=True, slots=True)
class Bound:
    """So many words that bound something by a number; without an operator the number alone."""

    length: int
    cost: float
    operator: Operator | None
    number: Decimal
    upper: Decimal | None = None
    """The other end of a bound that was said as two numbers."""
    word: str = ""


def limits_at(words: Sequence[str], at: int) -> Iterator[Bound]:
    """A comparison with a number: more than 10,000; and a bare number."""
    for length in range(1, min(LONGEST, len(words) - at) + 1):
        operator = OPERATORS.get(tuple(words[at : at + length]))
        if operator == "only":
            yield from _only(words, at, length)
        if operator in {"more", "less", "at_least", "at_most", "exactly"}:
            number, taken = read_number(words[at + length :])
            is_year = taken == 1 and len(words[at + length]) == 4 and words[at] == "over"  # noqa: PLR2004
            if number is not None and not is_year:
                if words[at + length] in TIMES:
                    yield Bound(length + 1, 0.69, operator, number, word="times")
                said = 1 if words[at + length + taken : at + length + taken + 1] in (["times"], ["次"]) else 0
                word = "times" if said else ""
                yield Bound(length + taken + said, 0.7, operator, number, word=word)
    yield from _years(words, at)
    yield from _both_bounds(words, at)
    yield from _signs(words, at)
    if words[at] in {"once", "twice"} and (not at or words[at - 1] not in {"than", "least", "most"}):
        yield Bound(1, 0.9, "exactly", Decimal(TIMES[words[at]]), word="times")
    plain, taken = read_number(words[at:])
    if plain is not None:
        for tail, bound in _TAILS:
            if tuple(words[at + taken : at + taken + 2]) == tail:
                yield Bound(taken + 2, 0.7, bound, plain)
        yield Bound(taken, 1.5, None, plain, word=words[at])


def _signs(words: Sequence[str], at: int) -> Iterator[Bound]:
    """A figure below or above nothing: a negative margin."""
    if words[at] in SIGNS and at + 1 < len(words):
        yield Bound(1, 0.9, SIGNS[words[at]], Decimal(0))


AGES: Mapping[str, Operator] = {"older": "more", "younger": "less"}
_REACHED = (
    "reach|reached|reaches|pass|passed|passes|cross|crossed|surpass|surpassed|hit|hits|go past|went past|get past|"
    "got past|climb past|climbed past|break|broke|come to|came to|达 到|突 破"
)
REACHED: frozenset[tuple[str, ...]] = frozenset(tuple(phrase.split()) for phrase in _REACHED.split("|"))
"""Before a number these bound a figure by it: sales reached 10 million."""


def _years(words: Sequence[str], at: int) -> Iterator[Bound]:
    """Older or younger than so many years, and so many or older."""
    if words[at] in AGES and words[at + 1 : at + 2] == ["than"]:
        number, taken = read_number(words[at + 2 :])
        if number is not None:
            yield Bound(2 + taken, 0.69, AGES[words[at]], number, word="age")
    plain, taken = read_number(words[at:])
    tail = words[at + taken : at + taken + 2]
    if plain is not None and tail in (["or", "older"], ["and", "older"], ["or", "younger"], ["and", "younger"]):
        bound: Operator = "at_least" if tail[1] == "older" else "at_most"
        yield Bound(taken + 2, 0.69, bound, plain, word="age")
    for length in (1, 2):
        is_said = tuple(words[at : at + length]) in REACHED
        number, taken = read_number(words[at + length :]) if is_said else (None, 0)
        if number is not None and not _is_year(words[at + length :]):
            yield Bound(length + taken, 0.71, "at_least", number)


def _is_year(words: Sequence[str]) -> bool:
    """Whether a number is rather a year."""
    return len(words[0]) == 4 and words[0].isdecimal() and int(words[0]) in YEARS  # noqa: PLR2004


def _only(words: Sequence[str], at: int, length: int) -> Iterator[Bound]:
    """Only once, only one line."""
    counted = words[at + length : at + length + 1]
    if counted in (["once"], ["twice"]):
        number = Decimal(TIMES[counted[0]])
        yield Bound(length + 1, 0.69, "exactly", number, word="times")
    if counted == ["one"]:
        yield Bound(length + 1, 0.7, "exactly", Decimal(1))


def _both_bounds(words: Sequence[str], at: int) -> Iterator[Bound]:
    """Between 100 and 500, where the two are no years."""
    lead = {"between": "and", "from": "to"}.get(words[at])
    low, taken = read_number(words[at + 1 :]) if lead else (None, 0)
    after = at + 1 + taken
    if low is None or words[after : after + 1] != [lead]:
        return
    high, length = read_number(words[after + 1 :])
    are_years = words[at + 1].isdecimal() and int(words[at + 1]) in YEARS and taken == 1
    if high is not None and high >= low and not are_years:
        yield Bound(after + 1 + length - at, 0.68, "at_least", low, upper=high)


def read_number(words: Sequence[str]) -> tuple[Decimal | None, int]:
    """The number at the beginning of words and how many words it takes."""
    if not words:
        return None, 0
    word, factor = words[0], 1
    for ending in ("k", "m", "bn", "mn"):
        if word.endswith(ending) and _is_number(word.removesuffix(ending)):
            word, factor = word.removesuffix(ending), MULTIPLIERS[ending]
    counted = number_of(word) or TIMES.get(word)
    if not _is_number(word) and counted is None:
        return None, 0
    number = Decimal(word) if _is_number(word) else Decimal(counted or 0)
    if factor == 1:
        for length in (2, 1):
            found = MULTIPLIERS.get("".join(words[1 : 1 + length]))
            if found and len(words) > length:
                return number * found, 1 + length
    return number * factor, 1


def _is_number(word: str) -> bool:
    whole, _, fraction = word.partition(".")
    return whole.isascii() and whole.isdecimal() and (not fraction or fraction.isdecimal())
