"""The same figure in another way: its value, its mean, its rate, at the standard cost of now."""

from __future__ import annotations

from dataclasses import replace

from ai.questions.dialect import COUNTED
from ai.questions.kinship import AT_STANDARD, AVERAGES, PARTS, QUANTITIES, RATES, VALUES, WORTH
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.ondocuments import PIECES_ON
from ai.questions.plans import Clarify, Stop
from ai.questions.said import Mention, Reading
from ai.questions.telling import is_told_by
from ai.questions.words import words_of

AMOUNTS = frozenset({"amount", "amounts", "total", "value", "sum", "dollars", "金额", "额"})
OFFERED = frozenset({"discount_amount", "order_discount", "discount_rate"})
GIVEN = frozenset({"given", "gave", "granted", "did", "discounts", "much", "sum", "got", "received"})
"""Words that speak of what was given, and not of what an offer says."""
THEN = {
    "list_price": "list_price_then",
    "standard_cost": "standard_cost_then",
    "employee_count": "assigned_employee_count",
}
"""What holds now, and the figure of what held on other days."""
STOCK = frozenset({"stock_value", "stock_quantity"})
"""Figures of stock: at standard cost they are quantities times that."""
REFUSED = frozenset({"rejected", "refused", "拒收"})


AMOUNT_ASKED = (
    "金额多少",
    "金额是多少",
    "金额为多少",
    "总额多少",
    "总额是多少",
    "金额合计",
    "总金额",
    "价值多少",
    "总价值",
)
"""Behind a count these ask for what is counted in money as well."""
COUNTED_WORTH = {"rejected_purchase_order_count": "rejected_purchase_order_value"}


def with_worth(names: list[str], reading: Reading, lexicon: Lexicon) -> list[str]:
    """A count with the value of what is counted, where both are asked for: how many, and what are they worth."""
    text = "".join(reading.words)
    if (
        len(names) == 1
        and reading.has("count")
        and len(reading.metrics) == 1
        and any(each in text for each in AMOUNT_ASKED)
    ):
        measure = COUNTED_WORTH.get(names[0]) or lexicon.own(COUNTED.get(names[0], ("", ""))[1])
        if measure in lexicon.metrics and not reading.limits and is_told_by(measure, reading, lexicon):
            # How many, and behind it how much money: both are told.
            return [*names, measure]
    counted = next((each for each in reading.metrics if each.is_counted), None)
    if len(names) != 1 or names[0] not in COUNTED or counted is None or reading.limits or not reading.has("their"):
        return names
    measure = lexicon.own(COUNTED[names[0]][1])
    behind = reading.words[counted.start :]
    is_total = any(behind[at : at + 2] in (["their", "total"], ["their", "sum"]) for at in range(len(behind)))
    is_asked = (is_total or bool(WORTH & set(behind))) and measure in lexicon.metrics
    return [*names, measure] if is_asked and is_told_by(measure, reading, lexicon) else names


ON_THEM = (["on", "them"], ["on", "these"], ["on", "those"])


def with_pieces(names: list[str], reading: Reading, lexicon: Lexicon) -> list[str]:
    """A count of documents with the pieces on them, where both are asked for: how many, and how many pieces."""
    words = reading.words
    asked = sum(words[at : at + 2] == ["how", "many"] for at in range(len(words)))
    is_on_them = any(
        words[at : at + 2] in (["on", "them"], ["on", "these"], ["on", "those"]) for at in range(len(words))
    )
    is_both = reading.has_pieces and (asked > 1 or is_on_them)
    found = PIECES_ON.get(names[0]) if len(names) == 1 and is_both else None
    if is_on_them and found in lexicon.metrics:
        # Orders started, and pieces ordered on them.
        reading.verbs = [verb for verb in reading.verbs if verb not in {"ordered", "pieces of"}]
    return [*names, str(found)] if found in lexicon.metrics else names


def averaged(name: str, reading: Reading, lexicon: Lexicon) -> str:
    """The mean of a figure for one of those who have it: vacation hours on average."""
    mean = AVERAGES.get(name)
    if mean not in lexicon.metrics or not reading.has("average"):
        return name
    is_told_by_one = bool(reading.dimensions or reading.grains or reading.limits or len(reading.metrics) > 1)
    if name in COUNTED and (is_told_by_one or any(each.is_counted for each in reading.metrics)):
        return name
    reading.operators = [each for each in reading.operators if each != "average"]
    return str(mean)


