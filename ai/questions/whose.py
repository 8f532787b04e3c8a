"""By the country of the customer: of whom an attribute is, is said and not asked for."""

from __future__ import annotations

from collections.abc import Mapping

from ai.questions.lexicon import Lexicon
from ai.questions.said import LOOSE, Reading

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "customer": frozenset(
        ("country", "city", "region", "region_group", "customer_category", "customer_category_group", "customer_region")
    )
    | {"customer_grade", "salesperson", "customer_salesperson", "unit"},
    "supplier": frozenset({"supplier_country", "supplier_category", "supplier_category_group", "buyer"}),
    "item": frozenset(
        ("item_category", "item_category_group", "item_color", "item_size", "item_model", "item_class", "abc_class")
    )
    | {"xyz_class", "item_source", "item_kind", "item_stage", "item_line", "item_style"},
}
"""What each of them has, by which figures are told."""
TWINS: Mapping[tuple[str, str], str] = {("country", "supplier"): "supplier_country"}
"""The attribute of another that the same word names."""
ARTICLES = frozenset({"the", "our", "its", "their", "each", "a"})


def settle_whose(reading: Reading, lexicon: Lexicon) -> None:
    """An owner right behind an attribute and of is no second dimension."""
    for owner in [name for name in reading.dimensions if name in ATTRIBUTES]:
        at = reading.spots.get(owner)
        attribute = _before(at, reading) if at is not None else None
        if attribute is None or len(reading.dimensions) < len(("attribute", "owner")):
            continue
        told = TWINS.get((attribute, owner), attribute)
        if told not in ATTRIBUTES[owner] or told not in lexicon.dimensions:
            continue
        for names in (reading.dimensions, reading.grouped, reading.each):
            names[:] = [told if name == attribute else name for name in names if name != owner]
        reading.parties.append(owner)


DOING = frozenset({"did", "do", "does", "have", "has", "had"})


def settle_who_did(reading: Reading) -> None:
    """Which items did customers order: who did it is said, and not asked for one by one."""
    for name in LOOSE & {*reading.dimensions} - {*reading.grouped, *reading.each, reading.counted}:
        at = reading.spots.get(name, 0)
        while at and reading.words[at - 1] in ARTICLES:
            at -= 1
        if at and reading.words[at - 1] in DOING:
            reading.dimensions = [each for each in reading.dimensions if each != name]
            reading.parties.append(name)


def _before(at: int, reading: Reading) -> str | None:
    """The dimension that is named right before of, where that leads to the place."""
    end = at
    while end and reading.words[end - 1] in ARTICLES:
        end -= 1
    if reading.words[end - 1 : end] != ["of"]:
        return None
    begun = {start: name for name, start in reading.spots.items() if name in reading.dimensions and start < end - 1}
    latest = max(begun, default=None)
    if latest is None or end - 1 - latest > len(("item", "category", "group")):
        return None
    named = [*(each.start for each in reading.metrics), *(each.start for each in reading.members)]
    is_free = not any(latest < start < end for start in named)
    return begun[latest] if is_free else None
