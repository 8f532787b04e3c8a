"""What the names in a question are for: told apart, left out beside all others, or the two sides of a rate."""

from __future__ import annotations

from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.said import LOOSE, Mention, Reading

OTHERS = frozenset({"其他", "其它", "其余", "other", "others", "else", "rest"})
"""All but those who are named."""
APART = frozenset({"分别", "各", "respectively"})
"""Words that ask for one figure for each of those who are named."""
RATES = frozenset({"rate", "rates"})
APART_MIN = 2


def settle_named(reading: Reading, lexicon: Lexicon) -> None:
    """Names that stand for more than a condition."""
    _settle_others(reading)
    _settle_apart(reading, lexicon)
    _settle_rate(reading, lexicon)
    _settle_towards(reading)


def _settle_others(reading: Reading) -> None:
    """Except for bikes, all other products: who is left out is said, and the others are those that stay."""
    if any(each.is_excluded for each in reading.members) and OTHERS & set(reading.unplaced):
        # Other products are all of them together, not one by one.
        reading.dimensions = [each for each in reading.dimensions if each in reading.grouped]
        reading.unplaced = [word for word in reading.unplaced if word not in OTHERS]


def _settle_apart(reading: Reading, lexicon: Lexicon) -> None:
    """Red and black products, what was sold of them respectively: two figures, and not their sum."""
    said = set(reading.words) | ({"分别"} if "分别" in "".join(reading.words) else set())
    named = [{each.dimension for each in one.candidates} for one in reading.members if not one.is_excluded]
    shared = set.intersection(*named) if len(named) >= APART_MIN else set()
    for mention in reading.metrics:
        # Paint is a work centre and a place of stock: hours are told of the first.
        shared &= {*lexicon.metrics[mention.meanings[0].name]["dimensions"]}
    if len(shared) != 1 or not said & APART:
        return
    name = shared.pop()
    if name not in reading.dimensions:
        # Products behind their colours only say what is of them.
        reading.dimensions = [*(each for each in reading.dimensions if each in reading.grouped), name]
        reading.grouped.append(name)


def _settle_rate(reading: Reading, lexicon: Lexicon) -> None:
    """The average USD to EUR rate: beside two currencies the word alone is the exchange rate."""
    sides = {each.dimension for one in reading.members for each in one.candidates}
    if reading.metrics or not RATES & set(reading.unplaced) or "rate_to_currency" not in sides:
        return
    name = "average_exchange_rate" if reading.has("average") else "exchange_rate"
    if name not in lexicon.metrics:
        return
    meaning = Meaning("metric", name, str(lexicon.metrics[name]["label"]), NAME_WEIGHT)
    reading.metrics.append(Mention((meaning,), "rate", 0))
    reading.unplaced = [word for word in reading.unplaced if word not in RATES]
    reading.operators = [each for each in reading.operators if each != "average"]


TOWARDS = frozenset("向给从对由")
"""Before customers or vendors these say with whom something was done."""


def _settle_towards(reading: Reading) -> None:
    """Ordered from a vendor, in Chinese towards it: only who reports to somebody is led by him."""
    loose = [
        name
        for name in reading.dimensions
        if name in LOOSE
        and name not in {*reading.grouped, *reading.each, reading.counted}
        and reading.words[reading.spots.get(name, 0) - 1] in TOWARDS
    ]
    reading.dimensions = [name for name in reading.dimensions if name not in loose]
    reading.parties += loose
    if "报" not in reading.words and any(each.word == "向" for each in reading.said):
        reading.said = [each for each in reading.said if each.word != "向"]
        if not any(each.operator == "led" for each in reading.said):
            reading.operators = [each for each in reading.operators if each != "led"]
