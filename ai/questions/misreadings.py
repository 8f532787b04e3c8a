"""Readings that would answer another question than was asked: known words that the figure leaves without effect."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ai.questions.halves import unanswered_halves
from ai.questions.kinship import MEANS
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Planned
from ai.questions.said import Reading
from ai.questions.tallies import told_as_amounts

SUMMED = frozenset({"total", "totals", "sum", "altogether", "combined"})
"""With these a sum is asked for, where a mean would be told."""
FROM_LINE_TO_LINE = ("item", "offer")


def misread(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """The words that the plan does another thing with than they say."""
    found = [*_summed(planned, reading), *_left_out(planned), *_dated_rows(planned, lexicon)]
    found += unanswered_halves(planned, reading)
    found += told_as_amounts(planned, reading, lexicon)
    return [*found, *_split_up(planned, reading), *_unsaid(planned, reading, lexicon)]


CURRENCIES = {
    **dict.fromkeys(("usd", "dollar", "dollars", "美元"), "USD"),
    **dict.fromkeys(("eur", "euro", "euros", "欧元"), "EUR"),
    **dict.fromkeys(("gbp", "pounds", "英镑"), "GBP"),
    **dict.fromkeys(("cny", "rmb", "人民币"), "CNY"),
    **dict.fromkeys(("jpy", "yen", "日元"), "JPY"),
}
EACH = frozenset({"every", "each", "每"})
SAME = ("same month", "the same month", "same quarter", "the same quarter")
WHOLE = frozenset({"order_count", "ordering_customer_count", "customer_count", "sales_invoice_count"})


def _unsaid(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """Words that say of what money, of which of several months, or of what together, and that nothing shows."""
    return [
        *_other_money(planned, reading, lexicon),
        *(reading.words[at - 1] for at in reading.starts if at and reading.words[at - 1] in EACH),
        *(
            each.word
            for each in reading.said
            if each.operator == "year_ago" and each.word in SAME_LAST and not reading.times
        ),
        *_together(planned, reading),
        *alternatives(reading),
        *_added_up(planned, reading, lexicon),
        *_much_counted(planned, reading, lexicon),
        *_not_taken_away(planned, reading),
        *_one_shelf(planned, reading),
        *_money_counted(planned, reading, lexicon),
        *_billed_in(planned, reading),
        *_quoted(reading),
        *_two_columns(planned, reading, lexicon),
        *(
            "but"
            for each in reading.members
            if not each.is_excluded and reading.words[each.start - 1 : each.start] == ["but"]
        ),
    ]


SAME_LAST = frozenset(
    f"{lead} {tail}" for lead in SAME for tail in ("last year", "of last year", "of the previous year")
)


def _other_money(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """Money of another currency than the books are kept in, where no amount is converted."""
    own = {*lexicon.members.held.get("currency", ())}
    text = "".join(reading.words)
    said = {
        word: code
        for word, code in CURRENCIES.items()
        if word in reading.words or (not word.isascii() and word in text)
    }
    shown = {str(value) for each in planned.query.where for value in each.values}
    is_money = any(lexicon.metrics[name]["unit"] == "currency" for name in planned.query.metrics)
    return [word for word, code in said.items() if own and is_money and code not in own and code not in shown]


def _together(planned: Planned, reading: Reading) -> list[str]:
    """Who bought both is not who bought either."""
    is_counted = bool(set(planned.query.metrics) & WHOLE) and planned.without is None
    several = any(len(each.values) > 1 and each.field.startswith(FROM_LINE_TO_LINE) for each in planned.query.where)
    return ["both"] if "both" in reading.words and is_counted and several else []


def alternatives(reading: Reading) -> list[str]:
    """Names of goods in a row that stand for different properties: road and touring bikes are not both at once."""
    named = sorted((each for each in reading.members if not each.is_excluded), key=lambda each: each.start)
    found = []
    for one, other in pairwise(named):
        between = reading.words[one.start + one.length : other.start]
        kinds = [{each.dimension for each in each_named.candidates} for each_named in (one, other)]
        are_goods = all(each.startswith("item") for kind in kinds for each in kind)
        if between in (["and"], ["or"]) and are_goods and not kinds[0] & kinds[1]:
            found.append(f"{one.word} {between[0]} {other.word}")
    return found


def _added_up(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """What documents add up to is no number of them."""
    are_counts = all(lexicon.metrics[name]["unit"] == "count" for name in planned.query.metrics)
    return ["add up"] if are_counts and ["they", "add", "up"] in _runs(reading.words, 3) else []


def _much_counted(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """How much did we order is no number of orders."""
    are_counts = all(lexicon.metrics[name]["unit"] == "count" for name in planned.query.metrics)
    is_number = reading.has("count", "share", "percent") or any(each.is_counted for each in reading.metrics)
    is_much = any(pair == ["how", "much"] for pair in _runs(reading.words, 2)) and reading.words[-2:] != ["how", "much"]
    is_deed = bool({"did", "do", "does", "have", "has"} & {*reading.words})
    is_plain = planned.derive is None and not planned.query.order_by and planned.query.compare is None
    return ["how much"] if are_counts and is_much and is_deed and is_plain and not is_number else []


def _money_counted(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """How many dollars is an amount, and no number of customers or documents."""
    is_money = any(lexicon.metrics[name]["unit"] != "count" for name in planned.query.metrics)
    runs = _runs(reading.words, 3)
    return [] if is_money else [run[2] for run in runs if run[:2] == ["how", "many"] and run[2] in CURRENCIES]


BILLED = frozenset({"billed", "invoiced", "priced", "denominated", "charged"})
BILLED_WHOM = frozenset(
    {"customers", "clients", "buyers", "suppliers", "vendors", "invoices", "orders", "bills", "lines"}
    | {"are", "is", "were", "was"}
)
BILLED_CHINESE = ("结算", "计价", "开票", "记账", "付款")


def _billed_in(planned: Planned, reading: Reading) -> list[str]:
    """Customers billed in dollars are some of them: a condition on the money that the figure must show."""
    shown = {str(value) for each in planned.query.where for value in each.values} | {""}
    found = [
        run[3]
        for run in _runs(reading.words, 4)
        if run[0] in BILLED_WHOM and run[1] in BILLED and run[2] == "in" and CURRENCIES.get(run[3], "") not in shown
    ]
    text = "".join(reading.words)
    asked = [word for word in CURRENCIES if any(word + verb in text for verb in BILLED_CHINESE)]
    return [*found, *(word for word in asked if CURRENCIES[word] not in shown)]


QUOTES = frozenset({"quotes", "quotations", "quotation", "报价", "报价单"})
"""Documents of which the books hold no figure."""


def _quoted(reading: Reading) -> list[str]:
    """Quotes that were sent out are no goods that were."""
    text = "".join(reading.words)
    known = {word for each in reading.metrics for word in each.word.split()}
    said = [word for word in QUOTES if (word in reading.words if word.isascii() else word in text)]
    names = {word for each in reading.members for word in each.word.split()}
    return sorted(word for word in said if word not in known | names)[:1]


HOW_MUCH_OF = (frozenset({"pieces", "units", "quantity"}), frozenset({"value", "amount", "worth"}))
BOTH_CHINESE = ("数量和金额", "金额和数量", "件数和金额", "金额和件数", "数量、金额", "数量及金额")


def _two_columns(planned: Planned, reading: Reading, lexicon: Lexicon) -> list[str]:
    """Pieces and value are two columns, where one figure was found."""
    if len(planned.query.metrics) > 1 or planned.derive is not None:
        return []
    pieces, value = HOW_MUCH_OF
    runs = [run for run in _runs(reading.words, 3) if run[1] == "and"]
    both = [run for run in runs if (run[0] in pieces and run[2] in value) or (run[0] in value and run[2] in pieces)]
    is_money = all(lexicon.metrics[name]["unit"] == "currency" for name in planned.query.metrics)
    both += [reading.words[-2:]] if is_money and reading.words[-2:-1] == ["and"] and reading.words[-1] in pieces else []
    text = "".join(reading.words)
    return [" ".join(run) for run in both] or [each for each in BOTH_CHINESE if each in text][:1]


SHELVES = frozenset({"shelf", "shelves", "bin", "bins", "rack", "aisle"})


def _one_shelf(planned: Planned, reading: Reading) -> list[str]:
    """Which shelf of a place, where the figure knows places alone: shelf A, 货架 A."""
    known = {at for each in reading.members for at in range(each.start, each.start + each.length)}
    text = reading.words
    told = {str(value).casefold() for each in planned.query.where for value in each.values}
    found = []
    for at, (word, name) in enumerate(pairwise(text)):
        is_which = (len(name) == 1 and name.isascii()) or name.isdecimal()
        if word in SHELVES and is_which and not known & {at, at + 1} and name not in told:
            found.append(f"{word} {name}")
        if (word, name) == ("货", "架") and not known & {at, at + 1}:
            beside = [each for each in (*text[max(at - 1, 0) : at], *text[at + 2 : at + 3]) if each.isascii()]
            found += [f"货架{each}" for each in beside if each not in told]
    return found


DIFFERENCE = frozenset({"difference", "gap", "相差", "差额", "差"})


def _not_taken_away(planned: Planned, reading: Reading) -> list[str]:
    """The difference of two that are only told side by side."""
    if planned.derive is not None or planned.query.compare is not None or len(planned.query.metrics) > 1:
        return []
    return [word for word in reading.words if word in DIFFERENCE] if planned.query.group_by else []


def _runs(words: Sequence[str], length: int) -> list[list[str]]:
    return [list(words[at : at + length]) for at in range(len(words) - length + 1)]


def _split_up(planned: Planned, reading: Reading) -> list[str]:
    """The first of a ranking, told for each of several kinds that are only named: which of them is first of all?"""
    query = planned.query
    beside = [name for name in query.group_by if name not in {*reading.dimensions, *reading.grouped, *reading.grains}]
    is_first = query.limit is not None and reading.is_descending is not None and len(beside) > 1
    return [name.replace("_", " ") for name in beside] if is_first else []


def _summed(planned: Planned, reading: Reading) -> list[str]:
    """The total of what is only known as a mean: annual sales of all shops together."""
    is_mean = planned.derive is None and set(planned.query.metrics) <= MEANS
    one = {each.field for each in planned.query.where if each.op == "eq" and len(each.values) == 1}
    is_of_one = bool(one & {"customer", "customer_account", "item", "employee", "supplier", "offer", "salesperson"})
    return [word for word in reading.words if word in SUMMED] if is_mean and not is_of_one else []


def _left_out(planned: Planned) -> list[str]:
    """Documents and buyers counted by lines that are not of a kind: they may well have others that are."""
    if not set(planned.query.metrics) & COUNTS_BY_LINES or planned.derive is not None:
        return []
    left_out = [each for each in planned.query.where if each.op in {"ne", "not_in"}]
    return [f"not {', '.join(map(str, each.values))}" for each in left_out if each.field.startswith(FROM_LINE_TO_LINE)]


COUNTS_BY_LINES = frozenset({"order_count", "ordering_customer_count", "customer_count", "sales_invoice_count"})


def _dated_rows(planned: Planned, lexicon: Lexicon) -> list[str]:
    """Told by a reason and by the day of a start, where days are said: which of them start, and no row for each day."""
    query = planned.query
    if not (query.time.start or query.time.end) or query.order_by or len(query.group_by) < len(("kind", "day")):
        return []
    days = [name for name in query.group_by if lexicon.dimensions.get(name, {}).get("type") == "date"]
    return [name.replace("_", " ") for name in days if not any(key.endswith("_number") for key in query.group_by)]
