"""Cities that are warehouses: of what lies in stock, Hamburg is where it is kept, and not where buyers are."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.words import key_of

WAREHOUSE = "warehouse"
CITIES = frozenset({"city", "own_city", "ship_to_city"})


def settle_depots(reading: Reading, lexicon: Lexicon) -> None:
    """Names of cities, in a question about stock, as the warehouses that are called so."""
    figures = [mention.meanings[0].name for mention in reading.metrics]
    is_stock = any(lexicon.metrics[name]["area"] == "inventory" for name in figures) or WAREHOUSE in reading.dimensions
    known = not figures or all(WAREHOUSE in lexicon.metrics[name]["dimensions"] for name in figures)
    if not is_stock or not known:
        return
    for at, named in enumerate(reading.members):
        if not {each.dimension for each in named.candidates} <= {*CITIES, WAREHOUSE}:
            continue
        values = {each.value for each in named.candidates}
        found = tuple(
            each
            for value in sorted(values)
            for each in lexicon.members.by_name.get(key_of(value), ())
            if each.dimension == WAREHOUSE
        )
        if found:
            reading.members[at] = replace(named, candidates=found)
