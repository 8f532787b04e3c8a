"""All that an answer rests on, in words: the conditions of its query, and what was done with the rows behind it.

A metric query has no words for bounds on figures, members taken away, places of a ranking, days of the week or running
totals: they are worked out from its rows. Told beside it, whoever reads the query sees the whole question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ai.questions.plans import Derive, Planned, as_data
from ai.questions.replies import Labels, understood
from ai.questions.texts import BOUNDS, text_of
from ai.questions.wording import percent

Said = Callable[[Derive, Labels, str], Iterator[str]]
_SHARE_PLAIN = frozenset({"share", "within"})


def all_conditions(planned: Planned, labels: Labels, locale: str) -> list[str]:
    """The conditions of the query, then each step from its rows to the answer."""
    return [
        *understood(planned.query, labels, locale),
        *_order(planned, labels, locale),
        *steps(planned, labels, locale),
    ]


def steps(planned: Planned, labels: Labels, locale: str) -> list[str]:
    """What was worked out from the rows of the query; nothing where it is told as it came."""
    how = planned.derive
    if how is None:
        return []
    said = [*_KINDS.get(how.kind, _nothing)(how, labels, locale), *_bounds(how, labels, locale)]
    other = planned.without
    if other is not None:
        said.append(_other(planned, labels, locale))
    if how.limit and how.kind not in {"nth", "each"}:
        said.append(text_of("how_first", locale, count=how.limit))
    return said


def working_of(planned: Planned) -> Mapping[str, Any] | None:
    """How the answer was worked out from the rows of its query, with the other query that it took; None where not."""
    if planned.derive is None:
        return None
    return {**planned.derive.as_data(), "other_query": as_data(planned.without) if planned.without else None}


def _order(planned: Planned, labels: Labels, locale: str) -> Iterator[str]:
    """By what the rows of the query are ranked, and how many of them are told."""
    query = planned.query
    for each in query.order_by[:1]:
        name = "how_falling" if each.descending else "how_rising"
        yield text_of(name, locale, label=_label(each.field, labels))
    if query.limit and (planned.derive is None or planned.derive.kind != "nth"):
        yield text_of("how_first", locale, count=query.limit)


def _bounds(how: Derive, labels: Labels, locale: str) -> Iterator[str]:
    label = _label(how.metric, labels)
    if how.rival is not None:
        yield f"{label}{text_of(BOUNDS[how.rival[0]], locale, number=_label(how.rival[1], labels))}"
    if how.kind in {"spread", "age", "among"}:
        # What is bounded is another figure than the one that is told.
        label = ""
    told = percent if how.metric.endswith("_change_share") else "{:,f}".format
    for operator, number in how.bounds:
        yield f"{label}{text_of(BOUNDS[operator], locale, number=told(number))}".strip()


def _other(planned: Planned, labels: Labels, locale: str) -> str:
    """The second query of an answer: whose members are taken away or kept, or what its rows are set against."""
    how, query = planned.derive, planned.without
    name = "how_beside"
    if how is not None and query is not None and how.kind == "without":
        name = "how_with" if how.is_rest else "how_without"
    conditions = understood(query, labels, locale) if query else []
    told = ", ".join([*(_label(each, labels) for each in (query.metrics if query else ())), *conditions])
    return text_of(name, locale, told=told)


def _label(name: str, labels: Labels) -> str:
    for ending in ("_change_share", "_change", "_previous"):
        name = name.removesuffix(ending)
    return labels.get(name, name.replace("_", " "))


def _nothing(_: Derive, __: Labels, ___: str) -> Iterator[str]:
    yield from ()


def _of(name: str) -> Said:
    """A step that names the dimension, the figure and the members it is about."""

    def say(how: Derive, labels: Labels, locale: str) -> Iterator[str]:
        dimension = _label(how.dimension, labels) if how.dimension else ""
        values = ", ".join(_label(each, labels) for each in how.values)
        yield text_of(name, locale, dimension=dimension, values=values, count=how.limit or 1).strip()

    return say


def _share(how: Derive, labels: Labels, locale: str) -> Iterator[str]:
    members = ", ".join(how.values) or (_label(how.dimension, labels) if how.dimension else "")
    if how.is_rest:
        members = text_of("not", locale, value=members)
    yield text_of("how_share" if members else "how_shares", locale, values=members)


def _weekday(how: Derive, _: Labels, locale: str) -> Iterator[str]:
    days = ", ".join(how.values)
    yield text_of("how_weekdays" if days else "how_weekday", locale, values=days)


def _spread(how: Derive, labels: Labels, locale: str) -> Iterator[str]:
    subject = _label(how.dimension, labels) if how.dimension else ""
    name = "how_spread" if how.bounds else "how_every"
    yield text_of(name, locale, values=_label(how.values[0], labels), dimension=subject)


def _age(how: Derive, _: Labels, locale: str) -> Iterator[str]:
    yield text_of("tenure" if how.values[0] == "hired_on" else "age", locale)
    hired = how.values[1] == "hired_on"
    yield text_of("when_hired", locale) if hired else text_of("as_of", locale, day=how.values[1])


_KINDS: Mapping[str, Said] = {
    **dict.fromkeys(_SHARE_PLAIN, _share),
    "count": _of("how_count"),
    "average": _of("how_average"),
    "ratio": _of("how_ratio"),
    "minus": _of("how_minus"),
    "quotient": _of("how_quotient"),
    "valued": _of("how_valued"),
    "weekday": _weekday,
    "each": _of("how_each"),
    "edge": _of("how_edge"),
    "spread": _spread,
    "median": _of("how_median"),
    "gaps": _of("how_gaps"),
    "among": _of("how_among"),
    "tally": _of("how_tally"),
    "lead": _of("how_lead"),
    "debuts": _of("how_debuts"),
    "running": _of("how_running"),
    "nth": _of("how_nth"),
    "age": _age,
}
