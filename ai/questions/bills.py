"""What goes into what, where a noun says so: a direct component of how many products, what those of one cost."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Named, Reading

PART, COST, MATERIAL, PIECES = "component", "standard_cost", "bill_material_cost", "component_quantity"
ARTICLES = frozenset({"a", "an", "direct", "immediate", "one", "is", "are"})
NOUNS = frozenset({"component", "components", "part", "parts"})
WHOLES = frozenset({"product", "products", "assembly", "assemblies", "item", "items", "bikes", "bike"})


def settle_bills(reading: Reading, lexicon: Lexicon) -> None:
    """Parts of something, and what something is a part of."""
    named = [each for each in reading.members if {"item", PART} & {one.dimension for one in each.candidates}]
    if PART not in reading.dimensions or len(named) != 1 or PART in {*reading.grouped, *reading.each, reading.counted}:
        return
    figures = {first_of(each) for each in reading.metrics}
    is_of_all = not (reading.limits or reading.has("average", "count") or {"each", "every"} & set(reading.words))
    if figures == {COST} and MATERIAL in lexicon.metrics and is_of_all:
        # What the direct components of one thing cost: those of its bill, all of them.
        reading.metrics = [meant(MATERIAL, lexicon)]
        reading.dimensions.remove(PART)
        _narrow(reading, named[0], "item")
        reading.unplaced = [word for word in reading.unplaced if word not in {"direct", "immediate"}]
        return
    at = reading.spots.get(PART, 0)
    is_part = reading.words[at - 1 : at] != [] and reading.words[at - 1] in ARTICLES and reading.words[at] in NOUNS
    counted = [each for each in reading.metrics if first_of(each) == "item_count"]
    is_how_many = not reading.metrics and reading.has("count")
    is_asked = len(counted) == len(reading.metrics) == 1 or is_how_many
    is_asked = is_asked or (not reading.metrics and "item" in reading.dimensions)
    if is_part and is_asked and named[0].start < at and PIECES in lexicon.metrics and WHOLES & set(reading.words):
        # In how many products is it a direct component: those that it goes into.
        reading.metrics = [meant(PIECES, lexicon)]
        reading.dimensions = [name for name in reading.dimensions if name not in {PART, "item"}] + ["item"]
        reading.counted = "item" if is_how_many or (counted and counted[0].is_counted) else None
        reading.grouped += [] if reading.counted else ["item"]
        reading.unplaced = [word for word in reading.unplaced if word not in {"direct", "immediate", *WHOLES}]
        _narrow(reading, named[0], PART)


def _narrow(reading: Reading, named: Named, dimension: str) -> None:
    """A name as what it is in the bill: the thing made, or a part of it."""
    meant_so = tuple(one for one in named.candidates if one.dimension == dimension)
    reading.members[reading.members.index(named)] = replace(named, candidates=meant_so or named.candidates)
