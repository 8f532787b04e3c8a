"""The second, the third and so on of a ranking: which product sold second best, who came third."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

from ai.questions.dialect import OPERATORS, Key, Operator
from ai.questions.plans import Decline, Derive, Planned, Stop
from ai.questions.said import Reading

ORDINALS: Mapping[int, tuple[str, ...]] = {
    2: ("second", "2nd"),
    3: ("third", "3rd"),
    4: ("fourth", "4th"),
    5: ("fifth", "5th"),
    6: ("sixth", "6th"),
    7: ("seventh", "7th"),
    8: ("eighth", "8th"),
    9: ("ninth", "9th"),
    10: ("tenth", "10th"),
}
BEHIND = ("rank", "ranks", "ranked", "came", "come", "comes", "place", "placed", "in", "took", "finished", "was")
CHINESE = {2: "二", 3: "三", 4: "四", 5: "五", 6: "六", 7: "七", 8: "八", 9: "九"}
HIGH, LOW = "高大多好强", "低小少差"
LEADS = ("排名第", "排第", "位居第", "排在第", "位列第")


def _phrases() -> Iterator[tuple[Key, tuple[Operator, int]]]:
    rankings = [(key, each) for key, each in OPERATORS.items() if each in {"top", "bottom"} and key[0].isascii()]
    for place, names in ORDINALS.items():
        for name in names:
            for key, operator in rankings:
                yield (name, *key), (operator, place)
            for lead in BEHIND[:9]:
                yield (lead, name), ("top", place)
            for lead in ("in", "took", "on"):
                yield (lead, name, "place"), ("top", place)
            yield (name, "place"), ("top", place)
    for place, name in CHINESE.items():
        for ends, operator in ((HIGH, "top"), (LOW, "bottom")):
            yield from ((("第", name, end), (operator, place)) for end in ends)
        for lead, end in product(LEADS, ("", "名", "位")):
            yield (*lead, name, *end), ("top", place)
    yield ("runner", "up"), ("top", 2)


PLACED: Mapping[Key, tuple[Operator, int]] = dict(_phrases())
"""Ways to say that a place behind the first is meant, with how is ranked and which place it is."""
LONGEST = max(map(len, PLACED))


def at_place(planned: Planned, reading: Reading) -> Planned:
    """The plan with only the place of its ranking that is asked for.  Raises: Stop where nothing is ranked so."""
    if reading.place is None:
        return planned
    if planned.derive is not None or not planned.query.order_by or reading.top:
        said = next(each.word for each in reading.said if each.operator in {"top", "bottom"})
        raise Stop(Decline("unused_word", said))
    query = replace(planned.query, limit=reading.place)
    return replace(planned, query=query, derive=Derive("nth", query.metrics[0], limit=reading.place))
