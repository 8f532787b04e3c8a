"""Salespeople who are said for what they did, all of them together.

Orders that our salespeople took are those that have a salesperson; online orders beside those of salespeople are the
two channels.
"""

from __future__ import annotations

from ai.questions.dialect import COUNTED, VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of
from ai.questions.said import Named, Reading

SELLER, SELLERS, CHANNEL = "salesperson", "salespeople_count", "channel"
BEFORE = frozenset({"our", "the", "all", "of", "your", "a", "an", "any", "one"})
DOING = frozenset({"did", "do", "does", "have", "has", "through", "via", "that", "which"})
TAKEN = frozenset({"taken", "placed", "made", "written", "handled", "sold", "closed", "won", "brought", "booked"})
LISTED = frozenset({"and", "versus", "vs", "against", "or", "with", "than", "to"})
"""Between two kinds of which each one is asked for."""
OVER = frozenset({"for", "of", "across", "over"})


def settle_doers(reading: Reading, lexicon: Lexicon) -> None:
    """Whose deeds are asked for, where none of them is told apart."""
    at = _place_of_sellers(reading)
    figures = [first_of(each) for each in reading.metrics if first_of(each) != SELLERS]
    figures += [lexicon.own(VERBS[verb][0]) for verb in reading.verbs] if not figures else []
    known = [set(lexicon.metrics[name]["dimensions"]) for name in figures if name in lexicon.metrics]
    if at is None or not known or not all(SELLER in each for each in known):
        return
    if any(each.is_counted and first_of(each) == SELLERS for each in reading.metrics) or _is_one_by_one(reading, at):
        return
    online = [each for each in reading.members if any(one.dimension == CHANNEL for one in each.candidates)]
    before = _before(reading, at)
    is_done = before in DOING or (before == "by" and bool(TAKEN & set(reading.words[max(at - 4, 0) : at])))
    is_over = before in OVER and "all" in reading.words[max(at - 2, 0) : at]
    is_beside = bool(online) and not any(each.is_excluded for each in online)
    is_beside = (is_beside and _are_kinds(online, at, reading)) or _is_named_beside(at, reading)
    if is_beside and all(CHANNEL in each for each in known):
        _forget(reading)
        reading.members = [each for each in reading.members if each not in online]
        reading.operators = [each for each in reading.operators if each != "versus"]
        for names in (reading.dimensions, reading.grouped):
            names[:] = [*(each for each in names if each != CHANNEL), CHANNEL]
        # Orders of the one and orders of the other: they are said once for each of both.
        others = [each for each in reading.metrics if first_of(each) not in COUNTED or each.is_counted]
        reading.metrics = others or reading.metrics[:1]
    elif is_done:
        _forget(reading)
        reading.present.append(SELLER)
    elif is_over:
        _forget(reading)
        reading.parties.append(SELLER)


def _place_of_sellers(reading: Reading) -> int | None:
    """Where salespeople are said."""
    named = next((each.start for each in reading.metrics if first_of(each) == SELLERS), None)
    is_said = SELLER in {*reading.dimensions, *reading.parties}
    return named if named is not None else reading.spots.get(SELLER) if is_said else None


def _is_one_by_one(reading: Reading, at: int) -> bool:
    """Whether each of them is asked for."""
    before = _before(reading, at)
    if SELLER in {reading.counted, reading.partner} or reading.is_descending is not None or reading.limits:
        return True
    if reading.has("who") or before in {"which", "what", "each", "every", "per"}:
        return True
    is_deed = bool(TAKEN & set(reading.words[max(at - 4, 0) : at]))
    return SELLER in reading.each and not is_deed and not _beside(at, reading)


def _beside(at: int, reading: Reading) -> bool:
    """Whether they stand in a list with orders or sales of another kind."""
    return bool(LISTED & set(reading.words[max(at - 6, 0) : at]))


def _are_kinds(online: list[Named], at: int, reading: Reading) -> bool:
    """Whether online and salespeople are the two kinds asked for, one beside the other."""
    start, end = min(online[0].start, at), max(online[0].start, at)
    between = set(reading.words[start:end])
    return len(online) == 1 and bool(LISTED & between)


def _is_named_beside(at: int, reading: Reading) -> bool:
    """Whether online, taken for the channel itself, stands beside them: online versus through salespeople."""
    spot = reading.spots.get(CHANNEL)
    if spot is None or CHANNEL not in reading.dimensions or reading.words[spot : spot + 1] != ["online"]:
        return False
    return bool(LISTED & set(reading.words[min(spot, at) : max(spot, at)]))


def _before(reading: Reading, at: int) -> str:
    while at and reading.words[at - 1] in BEFORE:
        at -= 1
    return reading.words[at - 1] if at else ""


def _forget(reading: Reading) -> None:
    reading.metrics = [each for each in reading.metrics if first_of(each) != SELLERS]
    for names in (reading.dimensions, reading.grouped, reading.each, reading.parties):
        names[:] = [each for each in names if each != SELLER]
