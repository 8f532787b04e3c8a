"""Who reports to whom: the people under somebody, and those who are led from another part of the company."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.said import Mention, Named, Reading
from ai.questions.words import is_chinese, words_of

SUPERIORS = frozenset({"superior", "superior_title"})
ELSEWHERE = frozenset({"another", "other", "different", "outside", "elsewhere", "across"})
PEOPLE = "current_employee_count"
LED_FROM_ELSEWHERE = "led_from_elsewhere_count"
_OF_PEOPLE = frozenset({"employee_count", PEOPLE, "hired_employee_count"})


def _end_of(named: Named) -> int:
    return named.start + named.length


def _superior(named: Named) -> Named:
    return replace(named, candidates=tuple(one for one in named.candidates if one.dimension in SUPERIORS))


def _is_number_of_led(reading: Reading) -> bool:
    """Whether the count stands right before who is led: the number of direct reports of somebody."""
    ends = {each.start + len(words_of(each.word)) for each in reading.said if each.operator == "count"}
    return any(each.operator == "led" and each.start in ends for each in reading.said)


def settle_led(reading: Reading, lexicon: Lexicon) -> None:
    """Those who report to somebody are employees, and the one named is their superior."""
    if not reading.has("led") or PEOPLE not in lexicon.metrics:
        return
    is_counted = any(each.is_counted for each in reading.metrics) or reading.counted == "employee"
    is_counted = is_counted or (reading.has("count") and is_chinese(reading.words[-1])) or _is_number_of_led(reading)
    named = [each for each in reading.members if SUPERIORS & {one.dimension for one in each.candidates}]
    if named:
        # To the Marketing Manager, David Bradley: the title and the name are of one.
        ones = [each for at, each in enumerate(named) if not at or each.start <= _end_of(named[at - 1]) + 1]
        reading.members = [_superior(each) if each in ones else each for each in reading.members]
    elif ELSEWHERE & set(reading.words) and LED_FROM_ELSEWHERE in lexicon.metrics:
        reading.unplaced = [word for word in reading.unplaced if word not in ELSEWHERE]
        reading.dimensions = [name for name in reading.dimensions if name not in {"unit", "employee"}]
    else:
        return
    if all(each.meanings[0].name in _OF_PEOPLE for each in reading.metrics):
        name = PEOPLE if named else LED_FROM_ELSEWHERE
        meaning = Meaning("metric", name, str(lexicon.metrics[name]["label"]), NAME_WEIGHT)
        reading.metrics = [Mention((meaning,), name, 0, is_counted)]
        reading.counted = None
        reading.verbs = []
        reading.dimensions = [each for each in reading.dimensions if each != "employee"]
        if not is_counted:
            reading.dimensions += ["employee", "job_title"]
            reading.grouped += ["employee", "job_title"]
    reading.operators = [each for each in reading.operators if each != "led"]
