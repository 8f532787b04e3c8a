"""What nouns and small words are for beside the subject of a question: compounds, carriers, kinds, units, definitions.

An order status is no order, lines that carry revenue are not counted, hours are the unit of a figure told in hours.
"""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import COUNTED
from ai.questions.kinship import PARTS
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Mention, Named, Reading
from ai.questions.words import key_of, words_of

ALL = frozenset({"all", "whatever", "any", "every", "regardless"})
TOGETHER = frozenset({"together", "combined", "taken", "alike", "whatever", "regardless"})
USING = frozenset({"use", "uses", "using"})
ASKING = frozenset({"which", "what"})
KIND_NOUNS = frozenset({"class", "classes", "band", "bands", "bracket", "brackets", "range", "ranges"}) | frozenset(
    {"bucket", "buckets", "level", "levels", "kind", "kinds", "category", "categories"}
)
HEADS = frozenset({"head count", "head counts", "headcount", "headcounts"})
CUSTOMERS = "recorded_customer_count"
STARTED = {"production_scrapped_quantity": "started_scrapped_quantity"}
STAGE, DONE = "item_stage", "finished goods"
AGREED = frozenset({"agreed", "quoted", "promised"})
SEXES = frozenset({"gender", "customer_gender"})
DAYS_OF = {"birth_count": "born_on", "hired_employee_count": "hired_on", "hired_person_count": "hired_on"}
PEOPLE = frozenset({"people", "persons", "employees", "staff", "colleagues", "workers"})
MONEY = frozenset({"most", "more", "least", "less", "much"})
MINUS = frozenset({"less", "minus", "difference", "change"})


def settle_subjects(reading: Reading, lexicon: Lexicon) -> None:
    """What only stands beside the subject."""
    _settle_compounds(reading)
    _settle_over_all(reading)
    _settle_money(reading, lexicon)
    _settle_scrapped(reading, lexicon)
    _settle_defined(reading)
    _settle_finished(reading, lexicon)
    _settle_agreed(reading)
    _settle_kind_nouns(reading)
    _settle_units(reading, lexicon)
    _settle_parts(reading, lexicon)
    _settle_heads(reading, lexicon)
    _settle_who(reading)
    _settle_told_days(reading)
    _settle_sexes(reading)
    _settle_foreign(reading)


def _end(mention: Mention) -> int:
    return mention.start + len(words_of(mention.word))


def _settle_compounds(reading: Reading) -> None:
    """Order statuses, purchase order dates: documents in the singular before an attribute of theirs are part of it."""
    spots = {at: name for name, at in reading.spots.items() if name in reading.dimensions}
    others = len(reading.metrics) > 1 or bool(reading.verbs)
    for mention in list(reading.metrics):
        is_single = mention.word.isascii() and not mention.word.endswith("s") and not mention.is_counted
        if others and is_single and first_of(mention) in COUNTED and _end(mention) in spots:
            reading.metrics.remove(mention)


def _settle_over_all(reading: Reading) -> None:
    """All order statuses together, averaged over its products: the figure over all of them, and not one by one."""
    kept = {*reading.grouped, *reading.each, reading.counted}
    for name in [each for each in reading.dimensions if each not in kept and each in reading.spots]:
        at = reading.spots[name]
        before, behind = reading.words[max(at - 2, 0) : at], reading.words[at + 1 : at + 4]
        is_all = bool(ALL & {*before}) and bool(TOGETHER & {*before, *behind})
        is_over = before in (["over", "its"], ["over", "their"], ["over", "all"], ["across", "all"])
        if not (is_all or (is_over and not reading.limits)):
            continue
        reading.dimensions = [each for each in reading.dimensions if each != name]
        reading.parties.append(name)
        if is_over and reading.has("more"):
            reading.operators.remove("more")


