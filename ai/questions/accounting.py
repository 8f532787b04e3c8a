"""Every word of a question accounted for: what a plan makes no use of is named, and then nothing is answered.

A word that is known and does nothing in the chosen reading is more dangerous than one that nobody knows: "customers who
did not order" would be told as those who did. So each operator has a use that the plan must show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from ai.questions.dialect import COUNTED, LEAST_OF_VERBS, PIECES, VERBS, Operator
from ai.questions.kinship import EXPLODED, SHIPPED
from ai.questions.lexicon import Lexicon
from ai.questions.misreadings import misread
from ai.questions.plans import Planned
from ai.questions.said import Limit, Mention, Reading
from ai.questions.times import GRAINS, NUMBERS
from ai.questions.words import joined

Check = Callable[[Planned, Reading, Lexicon], bool]
_GRAINS = frozenset({*GRAINS.values(), "fiscal_period", "fiscal_quarter", "fiscal_year"})
_PLACES = frozenset({"location", "warehouse", "country", "city", "region"})
_TOLD_IN_NUMBERS = frozenset({"count", "quantity", "days", "number"})
_COUNTING = frozenset({"age", "spread", "gaps", "among", "tally", "debuts"})
"""Ways of working out that tell a number of members or days."""
_GRAIN_DAYS: Mapping[str, int] = {"week": 7, "month": 28, "quarter": 90, "year": 365}
PER_PIECE = "per unit"
_PEOPLE = ("salesperson", "customer", "supplier", "buyer")
GIVEN_BY_CUSTOMERS = frozenset({"item_rating", "review_count"})
SHIPPED_BY = frozenset({"ship_method", "ship_to_state"})
TAKEN_IN = frozenset({"order_count", "confirmed_order_value", "average_order_value"})
"""What comes in from customers: orders received."""
FAMILIES: Mapping[str, tuple[str, ...]] = {
    "delivered_quantity": (
        "deliver",
        "lead_time",
        "shipping",
        "otif",
        "on_time",
        "fill_rate",
        "due_lines",
        "freight",
        "promis",
    ),
    "receipt_value": (
        "receipt",
        "received",
        "stocked",
        "accepted",
        "arrived",
        "lead_time",
        "supplier",
        "rejected",
        "purchase",
    ),
    "stock_quantity": ("stock", "supply", "inventory"),
    "employee_count": ("employee", "hours", "pay_", "vacation", "sick", "commission", "bonus"),
    "returned_quantity": ("return",),
    "payments_made": ("payment", "paid"),
    "list_price": ("price",),
    "payments_received": ("payment", "collect", "paid", "freight", "tax", "price", "discount", "total_value"),
    "ar_open_amount": ("ar_", "receivable", "dso", "overdue"),
    "ap_open_amount": ("ap_", "payable", "dpo", "overdue"),
}
"""Parts of the names of figures that a verb may go with; verbs of buying and selling go with their whole area."""


def unaccounted(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """The words of a question that its plan does nothing for, in their order."""
    idle = list(reading.idle)
    for said in reading.said:
        use = USES.get(said.operator)
        if use is not None and said.operator in reading.operators and not use(planned, reading, lexicon):
            idle.append(said.word)
    idle += _figures(planned, reading, lexicon)
    idle += _asked_again(planned, reading)
    idle += _shape(planned, reading)
    idle += _likely_misread(planned, reading, lexicon)
    idle += misread(planned, reading, lexicon)
    return list(dict.fromkeys(idle))


_AMOUNTS = (["how", "many"], ["how", "much"])


def _asked_again(planned: Planned, reading: Reading) -> list[str]:
    """The second of two amounts that are asked where only one is told: how many orders, and how many pieces."""
    words = reading.words
    asked = [at for at in range(len(words)) if words[at : at + 2] in _AMOUNTS]
    is_one = len(planned.query.metrics) == 1 and planned.derive is None
    asked += [at for at in range(len(words)) if words[at : at + 2] == ["多", "少"]]
    return [joined(words[at : at + 2]) for at in asked[1:]] if is_one else []


def _is_share(planned: Planned, _: Reading, lexicon: Lexicon) -> bool:
    is_rate = all(lexicon.metrics[name]["type"] == "share" for name in planned.query.metrics)
    is_worked_out = planned.derive is not None and planned.derive.kind in {"share", "within"}
    return is_rate or is_worked_out or planned.query.compare is not None


def _is_counted(planned: Planned, _: Reading, lexicon: Lexicon) -> bool:
    if planned.derive is not None and planned.derive.kind in {"count", "having", "average", "without", *_COUNTING}:
        return True
    return any(lexicon.metrics[name]["unit"] in _TOLD_IN_NUMBERS for name in planned.query.metrics)


def _is_mean(planned: Planned, _: Reading, lexicon: Lexicon) -> bool:
    if planned.derive is not None:
        return planned.derive.kind in {"average", "ratio", "median"}
    metric = lexicon.metrics[planned.query.metrics[0]]
    is_sum = metric["unit"] in {"currency", "count", "quantity"} and metric["additivity"] != "non_additive"
    return not is_sum or str(metric["name"]).startswith("average_")


def _is_ranked(planned: Planned, _: Reading, __: Lexicon) -> bool:
    return bool(planned.query.order_by) or (planned.derive is not None and planned.derive.order is not None)


def _is_compared(planned: Planned, reading: Reading, _: Lexicon) -> bool:
    """Against other days, other members, or other figures."""
    named = [each for each in planned.query.where if len(each.values) > 1]
    return bool(planned.query.compare or named or _has_grain(planned) or len(planned.query.metrics) > 1) and not (
        len(reading.times) > 1 and planned.query.compare is None and not _has_grain(planned)
    )


def _is_changed(planned: Planned, reading: Reading, lexicon: Lexicon) -> bool:
    """Told over time, against other days, or between members."""
    is_name = any(
        word in str(lexicon.metrics[name]["label"]).lower()
        for name in planned.query.metrics
        for word in ("change", "difference", "variance")
    )
    return is_name or _is_compared(planned, reading, lexicon)


def _has_grain(planned: Planned) -> bool:
    return any(name in _GRAINS for name in planned.query.group_by)


def _is_bounded_change(planned: Planned, reading: Reading, _: Lexicon) -> bool:
    """Which were less than in the period before; a bound with its number is no operator any more."""
    derive = planned.derive
    if any(len(each.values) > 1 and each.field in planned.query.group_by for each in planned.query.where):
        # More in Canada or in France: both are told.
        return True
    if planned.query.compare is not None and not planned.query.group_by and len(reading.times) > 1:
        # How much more in 2013 than in 2012: the answer tells the change.
        return True
    return derive is not None and derive.kind == "having" and derive.metric.endswith("_change")


def _is_by_day(planned: Planned, _: Reading, __: Lexicon) -> bool:
    return any(each.field == "day" for each in planned.query.order_by)


def _never(_: Planned, __: Reading, ___: Lexicon) -> bool:
    return False


USES: Mapping[Operator, Check] = {
    "share": _is_share,
    "percent": _is_share,
    "count": _is_counted,
    "average": _is_mean,
    "top": _is_ranked,
    "bottom": _is_ranked,
    "growth": _is_changed,
    "change": _is_changed,
    "difference": _is_changed,
    "versus": _is_compared,
    "year_ago": lambda planned, _, __: planned.query.compare is not None,
    "before": lambda planned, _, __: planned.query.compare is not None,
    "where": lambda planned, _, __: bool(_PLACES & set(planned.query.group_by)),
    "latest": _is_by_day,
    "earliest": _is_by_day,
    "falling": _is_ranked,
    "rising": _is_ranked,
    "when": lambda planned, _, __: _has_grain(planned),
    "trend": lambda planned, _, __: _has_grain(planned),
    "ratio": lambda planned, _, __: planned.derive is not None and planned.derive.kind in {"ratio", "quotient"},
    "exploded": lambda planned, _, __: all(name in EXPLODED.values() for name in planned.query.metrics),
    "led": lambda planned, _, __: any(each.field.startswith("superior") for each in planned.query.where),
    "running": lambda planned, _, __: planned.derive is not None and planned.derive.kind == "running",
    "median": lambda planned, _, __: planned.derive is not None and planned.derive.kind == "median",
    "lead": _never,
    "pair": lambda planned, _, __: planned.derive is not None and planned.derive.kind in {"without", "spread"},
    "more": _is_bounded_change,
    "less": _is_bounded_change,
    "at_least": _never,
    "at_most": _never,
}
"""What a plan must show for an operator to have done something; a bound with its number is no operator any more."""


def _figures(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """Verbs and parties that the figure has nothing to do with: orders that were shipped are no orders placed."""
    query = planned.query
    idle: list[str] = []
    if planned.without is not None and (planned.derive is None or planned.derive.kind != "within"):
        return idle
    if reading.metrics:
        fields = {*query.group_by, *(each.field for each in query.where)}
        idle = [
            verb
            for verb in reading.verbs
            if not any(goes_with(verb, name, lexicon) for name in query.metrics)
            # Shipped by a method or to a state: the place that the documents have tells what was done.
            and not (verb in SHIPPED and fields & SHIPPED_BY)
            and not (VERBS[verb][0] == "payments_received" and "payment_currency" in fields)
        ]
    if not reading.metrics and (planned.derive is None or planned.derive.kind == "share"):
        # Sold, and returned: what was done besides is another figure.
        idle = [verb for verb in reading.verbs if not any(goes_with(verb, name, lexicon) for name in query.metrics)]
    idle += [mention.word for mention in reading.metrics if not _is_answered(mention, planned, lexicon)]
    for party in reading.parties:
        if set(query.metrics) <= GIVEN_BY_CUSTOMERS and party == "customer":
            continue
        if not any(party in lexicon.metrics[name]["dimensions"] or party in name for name in query.metrics):
            idle.append(party)
    return idle


def _is_answered(mention: Mention, planned: Planned, lexicon: Lexicon) -> bool:
    """Whether how many is told as a number, and which of them by their names."""
    derive, query = planned.derive, planned.query
    names = [each.name for each in mention.meanings if each.name in query.metrics]
    if mention.is_asked and names and names[0] in COUNTED:
        return COUNTED[names[0]][0] in query.group_by
    if (
        not mention.is_counted
        or not names
        or (derive is not None and derive.kind in {"count", "having", "share", "without", *_COUNTING})
    ):
        return True
    return any(lexicon.metrics[name]["unit"] in _TOLD_IN_NUMBERS for name in names)


def goes_with(verb: str, metric: str, lexicon: Lexicon) -> bool:
    """Whether a figure is about what a verb says was done."""
    default = VERBS[verb][0]
    if verb in LEAST_OF_VERBS:
        return bool(lexicon.metrics[metric]["unit"] == "quantity")
    is_taken = default == "receipt_value" and (metric in TAKEN_IN or lexicon.metrics[metric]["area"] == "hr")
    if is_taken or (verb.startswith("spen") and metric.endswith("_hours")):
        return True
    parts = FAMILIES.get(default)
    if parts is not None:
        return any(part in metric for part in parts)
    measure = COUNTED.get(metric, ("", metric))[1]
    if default not in lexicon.metrics or measure not in lexicon.metrics:
        return True
    areas = {lexicon.metrics[measure]["area"], lexicon.metrics[metric]["area"]}
    if verb.startswith(("buy", "bought", "purchase", "spen", "order", "place")):
        # Customers buy as well as we do.
        return bool(areas & {"sales", "purchase"})
    return lexicon.metrics[default]["area"] in areas or "finance" in areas


def goes_with_measure(verb: str, measure: str, lexicon: Lexicon) -> bool:
    """Whether a verb tells by which figure documents of a measure are bounded: bought more than, not received."""
    areas = {lexicon.metrics[name]["area"] for name in (VERBS[verb][0], measure) if name in lexicon.metrics}
    return len(areas) == 1 and VERBS[verb][0] not in FAMILIES


def _shape(planned: Planned, reading: Reading) -> list[str]:
    """Numbers, bounds, periods and dimensions that the query does not show."""
    query, derive, idle = planned.query, planned.derive, []
    fields = {*query.group_by, *(each.field for each in query.where), derive.dimension if derive else None}
    if "unit" in query.group_by and PER_PIECE in joined(reading.words):
        # One piece of what is sold, or one part of the company?
        idle.append(PER_PIECE)
    idle += [name.replace("_", " ") for name in reading.dimensions if not _is_shown(name, fields, reading)]
    idle += [grain for grain in dict.fromkeys(reading.grains) if not _is_grain_shown(grain, planned)]
    if reading.limits and len(derive.bounds if derive else ()) != len(reading.limits):
        idle += [str(each.number) for each in reading.limits]
    limit = (derive.limit if derive else None) or query.limit
    if reading.top is not None and limit != reading.top:
        idle.append(str(reading.top))
    return idle


SIDE_BY_SIDE = ("item", "sales_reason")
"""What an order may have several of, each on a line of its own."""


def _likely_misread(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """What would be answered, but to another question than was most likely asked."""
    query, idle = planned.query, []
    items = {each.field for each in query.where if each.op == "eq" and each.field.startswith(SIDE_BY_SIDE)}
    if "both" in reading.words and len(items) > 1:
        # Orders with both a bike and a helmet have no line that is both.
        idle.append("both")
    if {"both", "many"} <= set(reading.words) and len(query.metrics) > 1:
        # How many are both off sale and in stock: not how many are the one, and how many the other.
        idle.append("both")
    own = {COUNTED[name][0] for name in query.metrics if name in COUNTED and COUNTED[name][0].endswith("_number")}
    if planned.derive is None:
        # A document counted by its own number is always one: what is told of it was not found.
        idle += [name.replace("_", " ") for name in query.group_by if name in own]
    units = {lexicon.metrics[name]["unit"] for name in query.metrics}
    if reading.has_pieces and reading.has("count") and units == {"count"} and planned.derive is None:
        # How many units on orders of 2012: orders are no units.
        idle += [word for word in reading.words if word in PIECES]
    if all(lexicon.metrics[name]["unit"] == "currency" for name in query.metrics):
        # More than one pay rate is no rate above one.
        above = [_last_word(reading, each) for each in reading.limits if each.operator == "more"]
        idle += [word for word in above if word in NUMBERS]
        # Overdue by more than 60 days is no amount above 60.
        idle += [f"{each.number} {word}" for each in reading.limits if (word := _word_after(reading, each)) in GRAINS]
    if reading.limits and units <= {"count", "quantity"}:
        # Shipped more than 7 days later is no number of deliveries above 7.
        idle += [word for each in reading.limits if (word := _word_after(reading, each)) in {"days", "weeks"}]
    if (query.time.start or query.time.end) and not query.order_by:
        # Orders in May, going by the day they were due: which days are meant, and not a row for each.
        said = {*reading.grouped, *reading.each}
        idle += [name.replace("_", " ") for name in query.group_by if _is_date(name, lexicon) and name not in said]
    if _has_grain(planned):
        # Told by year and by the day it ended: the years of which day?
        idle += [name.replace("_", " ") for name in query.group_by if _is_date(name, lexicon)]
    return idle


def _last_word(reading: Reading, limit: Limit) -> str:
    return reading.words[limit.end - 1] if 0 < limit.end <= len(reading.words) else ""


def _word_after(reading: Reading, limit: Limit) -> str:
    return reading.words[limit.end] if 0 < limit.end < len(reading.words) else ""


def _is_date(name: str, lexicon: Lexicon) -> bool:
    return name in lexicon.dimensions and lexicon.dimensions[name]["type"] == "date"


def _is_shown(name: str, fields: set[str | None], reading: Reading) -> bool:
    if name in fields or any(field and (field.startswith(f"{name}_") or _is_named_by(name, field)) for field in fields):
        return True
    return reading.counted == name


def _is_named_by(name: str, field: str) -> bool:
    """Whether a field tells the same thing as a dimension: an account of a customer, the code of an item."""
    return name.startswith(f"{field}_") and name.removeprefix(f"{field}_") in {
        "account",
        "code",
        "number",
        "name",
        "group",
    }


def _is_grain_shown(grain: str, planned: Planned) -> bool:
    """Whether a period is told one by one, and the days asked about hold a whole one."""
    if grain not in planned.query.group_by:
        return False
    time = planned.query.time
    if time.start is None or time.end is None or grain == "day":
        return True
    return time.end - time.start + timedelta(days=1) >= timedelta(days=_GRAIN_DAYS[grain])
