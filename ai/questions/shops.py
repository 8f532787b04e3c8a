"""What shops that buy from us are: when they opened, whom they employ, who looks after how many of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ai.questions.filters import conditions, placed_members
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant
from ai.questions.plans import Derive, Planned
from ai.questions.said import Limit, Named, Reading
from ai.questions.times import Span
from ai.questions.words import key_of
from olap.query import Filter, MetricQuery

HOUSES, CUSTOMERS = "customer_account", "recorded_customer_count"
OPENING, STAFF = "customer_opening_year", "customer_staff"
OPENED = frozenset(
    {
        "open",
        "opened",
        "opening",
        "opens",
        "founded",
        "founding",
        "established",
        "start",
        "started",
        "开业",
        "成立",
        "开张",
    }
)
BIRTHS = frozenset({"hired_employee_count", "introduced_item_count", "order_count", OPENING, CUSTOMERS})
"""Figures that the words of a beginning may have been taken for."""
EMPLOYED = frozenset({"employee_count", "current_employee_count", STAFF})
OLD, YOUNG = frozenset({"oldest", "first", "earliest"}), frozenset({"newest", "youngest", "latest", "most recent"})
KEEPER = "customer_salesperson"
SELLERS = frozenset({"salesperson", KEEPER})


def settle_shops(reading: Reading, lexicon: Lexicon) -> None:
    """Figures of shops, where everyday words say them."""
    _settle_own_sales(reading, lexicon)
    _settle_opening(reading, lexicon)
    _settle_staff(reading, lexicon)


def _is_of_shops(reading: Reading) -> bool:
    """Whether shops are asked for, or one is named, and nothing else is."""
    told = {name for name in (*reading.dimensions, *reading.parties, reading.counted) if name}
    kinds = [{one.dimension for one in each.candidates} for each in reading.members]
    others = [each for each in kinds if not any(name.startswith(("customer", "store_")) for name in each)]
    named = {"customer_category", HOUSES, "customer"} & {name for each in kinds for name in each}
    return bool(named) and not others and told <= {HOUSES, "customer", "customer_category", "day", "year"}


def _said(reading: Reading) -> list[str]:
    text = "".join(reading.words)
    return [word for word in OPENED if word in reading.words or (not word.isascii() and word in text)]


def _settle_opening(reading: Reading, lexicon: Lexicon) -> None:
    """Shops that opened in 1990 have that year: it bounds what they are, and sets no days."""
    names = {first_of(each) for each in reading.metrics}
    is_named = OPENING in names
    if OPENING not in lexicon.metrics or not (_said(reading) or is_named) or not names <= BIRTHS:
        return
    if reading.verbs and not set(reading.verbs) <= OPENED | {"started", "start"}:
        return
    if not _is_of_shops(reading):
        return
    said = _said(reading)
    is_counted = reading.has("count") or any(each.is_counted for each in reading.metrics)
    reading.metrics, reading.verbs = [meant(OPENING, lexicon)], []
    reading.unplaced = [word for word in reading.unplaced if word not in said and word not in "".join(said)]
    if reading.times:
        reading.limits = [limit for span in reading.times for limit in _years(span)]
        reading.times, reading.starts = [], []
    reading.operators = [each for each in reading.operators if each not in {"when", "latest", "earliest"}]
    reading.grains, reading.each = [], [name for name in reading.each if name != "year"]
    if reading.counted == "year" or (is_counted and reading.counted is None):
        reading.counted = HOUSES if is_counted and reading.limits else None
    words = {*reading.words}
    if words & (OLD | YOUNG) and not reading.limits:
        reading.is_descending = bool(words & YOUNG)
        reading.top = reading.top or 1


def _years(span: Span) -> list[Limit]:
    """The bounds of years that some days are."""
    if span.start and span.end and span.start.year == span.end.year:
        return [Limit("exactly", Decimal(span.start.year))]
    found = [Limit("at_least", Decimal(span.start.year))] if span.start else []
    return found + ([Limit("at_most", Decimal(span.end.year))] if span.end else [])


OWN = {"sales": "customer_annual_sales", "revenue": "customer_annual_revenue"}


def _settle_own_sales(reading: Reading, lexicon: Lexicon) -> None:
    """The annual sales of shops are their own, as they told us, and not ours to them year by year."""
    words = reading.words
    at = next(
        (at for at, word in enumerate(words) if word in OWN and words[max(at - 1, 0)] in {"annual", "yearly"}), None
    )
    shops = any(one.dimension == "customer_category" for each in reading.members for one in each.candidates)
    if at is None or not shops or reading.times or OWN[words[at]] not in lexicon.metrics or len(reading.metrics) > 1:
        return
    reading.metrics = [replace(meant(OWN[words[at]], lexicon), word=words[at], start=at)]
    reading.verbs = [verb for verb in reading.verbs if not verb.startswith("sales")]
    reading.grains = [each for each in reading.grains if each != "year"]


def _settle_staff(reading: Reading, lexicon: Lexicon) -> None:
    """How many people a shop employs: its own staff, and none of ours."""
    if STAFF not in lexicon.metrics or len(reading.metrics) > 1 or reading.times or not reading.members:
        return
    kinds = [{one.dimension for one in each.candidates} for each in reading.members]
    if not all(each & {"customer", HOUSES} and "employee" not in each for each in kinds):
        return
    people = [each for each in reading.metrics if first_of(each) in EMPLOYED]
    if people or (not reading.metrics and "employee" in reading.dimensions):
        reading.metrics = [replace(meant(STAFF, lexicon), word=people[0].word if people else STAFF)]
        reading.dimensions = [name for name in reading.dimensions if name != "employee"]
        reading.operators = [each for each in reading.operators if each != "count"]
        reading.said = [each for each in reading.said if each.operator != "count"]
        reading.counted = None
        reading.verbs = []


def _as_category(named: Named) -> Named:
    """Stores as the kind of customers that they are, and no channel."""
    kept = tuple(each for each in named.candidates if each.dimension == "customer_category")
    return replace(named, candidates=kept or named.candidates)


def plan_kept_shops(reading: Reading, lexicon: Lexicon) -> Planned | None:
    """How many shops each salesperson looks after; None where something else is asked for.  Raises: Stop."""
    figures = {first_of(each) for each in reading.metrics}
    is_done = reading.verbs or reading.times or reading.limits or figures - {CUSTOMERS, "ordering_customer_count"}
    shops = [each for each in reading.members if any(one.dimension == "customer_category" for one in each.candidates)]
    by = [name for name in reading.grouped if name in SELLERS]
    said = [one.name for each in shops for one in lexicon.phrases.get(key_of(each.word), ())]
    houses = bool({HOUSES, "customer"} & {*said}) or HOUSES in {*reading.dimensions, *reading.parties, reading.counted}
    is_other = bool({*reading.dimensions} - {HOUSES, *SELLERS}) or reading.has("share", "average", "not", "who")
    if is_done or not (shops and houses) or len(by) != 1 or is_other or CUSTOMERS not in lexicon.metrics:
        return None
    known = lexicon.metrics[CUSTOMERS]["dimensions"]
    if not {KEEPER, HOUSES} <= set(known):
        return None
    members, reading.members = reading.members, [_as_category(each) for each in reading.members]
    placed = conditions(placed_members(reading, known))
    reading.members = members
    reading.operators = [each for each in reading.operators if each not in {"count", "top", "bottom"}]
    # Who looks after shops is told by them, and not by what was sold.
    reading.dimensions = [KEEPER if name in SELLERS else name for name in reading.dimensions]
    where = (*placed, Filter(KEEPER, "not_null"), Filter(HOUSES, "not_null"))
    is_ranked = reading.is_descending is not None
    how = Derive(
        "tally",
        CUSTOMERS,
        KEEPER,
        (HOUSES,),
        order=reading.is_descending is not False,
        limit=(reading.top or 1) if is_ranked else None,
    )
    return Planned(MetricQuery((CUSTOMERS,), (KEEPER, HOUSES), where), how)