def _settle_money(reading: Reading, lexicon: Lexicon) -> None:
    """What made the most money brought revenue: nobody paid in."""
    for at, mention in enumerate(reading.metrics):
        is_paid_in = mention.word == "money in" and reading.words[mention.start - 1] in MONEY
        own = lexicon.own("net_revenue")
        if is_paid_in and mention.start and own in lexicon.metrics:
            reading.metrics[at] = replace(meant(own, lexicon), word="money", start=mention.start)


def _settle_scrapped(reading: Reading, lexicon: Lexicon) -> None:
    """Scrapped pieces on work orders started: one figure, and not scrap beside what was started."""
    for one, other in zip(reading.metrics, reading.metrics[1:], strict=False):
        told = STARTED.get(first_of(one))
        is_one = first_of(other) == "started_production_quantity" and other.start == _end(one)
        if told in lexicon.metrics and is_one:
            reading.metrics[reading.metrics.index(one)] = replace(
                one, meanings=meant(str(told), lexicon).meanings, word=f"{one.word} {other.word}"
            )
            reading.metrics.remove(other)
            return


def _settle_defined(reading: Reading) -> None:
    """Gross profit, sales less cost; scrap rate, pieces scrapped in percent of those ordered: said once more."""
    if len(reading.metrics) < 2 or reading.limits:  # noqa: PLR2004  # a figure and what it is made of
        return
    first = first_of(reading.metrics[0])
    others = {first_of(each) for each in reading.metrics[1:]}
    if first in {"gross_margin", "gross_margin_rate"} and reading.has("standard") and _said_behind(reading, MINUS):
        made_of = {"confirmed_order_value", "net_revenue", "standard_cost", "cost_of_goods_sold"}
        used = MINUS
    else:
        made_of = {name for pair, rate in PARTS.items() if rate == first for name in pair}
        used = frozenset({"ratio", "percent", "share"})
        if not _said_behind(reading, used):
            return
    if others and others <= made_of:
        reading.metrics = reading.metrics[:1]
        reading.operators = [each for each in reading.operators if each not in used]


def _said_behind(reading: Reading, operators: frozenset[str]) -> bool:
    at = reading.metrics[0].start
    return any(each.operator in operators and each.start > at for each in reading.said)


def _settle_finished(reading: Reading, lexicon: Lexicon) -> None:
    """Finished bikes: those of the goods that are finished, where only goods and their stock are asked for."""
    named = lexicon.members.by_name.get(key_of(DONE), ())
    found = tuple(each for each in named if each.dimension == STAGE)
    figures = [first_of(each) for each in reading.metrics]
    is_known = bool(figures) and all(STAGE in lexicon.metrics[each]["dimensions"] for each in figures)
    for each in list(reading.members):
        is_of_items = any(one.dimension.startswith("item_") for one in each.candidates)
        is_said = reading.words[each.start - 1 : each.start] == ["finished"] and "finished" in reading.unplaced
        if is_of_items and is_said and is_known and found:
            reading.members.append(Named(found, "finished", each.start - 1, 1))
            reading.unplaced.remove("finished")
            return


def _settle_agreed(reading: Reading) -> None:
    """The lead time agreed with a vendor is the one on file."""
    if any(first_of(each).startswith(("agreed_", "supplier_")) for each in reading.metrics):
        reading.unplaced = [word for word in reading.unplaced if word not in AGREED]


def _settle_kind_nouns(reading: Reading) -> None:
    """Each commute distance class, which shipping methods our orders use: words that only hold an attribute up."""
    spots = [reading.spots[name] for name in reading.dimensions if name in reading.spots]
    for word in [each for each in reading.unplaced if each in KIND_NOUNS]:
        at = reading.words.index(word)
        if any(spot < at <= spot + 3 for spot in spots):
            reading.unplaced.remove(word)
    is_asked = bool(ASKING & set(reading.words[:2])) and bool(reading.grouped)
    if is_asked and (reading.metrics or reading.members) and "component" not in reading.dimensions:
        reading.unplaced = [word for word in reading.unplaced if word not in USING]


