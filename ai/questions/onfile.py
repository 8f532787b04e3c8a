"""What is told from records on file, whatever anybody did: which there are, their attributes, and the most common."""

from __future__ import annotations

from ai.questions.dialect import MEASURED
from ai.questions.kinship import LISTED
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
    is_told = asked in lexicon.metrics and bool(reading.members) and is_told_by(str(asked), reading, lexicon)
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