def of_whole(names: list[str], reading: Reading, lexicon: Lexicon) -> list[str]:
    """A part in percent of its whole, where both are named: of the pieces received, how many percent were rejected."""
    refused = [named for named in reading.members if named.word in REFUSED]
    parts = [part for whole in PARTS if len(names) == 1 and names[0] in whole for part in whole - {names[0]}]
    if refused and parts and reading.has("percent", "share"):
        # Of the pieces received, how many percent were rejected: a figure, not the state of an order.
        names = [*names, parts[0]]
        reading.members = [named for named in reading.members if named not in refused]
    rate = PARTS.get(frozenset(names))
    if rate is None and len(names) == 2 and reading.has("percent", "share") and is_whole_first(reading):  # noqa: PLR2004
        # What percentage of sales was freight: the second figure is a part of the first.
        reading.operators.append("ratio")
        return [names[1], names[0]]
    if rate not in lexicon.metrics or not reading.has("percent", "share"):
        return names
    reading.operators = [each for each in reading.operators if each not in {"percent", "share"}]
    return [str(rate)]


def is_whole_first(reading: Reading) -> bool:
    """Whether what stands before the first figure asks for a part of it: what percentage of sales."""
    first = min((mention.start for mention in reading.metrics), default=0)
    while first and (
        reading.words[first - 1].isdecimal() or reading.words[first - 1] in {"the", "our", "total", "all"}
    ):
        first -= 1
    return any(
        each.operator in {"percent", "share"} and reading.words[first - 1 : first] == ["of"] and each.start < first
        for each in reading.said
    )


def at_standard(reading: Reading, lexicon: Lexicon) -> bool:
    """Whether all figures named are known at the standard cost of now; they are taken for those then."""
    if not reading.metrics:
        reading.metrics.append(_meant("standard_cost", lexicon)) if "standard_cost" in lexicon.metrics else None
    is_of_stock = {each.meanings[0].name for each in reading.metrics} & STOCK
    is_of_parts = "component" in reading.dimensions and not {"each", "every"} & set(reading.words)
    if is_of_parts and "bill_material_cost" in lexicon.metrics and not is_of_stock:
        # What the components of one thing cost, as its bill of materials says now.
        reading.metrics = [_meant("bill_material_cost", lexicon)]
        reading.dimensions = [each for each in reading.dimensions if each != "component"]
        reading.grouped = [each for each in reading.grouped if each != "component"]
        reading.operators = [each for each in reading.operators if each != "standard"]
        return True
    named = {each.name for mention in reading.metrics for each in mention.meanings[:1]}
    if named <= STOCK and named & STOCK and {"standard_cost", "stock_quantity"} <= set(lexicon.metrics):
        reading.metrics = [replace(_meant("stock_quantity", lexicon), word=reading.metrics[0].word)]
        reading.operators = [each for each in reading.operators if each != "standard"]
        reading.at_standard = True
        return True
    if any(each.meanings[0].name in AT_STANDARD for each in reading.metrics):
        # The margin of online orders: the orders are only said for where it comes from.
        reading.metrics = [each for each in reading.metrics if each.meanings[0].name != "order_count"]
    wanted = [AT_STANDARD.get(mention.meanings[0].name) for mention in reading.metrics]
    if not wanted or any(name not in lexicon.metrics for name in wanted):
        return False
    for at, name in enumerate(wanted):
        mention = reading.metrics[at]
        reading.metrics[at] = replace(_meant(str(name), lexicon), word=mention.word, start=mention.start)
    reading.operators = [each for each in reading.operators if each != "standard"]
    return True


def _meant(name: str, lexicon: Lexicon) -> Mention:
    return Mention((Meaning("metric", name, str(lexicon.metrics[name]["label"]), NAME_WEIGHT),), name, 0)


