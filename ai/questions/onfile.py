"""What is told from records on file, whatever anybody did: which there are, their attributes, and the most common."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import MEASURED
from ai.questions.kinship import LISTED, RECORDED
from ai.questions.lexicon import Lexicon
from ai.questions.said import Reading
from ai.questions.telling import is_told_by

ITEM_KINDS = frozenset(
    {"item_category", "item_category_group", "item_color", "item_class", "item_style", "item_line", "item_stage"}
    | {"item_source", "item_size"}
)
"""What items are told apart by; how many there are of a kind counts items."""
FILES = (
    "item_count",
    "current_employee_count",
    "recorded_supplier_count",
    "recorded_customer_count",
    "offer_count",
    "current_sales_assignment_count",
)
"""What is known of things and people, whatever they did."""
PARTIES_ON_FILE = {"recorded_supplier_count": "supplier", "recorded_customer_count": "customer"}
COMMON = frozenset({"common", "commonest", "frequent", "widespread"})


def on_file(reading: Reading, lexicon: Lexicon) -> str | None:
    """Which of them there are, or how many, is told from what is on file."""
    if reading.is_descending is not None or reading.times or reading.limits or reading.verbs:
        return None
    asked = next((LISTED[name] for name in reading.grouped if name in LISTED), None) or _file_of(reading, lexicon)
    named = {member.dimension for each in reading.members for member in each.candidates}
    if asked is None and reading.has("count") and named and named <= ITEM_KINDS:
        asked = "item_count"
    is_headline = asked is None and bool(reading.grouped) and not reading.metrics and "by" in reading.words[1:4]
    if is_headline:
        # Customers by education: how many of them there are.
        whose = {*reading.parties, *reading.dimensions} & {*RECORDED} - {*reading.grouped}
        asked = RECORDED[whose.pop()] if len(whose) == 1 else None
        reading.dimensions = [name for name in reading.dimensions if name in reading.grouped]
    is_told = (
        asked in lexicon.metrics and (bool(reading.members) or is_headline) and is_told_by(str(asked), reading, lexicon)
    )
    return asked if is_told else None


def _file_of(reading: Reading, lexicon: Lexicon) -> str | None:
    """The records that know an attribute asked for: the job title of an employee, the sizes of road bikes."""
    if not reading.dimensions or reading.counted or reading.operators or reading.grains:
        return None
    named = {*reading.dimensions, *(each.dimension for one in reading.members for each in one.candidates)}
    return next(
        (
            name
            for name in FILES
            if name in lexicon.metrics and is_told_by(name, reading, lexicon)
            # Customers and suppliers are in one file: whose attribute it is, its name tells.
            if name not in PARTIES_ON_FILE or any(each.startswith(PARTIES_ON_FILE[name]) for each in named)
        ),
        None,
    )


DOERS = {
    "ordered_supplier_count": ("supplier", "written_purchase_order_count"),
    "supplier_count": ("supplier", "written_purchase_order_count"),
    "ordering_customer_count": ("customer", "order_count"),
}
"""Whom a count counts, and what they did that it counts them for."""
OFTEN = frozenset({"most often", "most frequently", "least often", "most frequent"})


def settle_often(reading: Reading, lexicon: Lexicon) -> None:
    """Which vendor did we order from most often: each of them by how many orders there were."""
    mention = reading.metrics[0] if len(reading.metrics) == 1 else None
    if mention is None or not mention.is_asked or not OFTEN & {each.word for each in reading.said} or reading.limits:
        return
    subject, deed = DOERS.get(mention.meanings[0].name, ("", ""))
    if deed in lexicon.metrics and subject in lexicon.metrics[deed]["dimensions"]:
        meaning = replace(mention.meanings[0], name=deed, label=str(lexicon.metrics[deed]["label"]))
        reading.metrics = [replace(mention, meanings=(meaning,), is_asked=False)]
        reading.dimensions = [*reading.dimensions, *([] if subject in reading.dimensions else [subject])]
        reading.grouped = [*reading.grouped, *([] if subject in reading.grouped else [subject])]


def common(reading: Reading, lexicon: Lexicon) -> str | None:
    """What is most common has the most members on file."""
    if not reading.dimensions or reading.times or set(reading.dimensions) & set(MEASURED):
        return None
    named = {*reading.dimensions, *(each.dimension for one in reading.members for each in one.candidates)}
    return next(
        (
            name
            for name in FILES
            if name in lexicon.metrics and is_told_by(name, reading, lexicon)
            if name not in PARTIES_ON_FILE or any(each.startswith(PARTIES_ON_FILE[name]) for each in named)
        ),
        None,
    )
