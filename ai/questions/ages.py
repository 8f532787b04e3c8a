"""How old people are and how long they have been here, as of a day or of the day on which they were hired."""

from __future__ import annotations

from ai.questions.filters import conditions, placed_members
from ai.questions.keys import filled
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.ranking import rows_wanted
from ai.questions.said import Mention, Reading
from olap.query import MetricQuery

PEOPLE = "current_employee_count"
EMPLOYEE, BORN, HIRED = "employee", "born_on", "hired_on"
OF_PEOPLE = frozenset({PEOPLE, "employee_count", "birth_count", "hired_employee_count", "hired_person_count"})
HIRING = frozenset({"hired", "joined", "hire", "joining", "hiring", "recruited", "started", "入职"})
LONGEST = frozenset({"oldest", "longest", "earliest", "最大", "最长", "最老"})
SUBJECTS = frozenset({EMPLOYEE, "salesperson", "buyer"})


def plan_ages(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """The ages or years of service asked for; None where neither is.  Raises: Stop where it is not of employees."""
    if not reading.has("age", "tenure"):
        return None
    word = next(each.word for each in reading.said if each.operator in {"age", "tenure"})
    known = set(lexicon.metrics[PEOPLE]["dimensions"]) if PEOPLE in lexicon.metrics else set()
    figures = [each for each in reading.metrics if not _is_of_people(each)]
    verbs = [each for each in reading.verbs if not HIRING & set(each.split())]
    groups = tuple(name for name in reading.dimensions if name not in SUBJECTS)
    if figures or len(groups) > 1 or not {EMPLOYEE, BORN, HIRED, *groups} <= known or len(reading.times) > 1:
        raise Stop(Decline("unknown_word", word))
    is_when_hired = reading.has("age") and bool(HIRING & set(reading.words))
    since = HIRED if reading.has("tenure") and not reading.has("age") else BORN
    people = {each for each in (*reading.dimensions, *reading.parties) if each in SUBJECTS}
    if verbs and not reading.metrics and not people:
        raise Stop(Decline("unknown_word", word))
    end = next((each.end for each in reading.times), None) or lexicon.clock.today
    day = HIRED if is_when_hired else min(end, lexicon.clock.today).isoformat()
    is_ranked = reading.is_descending is not None or reading.has("latest", "earliest")
    stat = _stat(reading, is_of_groups=bool(groups), is_ranked=is_ranked)
    _settle(reading)
    is_one = any(member.dimension == EMPLOYEE for each in reading.members for member in each.candidates)
    if stat == "each" and not (is_one or reading.limits or is_ranked):
        raise Stop(Decline("age_of_whom"))
    where = (*conditions(placed_members(reading, sorted(known))), *filled((EMPLOYEE, *groups)))
    how = Derive(
        "age",
        PEOPLE,
        EMPLOYEE,
        (since, day, stat, *groups),
        tuple((each.operator, each.number) for each in reading.limits),
        order=_is_falling(reading) if is_ranked else None,
        limit=rows_wanted(reading, (EMPLOYEE,)) if is_ranked else None,
    )
    return Planned(MetricQuery((PEOPLE,), (*groups, EMPLOYEE, BORN, HIRED), where), how)


def _is_of_people(mention: Mention) -> bool:
    return mention.meanings[0].name in OF_PEOPLE


def _is_falling(reading: Reading) -> bool:
    if reading.is_descending is not None:
        return reading.is_descending
    return bool(LONGEST & set(reading.words)) or (reading.has("earliest") and not reading.has("latest"))


def _stat(reading: Reading, *, is_of_groups: bool, is_ranked: bool) -> str:
    """What is told of the years: their mean or middle, how many people are within bounds, or each."""
    if reading.has("share", "percent") and reading.limits:
        return "share"
    is_counted = any(each.is_counted for each in reading.metrics) or bool(reading.counted) or reading.has("count")
    if reading.limits and is_counted:
        return "count"
    if reading.has("median"):
        return "median"
    return "average" if reading.has("average") and (is_of_groups or not is_ranked) else "each"


def _settle(reading: Reading) -> None:
    """Everything that the years make use of."""
    used = {"age", "tenure", "average", "median", "count", "share", "percent", "when", "latest", "earliest", "who"}
    used |= {"more", "less", "over_all", "beyond"}
    reading.operators = [each for each in reading.operators if each not in used]
    reading.metrics, reading.verbs = [], []
    reading.grains = [each for each in reading.grains if each not in {"year", "day"}]
    reading.dimensions = [each for each in reading.dimensions if each not in SUBJECTS]
