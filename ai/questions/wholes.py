"""Members read by what stands beside them: parts of a named whole, and the side of the business that is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ai.questions.dialect import MEASURED, VERBS
from ai.questions.kinship import COUNTS_MEMBERS
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.said import Mention, Named, Reading
from ai.questions.words import key_of, words_of

LISTED_MIN = 2
"""So many parts make a list: one word alone may be of any kind."""
AREAS: Mapping[str, str] = {"purchasing": "purchase", "sales": "sales", "production": "production"}
"""What people do, called as the department that does it, with the area of the figures that tell it."""
EARNED = frozenset({"earn", "earns", "earned", "earning", "paid", "make"})
PEOPLE = frozenset({"employee_count", "current_employee_count"})
PAY = "hourly_pay_rate"
RANKED = frozenset({*MEASURED, "employee", "offer"})
DEPARTMENTS = frozenset({"department", "departments", "unit", "units", "team", "people", "employees", "staff"})


def settle_beside(reading: Reading, lexicon: Lexicon) -> None:
    """What a name means beside others: mountain and road beside bikes, purchasing beside what was spent."""
    _settle_parts(reading, lexicon)
    _settle_areas(reading, lexicon)
    _settle_ranked_people(reading)
    _settle_earned(reading, lexicon)


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


def _settle_ranked_people(reading: Reading) -> None:
    """The two strongest salespeople are two of them, ranked by what they did, and no number of salespeople."""
    people = [each for each in reading.metrics if COUNTS_MEMBERS.get(each.meanings[0].name, "") in RANKED]
    is_bare = not (reading.dimensions or reading.grains or reading.limits)
    if reading.is_descending is None or not is_bare or len(people) != 1 or people[0].is_counted:
        return
    others = [each for each in reading.metrics if each is not people[0]]
    if not others and (
        COUNTS_MEMBERS[people[0].meanings[0].name] not in MEASURED
        or reading.verbs
        or reading.members
        or not (reading.has("who") or reading.top)
    ):
        return
    name = COUNTS_MEMBERS[people[0].meanings[0].name]
    reading.metrics, reading.dimensions, reading.grouped = others, [name], [name]
    reading.operators = [each for each in reading.operators if each != "who"]


def _settle_earned(reading: Reading, lexicon: Lexicon) -> None:
    """Who earns more than 30 an hour has a rate above that: the bound is of the pay, and not of the people."""
    people = [each for each in reading.metrics if each.meanings[0].name in PEOPLE]
    if not (reading.limits and EARNED & set(reading.words) and people and PAY in lexicon.metrics):
        return
    if len(people) == len(reading.metrics) and {"hour", "hourly"} & set(reading.words):
        label = str(lexicon.metrics[PAY]["label"])
        reading.metrics.append(Mention((Meaning("metric", PAY, label, NAME_WEIGHT),), label, 0))
    elif len(people) == len(reading.metrics):
        # By the year or the month nobody is paid in these books.
        reading.unplaced += [word for word in reading.words if word in EARNED]
