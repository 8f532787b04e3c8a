"""What was done to documents and goods, where everyday words say it: opened, offered, discounted, taxed."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import COUNTED, VERBS
from ai.questions.kinship import RATES
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Reading
from ai.questions.words import words_of

OPENED = frozenset({"opened", "open", "created", "开", "issued", "raised", "initiated", "立"})
BEING = frozenset({"are", "is", "still", "currently", "remain", "stay", "now"})
"""Before open these say what state something is in, and not that it was begun."""
STARTED = {"production_order_count": "started_production_order_count"}
"""Documents that begin a work, with those counted by the day on which it began."""
PRICES = frozenset({"list_price", "average_ordered_price", "average_selling_price", "supplier_standard_price"})
OFFERED_PRICE = "supplier_standard_price"
CHARGING = frozenset({"charge", "charges", "charged", "ask", "asks", "want", "wants"})
DISCOUNTED = {"order_count": "discounted_order_count", "order_line_count": "discounted_line_count"}
"""Documents, and those of them that had a discount."""
HAVING = frozenset({"had", "have", "has", "having", "with", "got", "get", "received", "carry", "carried", "included"})
OFF = frozenset({"order_discount", "discount_amount"})
STATES = ("order_state", "purchase_status")
TAX = "tax_rate"
TAX_NAME = "tax_code_name"
OF_NOW = frozenset({"list_price", "standard_cost"})


def settle_dealings(reading: Reading, lexicon: Lexicon) -> None:
    """The figures that such words mean."""
    _settle_opened(reading, lexicon)
    _settle_offered(reading, lexicon)
    _settle_discounted(reading, lexicon)
    _settle_states(reading, lexicon)
    _settle_tax(reading, lexicon)
    _settle_course(reading)
    _settle_cost(reading)


def _settle_opened(reading: Reading, lexicon: Lexicon) -> None:
    """Documents that were opened or created: all of them, and where days are said those that began then."""
    said = OPENED & set(reading.words)
    at = next((at for at, each in enumerate(reading.metrics) if first_of(each) in STARTED), None)
    counts = [each for each in reading.metrics if first_of(each) in {*COUNTED, *STARTED}]
    others = [each for each in reading.metrics if each not in counts and not set(words_of(each.word)) & said]
    if not said or not counts or others:
        return
    if at is not None and reading.times and STARTED[first_of(reading.metrics[at])] in lexicon.metrics:
        mention = reading.metrics[at]
        told = meant(STARTED[first_of(mention)], lexicon, is_counted=mention.is_counted)
        reading.metrics[at] = replace(told, word=mention.word, start=mention.start)
    # Purchase orders that were opened: no shop opened in a year.
    reading.metrics = [each for each in reading.metrics if not set(words_of(each.word)) & said]
    is_behind = any(each.start < reading.words.index(word) for each in counts for word in said)
    states = any(reading.words[at - 1] in BEING for at, word in enumerate(reading.words) if word == "open" and at)
    if (is_behind and not states) or not said <= {"open"}:
        # Open orders are those that are not closed: only what was done behind them says nothing more.
        reading.unplaced = [word for word in reading.unplaced if word not in said]


def _settle_offered(reading: Reading, lexicon: Lexicon) -> None:
    """Who offers it at the lowest price, which vendor charges least: what vendors ask, and no special offer."""
    words = reading.words
    is_asked = "supplier" in reading.dimensions or "supplier" in reading.parties
    offers = [at for at, word in enumerate(words) if word in {"offers", "offer", "offering"}]
    is_who = reading.has("who") and bool(offers) and not reading.dimensions[1:]
    goods = any(one.dimension == "item" for each in reading.members for one in each.candidates)
    if OFFERED_PRICE not in lexicon.metrics or not goods or not (is_asked or is_who):
        return
    is_priced = bool(reading.metrics) and {first_of(each) for each in reading.metrics} <= PRICES
    is_charged = not reading.metrics and bool(CHARGING & set(words)) and reading.is_descending is not None
    if not (is_priced and (offers or is_asked)) and not is_charged:
        return
    reading.metrics = [meant(OFFERED_PRICE, lexicon)]
    reading.dimensions = [name for name in reading.dimensions if name != "offer"]
    reading.grouped = [name for name in reading.grouped if name != "offer"]
    if "supplier" not in reading.dimensions:
        reading.dimensions.append("supplier")
        reading.parties = [name for name in reading.parties if name != "supplier"]
    if "supplier" not in reading.grouped:
        reading.grouped.append("supplier")
    reading.operators = [each for each in reading.operators if each != "who"]
    reading.verbs = [verb for verb in reading.verbs if VERBS[verb][0] not in {OFFERED_PRICE, "supplied_item_count"}]


def _settle_discounted(reading: Reading, lexicon: Lexicon) -> None:
    """What percentage of orders had a discount: those that had one, and not what it came to."""
    offs = [each for each in reading.metrics if first_of(each) in {*OFF, "discount_rate"}]
    lines = [each for each in reading.metrics if first_of(each) in set(DISCOUNTED.values())]
    behind = any(reading.words[max(each.start - 2, 0) : each.start - 1] in (["lines"], ["orders"]) for each in offs)
    is_of_some = bool(lines) or "discounted" in reading.words or (behind and len(offs) > 1)
    if offs and is_of_some and (reading.has("average") or first_of(offs[0]) == "discount_rate"):
        # The mean over those that had one is no figure here: that over all is another.
        reading.unplaced.append("discounted")
        return
    for at, mention in enumerate(reading.metrics):
        before = [word for word in reading.words[: mention.start] if word not in {"a", "any", "some", "an"}][-1:]
        if first_of(mention) not in OFF or not HAVING & set(before) or reading.limits:
            continue
        documents = [each for each in reading.metrics if first_of(each) in DISCOUNTED and each.start < mention.start]
        told = DISCOUNTED[first_of(documents[0])] if documents else ""
        is_number = reading.has("share", "percent") or any(each.is_counted for each in documents)
        if told not in lexicon.metrics or not is_number:
            return
        part = replace(meant(told, lexicon), word=mention.word, start=mention.start)
        if not reading.has("share", "percent") or told in RATES:
            reading.metrics[at] = part
            return
        reading.metrics = [part, documents[0]]
        reading.operators = [each for each in reading.operators if each not in {"share", "percent"}] + ["ratio"]
        reading.said = [each for each in reading.said if each.operator not in {"share", "percent"}]
        return


def _settle_states(reading: Reading, lexicon: Lexicon) -> None:
    """The state of purchase orders is that of the source: of two that a word names, the one that only they have."""
    general, own = STATES
    figures = [first_of(each) for each in reading.metrics]
    known = [set(lexicon.metrics[name]["dimensions"]) for name in figures if "purchase" in name]
    if known and len(known) == len(figures) and general in reading.dimensions and all(own in each for each in known):
        for names in (reading.dimensions, reading.grouped, reading.each):
            names[:] = [own if each == general else each for each in names]


def _settle_tax(reading: Reading, lexicon: Lexicon) -> None:
    """The tax rate of a state stands under the name of its tax."""
    said = [each for each in reading.metrics if first_of(each) in {TAX, "order_tax", "output_tax"}]
    is_rate = any(first_of(each) == TAX for each in said) or "rate" in reading.words
    if len(said) != len(reading.metrics) or not said or not is_rate or TAX not in lexicon.metrics:
        return
    for at, named in enumerate(reading.members):
        if any(each.dimension == TAX_NAME for each in named.candidates):
            continue
        values = dict.fromkeys(each.value for each in named.candidates)
        found = {
            each
            for word in (named.word, *values)
            for each in lexicon.members.holding(words_of(word))
            if each.dimension == TAX_NAME
        }
        if len(found) != 1:
            return
        reading.members[at] = replace(named, candidates=tuple(found))
        reading.metrics = [meant(TAX, lexicon)]
        reading.unplaced = [word for word in reading.unplaced if word not in {"rate", "rates"}]


def _settle_course(reading: Reading) -> None:
    """How a price of now went over time is no row of months that know only the one of now."""
    if not (reading.times or reading.grains) and any(first_of(each) in OF_NOW for each in reading.metrics):
        reading.unplaced += [each.word for each in reading.said if each.operator == "trend"]


def _settle_cost(reading: Reading) -> None:
    """What costs more than so much at list price has such a price: cost is what it does, and no figure."""
    done = [each for each in reading.metrics if first_of(each) == "standard_cost" and _is_deed(each.word)]
    if not done or all(first_of(each) != "list_price" for each in reading.metrics):
        return
    reading.metrics = [each for each in reading.metrics if each not in done]
    if reading.has("count") and reading.limits and not reading.dimensions:
        reading.dimensions, reading.counted = ["item"], "item"


def _is_deed(word: str) -> bool:
    said = words_of(word)
    return said[-1] in {"cost", "costs", "costing"} and not {"standard", "unit"} & set(said)