def _settle_units(reading: Reading, lexicon: Lexicon) -> None:
    """How many hours of leave: hours are what the figure is told in, and not the hour of something."""
    hours = [name for name in reading.dimensions if name.endswith("_hour") and name not in reading.each]
    is_of_hours = any(first_of(each).endswith("_hours") for each in reading.metrics)
    if not hours or not is_of_hours:
        return
    known = {name for each in reading.metrics for name in lexicon.metrics[first_of(each)]["dimensions"]}
    for name in [each for each in hours if each not in known]:
        for names in (reading.dimensions, reading.grouped):
            names[:] = [each for each in names if each != name]
        reading.counted = None if reading.counted == name else reading.counted


def _settle_parts(reading: Reading, lexicon: Lexicon) -> None:
    """Parts that were bought or rejected are items: only bills of materials know them as components."""
    figures = [first_of(each) for each in reading.metrics]
    known = [set(lexicon.metrics[name]["dimensions"]) for name in figures if name in lexicon.metrics]
    at = reading.spots.get("component", 0)
    is_share = reading.words[at : at + 2] == ["part", "of"]
    is_of_bill = any(one.dimension in {"component", "item"} for each in reading.members for one in each.candidates)
    if "component" not in reading.dimensions or not known or is_share or is_of_bill:
        # The biggest part of revenue is a share of it; the parts of one product stand on its bill.
        return
    if all("component" not in each and "item" in each for each in known):
        for names in (reading.dimensions, reading.grouped, reading.each):
            names[:] = ["item" if name == "component" else name for name in names]
        reading.counted = "item" if reading.counted == "component" else reading.counted


def _settle_heads(reading: Reading, lexicon: Lexicon) -> None:
    """Income bands of customers with head counts: the heads are those of the customers."""
    told = {*reading.dimensions, *(one.dimension for each in reading.members for one in each.candidates)}
    if CUSTOMERS not in lexicon.metrics or not any(name.startswith("customer") for name in told):
        return
    if told - set(lexicon.metrics[CUSTOMERS]["dimensions"]) - {"channel", "offer_audience"}:
        return
    for at, mention in enumerate(reading.metrics):
        if mention.word in HEADS and first_of(mention) in {"employee_count", "current_employee_count"}:
            reading.metrics[at] = replace(mention, meanings=meant(CUSTOMERS, lexicon).meanings)


def _settle_who(reading: Reading) -> None:
    """Vendors who are inactive: a relative word asks for nobody."""
    ends = {_end(each) for each in reading.metrics if each.is_counted or (each.word in PEOPLE and _is_asked(reading))}
    relative = [each for each in reading.said if each.operator == "who" and each.start in ends]
    if relative and len(relative) == len([each for each in reading.said if each.operator == "who"]):
        reading.said = [each for each in reading.said if each not in relative]
        reading.operators = [each for each in reading.operators if each != "who"]


def _is_asked(reading: Reading) -> bool:
    """Whether the question asks for something before its people: how many hours do the people have who ..."""
    return reading.words[:1] in (["how"], ["what"]) or reading.has("count", "average")


def _settle_told_days(reading: Reading) -> None:
    """The oldest employees with their birth dates: the day is told with each of the first or the last."""
    for name in {DAYS_OF.get(first_of(each)) for each in reading.metrics}:
        if name in reading.dimensions and reading.has("earliest", "latest"):
            for names in (reading.dimensions, reading.grouped):
                names[:] = [each for each in names if each != name]


def _settle_sexes(reading: Reading) -> None:
    """How many men and women work in each department: told for each of both, and not how many sexes there are."""
    if reading.counted in SEXES and (reading.each or len(reading.grouped) > 0):
        reading.grouped.append(reading.counted)
        reading.counted = None


def _settle_foreign(reading: Reading) -> None:
    """Paid in a foreign currency: which ones are foreign, no figure here makes use of."""
    is_told = {"payment_currency"} & {*reading.grouped, *reading.each}
    if "foreign" in reading.words and "payment_currency" in reading.dimensions and not is_told:
        reading.idle.append("foreign")