def in_force(name: str, reading: Reading, lexicon: Lexicon) -> str:
    """What was in force then, where days are said: the list price of a past day, the people of a department then."""
    then = THEN.get(name)
    if (
        not (reading.times or reading.grains)
        or then not in lexicon.metrics
        or not is_told_by(str(then), reading, lexicon)
    ):
        return name
    if name != "employee_count":
        return str(then)
    named = {*reading.dimensions, *(each.dimension for one in reading.members for each in one.candidates)}
    return str(then) if "unit" in named else name


def rated(name: str, reading: Reading, lexicon: Lexicon) -> str:
    """A margin in percent is another figure than the margin."""
    rate = RATES.get(name)
    if name in OFFERED and not reading.times and "offer_discount_rate" in lexicon.metrics:
        named = {*reading.dimensions, *(each.dimension for one in reading.members for each in one.candidates)}
        is_of_offer = "offer" in named and is_told_by("offer_discount_rate", reading, lexicon)
        rate = "offer_discount_rate" if is_of_offer else rate
        is_own = any(one.dimension == "offer" for each in reading.members for one in each.candidates)
        words = {*reading.words}
        if is_of_offer and is_own and "discount" in words and not words & {*AMOUNTS, *GIVEN} and not reading.limits:
            # What discount an offer gives is its rate; what was given under it is an amount.
            return "offer_discount_rate"
        is_ranked = reading.is_descending is not None and "offer" in reading.dimensions
        is_either = {each.word for each in reading.metrics} == {"discount"} and not reading.verbs
        if (
            is_of_offer
            and is_ranked
            and is_either
            and not (AMOUNTS & set(reading.words) or reading.has("percent", "share"))
        ):
            # The highest discount of an offer may be in percent or in money.
            asked = ("offer_discount_rate", name)
            labels = tuple(str(lexicon.metrics[each]["label"]) for each in asked)
            raise Stop(Clarify("several_metrics", "", tuple(_ranked_offer(reading, each) for each in labels), asked))
    is_asked = reading.has("percent", "share") and not reading.has("split", "growth", "change", "ratio")
    if not is_asked or rate not in lexicon.metrics or any(named.is_part for named in reading.members):
        return name
    reading.operators = [each for each in reading.operators if each not in {"percent", "share"}]
    return str(rate)


def _ranked_offer(reading: Reading, label: str) -> str:
    lead = "highest" if reading.is_descending else "lowest"
    return f"which special offer has the {lead} {label}"


def _is_value_of(mention: Mention, reading: Reading) -> bool:
    """Whether the value of documents is said right before them."""
    before = [word for word in reading.words[: mention.start] if word not in {"the", "all", "our", "these", "those"}]
    return len(before) > 1 and before[-1] == "of" and before[-2] in WORTH


def worth(name: str, mention: Mention, reading: Reading, lexicon: Lexicon) -> str:
    """The value of documents or goods where their value is asked for, and not how many there are."""
    value = VALUES.get(name)
    if name == "stock_value" and reading.has_pieces and not WORTH & set(words_of(mention.word)):
        return QUANTITIES[name]
    if value in lexicon.metrics and not mention.is_counted and WORTH & set(reading.words):
        return str(value)
    is_counted = name not in COUNTED or mention.is_counted or not WORTH & set(reading.words)
    is_ranked = reading.is_descending is not None and not reading.dimensions and not reading.has("who")
    is_ranked = is_ranked or (reading.is_descending is not None and mention.is_asked)
    # Which buyer placed orders of the highest value: ranked by what they are worth, and not by how many there are.
    is_other = reading.limits or is_ranked or len(reading.metrics) > 1
    # Ranked by value of all purchase orders: what they are worth, and not how many they are.
    is_worth = not is_other or (not reading.has("average") and _is_value_of(mention, reading))
    return name if is_counted or not is_worth else _worth_of(name, reading, lexicon)


def _worth_of(name: str, reading: Reading, lexicon: Lexicon) -> str:
    """What counted documents come to, all together or on average."""
    average = AVERAGES.get(name)
    if reading.has("average"):
        if average not in lexicon.metrics:
            return name
        reading.operators = [each for each in reading.operators if each != "average"]
        return str(average)
    measure = lexicon.own(COUNTED[name][1])
    return measure if measure in lexicon.metrics and is_told_by(measure, reading, lexicon) else name
