"""Parts of a question that ask for nothing of their own: what explains a word, and a list of what is to be told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from ai.questions.dialect import Operator
from ai.questions.plans import Planned
from ai.questions.said import Reading

_BRACKETED = re.compile(r"\s*[(（][^()（）]{3,}[)）]")
_MARKED = re.compile(
    r"[,;:\u2013-]?\s*\b(?:that is|i\.e\.|ie|meaning|that means|in other words|by which i mean|i mean)\b[^,;.?!]*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"(?:^|(?<=[.!。！]))\s*[^.?!。？！]{8,}[.!。！]\s+(?=\S)|(?<=[?？])\s*[^.?!。？！]{8,}[.。]?\s*$"
)
_BETWEEN = re.compile(r",\s*[^,;.?!，。？！]{6,}(?=[,.?!，]|$)")
_HARMLESS: frozenset[Operator] = frozenset({"filler", "percent", "share", "count", "and", "also", "ratio", "versus"})
_CONDITIONING = frozenset(
    {"by", "per", "for", "from", "with", "in", "at", "on", "of", "without", "except", "only", "not", "since", "until"}
)
"""With these a part between commas begins that says how or of what: by the date on which it ended."""
_FURTHER = re.compile(r"\s*[,，]\s*(?:(?:and|or|plus|also|as well as)\b|以及|及|和|并)", re.IGNORECASE)
"""With these a part begins that asks for more where it names a figure: and on how many orders."""
_ASKING = re.compile(
    r"\s*[,，]\s*(?:(?:and|or|plus|also|as well as)\s+)?(?:\w+\s+)?how (?:much|many)\b"
    r"|\s*,\s*(?:pieces|units|quantity|value|amount) and (?:the )?(?:pieces|units|quantity|value|amount)\b"
    r"|\s*[,，]\s*(?:以及|及|和|并)?[^,，]{0,4}多少",
    re.IGNORECASE,
)
"""With these a part asks for a figure of its own: and for how much, 金额多少."""
_COLUMNS = re.compile(
    r"(?!.*\b(?:means?|is|are|was|were|counts?|refers?)\b)\s*(?![,(（，])"
    r"(?:.*\b(?:pieces|units|quantity|quantities)\b(?: and|,)"
    r"|.*(?:\band|,) (?:the )?(?:pieces|units|quantity|quantities)\b|.*(?:列出|给出|显示).*(?:数量|件数|金额))",
    re.IGNORECASE,
)
"""A sentence of columns that are wanted: item, pieces and value."""
_DATING = frozenset({"by", "按", "going", "based", "以"})
_TOLD = re.compile(r"\s*[:\u2013\u2014-]\s+((?:[\w' ]+(?:,| and |&|/)\s*)+[\w' ]+?)\s*[?.]*$", re.IGNORECASE)
_NET = re.compile(r"\s*\(?\b(?:before|excluding|without|net of) tax(?:es)?(?: (?:and|or) freight)?\)?", re.IGNORECASE)
"""What an amount is without: without a word on it, it is told so."""
_PARTS = re.compile(r",|\band\b|&|/", re.IGNORECASE)
_WHO_BOUGHT = ("customer", "customer_account")
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("number", "order number", "document number", "which one", "id", "name"), ()),
    **dict.fromkeys(("amount", "value", "how much", "for how much", "total", "sum", "price", "quantity", "units"), ()),
    **dict.fromkeys(("date", "day", "when", "order date", "the date", "on which day", "what date"), ("day",)),
    **dict.fromkeys(("who", "customer", "who bought", "who ordered", "store", "buyer", "for whom"), _WHO_BOUGHT),
    **dict.fromkeys(("vendor", "supplier", "from whom", "which vendor"), ("supplier",)),
    **dict.fromkeys(("salesperson", "who sold it", "seller", "sales rep"), ("salesperson",)),
    **dict.fromkeys(("territory", "region", "where"), ("region",)),
    **dict.fromkeys(("product", "item", "what"), ("item",)),
}
"""What may be told of each of those asked for, with the dimensions that tell it; none for what is told anyway."""


@dataclass(frozen=True, slots=True)
class Told:
    """A question without the list of what is to be told of each, and the dimensions that the list names."""

    question: str
    names: tuple[tuple[str, ...], ...] = ()


def told_of_each(question: str) -> Told:
    """The biggest order: number, date and amount; a list of anything else stays in the question."""
    found = _TOLD.search(question)
    if found is None:
        return Told(question)
    told = _NET.sub("", found[1])
    parts = [each.strip().lower().removeprefix("the ") for each in _PARTS.split(told) if each.strip()]
    if not parts or any(part not in ATTRIBUTES for part in parts):
        return Told(question)
    return Told(f"{question[: found.start()]}?", tuple(ATTRIBUTES[part] for part in parts if ATTRIBUTES[part]))


def with_attributes(planned: Planned, told: Told, known: frozenset[str]) -> Planned | None:
    """A plan that tells them beside each document; None where what is asked for has none of them."""
    if not told.names:
        return planned
    keys = list(planned.query.group_by)
    if not any(name.endswith("_number") for name in keys) or planned.query.compare is not None:
        return None
    for names in told.names:
        found = next((name for name in names if name in known), None)
        if found is None:
            return None
        keys += [] if found in keys else [found]
    return replace(planned, query=replace(planned.query, group_by=tuple(keys)))


def explanations(question: str) -> Iterator[str]:
    """The parts that may only explain: in brackets, behind that is, sentences beside the question, between commas."""
    for pattern in (_BRACKETED, _MARKED, _SENTENCE, _BETWEEN):
        yield from (found[0] for found in pattern.finditer(question))


def only_explains(clause: str, reading: Reading) -> bool:
    """Whether a part sets no condition: it names nobody and no days, leaves nothing out, bounds and ranks nothing."""
    if "please" in reading.words or _ASKING.match(clause) or _COLUMNS.match(clause):
        # Whoever says please asks for something; how much and a row of columns do so too.
        return False
    left_out = [word for word in reading.idle if word != "out of"]
    sets = reading.members or reading.times or reading.limits or reading.numbers or left_out or reading.missing
    is_between = clause.lstrip().startswith((",", "，")) and _MARKED.match(clause) is None
    if is_between and clause.strip(" ,，").partition(" ")[0].lower() in _CONDITIONING:
        return False
    if is_between and _FURTHER.match(clause) and (reading.metrics or reading.dimensions):
        return False
    if any(name.endswith("_on") for name in reading.dimensions) and _DATING & set(reading.words):
        # By the day on which they began: another day is another figure.
        return False
    is_told_by = bool(reading.grains or [name for name in reading.dimensions if not name.endswith("_on")])
    if is_between and is_told_by:
        return False
    is_sentence = clause.rstrip().endswith((".", "!", "。"))
    harmless = _HARMLESS | {"not"} if reading.idle else _HARMLESS
    harmless = harmless | {"by", "over_all", "led"} if is_sentence or not is_told_by else harmless
    return not sets and reading.is_descending is None and set(reading.operators) <= harmless
