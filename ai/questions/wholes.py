"""Members read by what stands beside them: parts of a named whole, and the side of the business that is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ai.questions.dialect import VERBS
from ai.questions.lexicon import Lexicon
from ai.questions.members import Member
from ai.questions.said import Named, Reading
from ai.questions.words import key_of, words_of

LISTED_MIN = 2
"""So many parts make a list: one word alone may be of any kind."""
AREAS: Mapping[str, str] = {"purchasing": "purchase", "sales": "sales", "production": "production"}
"""What people do, called as the department that does it, with the area of the figures that tell it."""
DEPARTMENTS = frozenset({"department", "departments", "unit", "units", "team", "people", "employees", "staff"})


def settle_beside(reading: Reading, lexicon: Lexicon) -> None:
    """What a name means beside others: mountain and road beside bikes, purchasing beside what was spent."""
    _settle_parts(reading, lexicon)
    _settle_areas(reading, lexicon)


def _settle_parts(reading: Reading, lexicon: Lexicon) -> None:
    """Bikes split by mountain, road and touring: the parts of the whole, and no members of another dimension."""
    for whole in reading.members:
        noun = key_of(whole.word)[-1:]
        parts = {at: _part(each, whole, noun, lexicon) for at, each in enumerate(reading.members) if each is not whole}
        found = {at: members for at, members in parts.items() if members}
        if len(found) >= LISTED_MIN and len(found) == len(parts):
            kept = [(at, each) for at, each in enumerate(reading.members) if each is not whole]
            reading.members = [replace(each, candidates=found[at]) for at, each in kept]
            return


def _part(named: Named, whole: Named, noun: Sequence[str], lexicon: Lexicon) -> tuple[Member, ...]:
    """The members called by a name and the whole's noun, of one dimension with the whole or of its parts."""
    called = lexicon.members.by_name.get((*key_of(named.word), *noun), ())
    wholes = {each.dimension for each in whole.candidates}
    return tuple(each for each in called if {each.dimension, f"{each.dimension}_group"} & wholes)


def _settle_areas(reading: Reading, lexicon: Lexicon) -> None:
    """What we spent in purchasing: the side of the business that the figure is of anyway, and no department."""
    figures = [each.meanings[0].name for each in reading.metrics]
    figures += [lexicon.own(VERBS[verb][0]) for verb in reading.verbs] if not figures else []
    areas = {lexicon.metrics[name]["area"] for name in figures if name in lexicon.metrics}
    if len(areas) != 1 or DEPARTMENTS & set(reading.words):
        return
    reading.members = [each for each in reading.members if not _is_area(each, areas)]


def _is_area(named: Named, areas: set[str]) -> bool:
    is_unit = all(each.dimension.endswith("unit") for each in named.candidates)
    return is_unit and AREAS.get(" ".join(words_of(named.word))) in areas
