"""How documents stand: orders not yet delivered, invoices unpaid or overdue, and what is due or promised in some days.

A standing is no word of the catalogue: it says which documents count. It is taken out of the question, the rest is read
as a question for the figure that such documents have, and what was taken out becomes a condition of the query.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from ai.questions.ahead import read_ahead
from ai.questions.lexicon import Lexicon
from ai.questions.plans import Derive, Planned
from ai.questions.words import is_chinese, joined, words_of
from olap.query import Filter

NOTHING = Decimal(0)
Tests = tuple[tuple[str, tuple[str, ...]], ...]
"""Operators and values for the day by which something is due."""
Found = tuple[str, Tests, str]
"""A state, its tests and the question without it."""
OPEN, OVERDUE, DUE, NOT_DUE = "open", "overdue", "due", "not_due"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of documents: what is still open of them, by which number they go and when they are due."""

    metric: str
    number: str
    due: str
    nouns: str
    states: str


PARTIES = "suppliers?|vendors?"
_UNPAID = "unpaid|not yet paid|not (?:been )?paid yet|outstanding|unsettled|未付款|未付|未结清|未支付|还没付款"
_TO_COME = "not yet (?:fully )?(?:{0})|not (?:been )?(?:{0}) yet|not (?:fully )?(?:{0})|un(?:{0})|outstanding"
KINDS = (
    Kind(
        "open_purchase_quantity",
        "order_number",
        "promised_on",
        rf"purchase orders?|orders? (?:with|to|at|from) (?:our |the )?(?:{PARTIES})|采购订单|采购单",
        f"{_TO_COME.format('received|delivered')}|未到货|未收货|未交货|未结|未完成|未清|还没到货",
    ),
    Kind(
        "ap_open_amount",
        "invoice_number",
        "due_on",
        r"(?:supplier|purchase|vendor|incoming) (?:invoices?|bills?)|"
        rf"(?:invoices?|bills?) (?:from|of) (?:our |the )?(?:{PARTIES})|采购发票|供应商发票|供应商账单",
        _UNPAID,
    ),
    Kind(
        "open_order_value",
        "order_number",
        "promised_on",
        "(?:sales |customer |customers )?orders?|销售订单|客户订单|订单",
        f"{_TO_COME.format('delivered|shipped')}|unfulfilled|"
        "未交货|未交付|未发货|未完成|未结|未清|还没交货|还没发货|没有交货",
    ),
    Kind(
        "ar_open_amount",
        "invoice_number",
        "due_on",
        "(?:sales |customer |outgoing )?invoices?|销售发票|客户发票|发票",
        f"{_UNPAID}|未收款",
    ),
)
AMOUNTS: Mapping[str, tuple[str, str]] = {
    "ar_open_amount": (
        "due_on",
        "(?:open |overdue |accounts |trade |customer )*receivables?|应收账款|应收款项|应收款|应收",
    ),
    "ap_open_amount": (
        "due_on",
        "(?:open |overdue |accounts |trade |supplier )*payables?|应付账款|应付款项|应付款|应付",
    ),
}
"""Amounts that are open, with the day by which they are due and their names."""
STILL = r"(?:(?:that |which )?(?:are |is |were )?(?:still |currently |all )?)"
ORDERED = "order_number"
_NUMBER = r"(\d+)"
_BOUNDS = {
    "more than": "more", "over": "more", "at least": "at_least", "less than": "less", "up to": "at_most",
    "longer than": "more", "超 过": "more", "大 于": "more", "": "more",
}  # fmt: skip
_SAID_BOUND = "|".join(each for each in _BOUNDS if each and each.isascii())
_LATE = "overdue|past due|past their due date"
_OVERDUE = (
    re.compile(rf"\b{STILL}(?:{_LATE})(?: by| for| since)? between {_NUMBER} and {_NUMBER} days\b"),
    re.compile(rf"\b{STILL}(?:{_LATE})(?: by| for| since)? ?(?P<bound>{_SAID_BOUND})? {_NUMBER} days\b"),
    re.compile(rf"\b(?P<bound>{_SAID_BOUND}) {_NUMBER} days (?:{_LATE})\b"),
    re.compile(rf"逾 期 ?(?P<bound>超 过|大 于)? ?{_NUMBER} ?天(?: 以 上)?"),
)
_PLAIN_LATE = re.compile(rf"\b{STILL}(?:{_LATE})\b|逾 期|过 期")
_NOT_DUE = re.compile(rf"\b{STILL}(?:not yet due|not due yet|not due)\b|未 到 期|还 没 到 期|尚 未 到 期")
_COMING = r"(?:falling |that fall |which fall |that fell |coming |becoming |payable )?"
_DUE = re.compile(
    rf"\b{STILL}{_COMING}(?:due|promised|scheduled for delivery|to be delivered)(?: for delivery)?\b"
    r"(?: on| by| for| in)?(?P<days> .*)"
)
_AGED = re.compile(rf"\b{STILL}older than {_NUMBER} days\b")
_COUNT = re.compile(r"\b(?:how many|number of|count of)(?: of)?(?: our| the| all)?\b|多 少|几 (?:张|个|笔)|数 量")
_MONEY = re.compile(r"多 少 钱")
_VALUE = re.compile(r"\b(?:value|amount|worth|sum|total|how much|volume)\b|金 额|价 值|总 额|多 少 钱")
_NAMED = re.compile(r"\bopen (?:order value|commitment|receivables|payables|purchase quantity)\b")
"""Figures whose own name says that something is open."""
_WHOSE = re.compile(
    r"\b(?:customers?|clients?|suppliers?|vendors?)\b(?: (?:that|who))? (?:have|has|having|with|whose|of whom)\b"
)
_OTHER_ORDERS = r"(?<!production )(?<!work )(?<!repair )(?<!transfer )"
_NO_LINES = (
    r"(?! (?:lines?|value|values|intake|numbers?|quantit(?:y|ies)|amounts?|books?|backlog|pieces|confirmations?|额|行))"
)
_COUNTED_BEHIND = re.compile(r"的 (?:客 户|供 应 商|物 料|产 品|员 工|商 品) (?:有 )?(?:多 少|几)")
_OPEN_WORD = re.compile(rf"\b{STILL}open\b")


@dataclass(frozen=True, slots=True)
class Standing:
    """What is asked of documents that stand so: the question without it, its figure and its conditions."""

    question: str
    metric: str
    where: tuple[Filter, ...]
    number: str | None
    """By which number documents are told or counted; None where an amount is asked for."""
    is_counted: bool = False


def read_standing(question: str, lexicon: Lexicon) -> Standing | None:
    """The question about documents that stand in some way, or None."""
    text = " ".join(words_of(question))
    found = _test(text, lexicon)
    if found is None and _NAMED.search(text):
        return None
    kind = _kind(text, lexicon)
    if kind is not None:
        state = found or _open(text, kind)
        return _of_documents(text, kind, state, lexicon) if state else None
    for metric, (due, nouns) in AMOUNTS.items():
        if found and metric in lexicon.metrics and _noun(nouns, text):
            # Overdue alone is a figure of its own.
            return _of_amount(found, nouns, metric, due, lexicon) if found[1] else None
    return None


def _kind(text: str, lexicon: Lexicon) -> Kind | None:
    return next((each for each in KINDS if each.metric in lexicon.metrics and _noun(each.nouns, text)), None)


def _alternatives(phrases: str) -> list[str]:
    """Phrases that are written with bars between them, but for bars within brackets."""
    found, depth = [""], 0
    for sign in phrases:
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


@cache
def _pattern(phrases: str, lead: str = "", tail: str = "") -> re.Pattern[str]:
    """Phrases as words of their own; Chinese ones are cut sign by sign, as the words of a question are."""
    each = _alternatives(phrases)
    latin = "|".join(one for one in each if one.isascii())
    chinese = "|".join(" ".join(one) for one in each if not one.isascii())
    parts = [rf"{lead}\b(?:{latin})\b{tail}" if latin else "", f"(?:{chinese}){tail}" if chinese else ""]
    return re.compile("|".join(part for part in parts if part))


def _noun(kind: str, text: str) -> re.Match[str] | None:
    """Where documents are named, and not their lines or values."""
    return _pattern(kind, _OTHER_ORDERS, _NO_LINES).search(text)


def _test(text: str, lexicon: Lexicon) -> Found | None:
    """The state that days decide, with its conditions on the due day and the text without it."""
    today = lexicon.clock.today
    for pattern in _OVERDUE:
        if match := pattern.search(text):
            numbers = [int(each) for each in match.groups() if each and each.isdecimal()]
            bound = _BOUNDS.get((match.groupdict().get("bound") or "").strip(), "more")
            return OVERDUE, _late(numbers, bound, today), _without(text, match)
    if match := _NOT_DUE.search(text):
        return NOT_DUE, (("gte", (today.isoformat(),)),), _without(text, match)
    if match := _PLAIN_LATE.search(text):
        return OVERDUE, (), _without(text, match)
    return _due(text, lexicon)


def _late(numbers: Sequence[int], bound: str, today: date) -> Tests:
    days = [(today - timedelta(days=each)).isoformat() for each in numbers]
    if len(days) > 1:
        return (("between", (days[1], days[0])),)
    if bound in {"less", "at_most"}:
        first = "gt" if bound == "less" else "gte"
        return ((first, (days[0],)), ("lt", (today.isoformat(),)))
    return (("lt" if bound == "more" else "lte", (days[0],)),)


def _due(text: str, lexicon: Lexicon) -> Found | None:
    if match := _DUE.search(text):
        behind = match["days"].split()
        skipped = 1 if behind[:1] in (["in"], ["on"], ["the"], ["by"], ["for"]) else 0
        for at in (0, skipped):
            span = read_ahead(behind[at:], lexicon.clock)
            if span and span.end:
                rest = f"{text[: match.start()]} {' '.join(behind[at + span.length :])}"
                return DUE, _within(span.start, span.end), rest
    if match := re.search(r"到 期|交 货|付 款", text):
        words = text[: match.start()].split()
        for at in range(len(words)):
            span = read_ahead(words[at:], lexicon.clock)
            if span and span.end and at + span.length == len(words):
                return DUE, _within(span.start, span.end), f"{' '.join(words[:at])} {text[match.end() :]}"
    return None


def _within(start: date | None, end: date) -> Tests:
    if start is None:
        return (("lte", (end.isoformat(),)),)
    return (("between", (start.isoformat(), end.isoformat())),)


def _on(field: str, tests: Tests) -> tuple[Filter, ...]:
    return tuple(Filter(field, op, values) for op, values in tests)


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _open(text: str, kind: Kind) -> Found | None:
    """Documents that are open: the word for it, or what was not done to them."""
    match = _OPEN_WORD.search(text) or _pattern(kind.states, rf"(?:\b{STILL})").search(text)
    return (OPEN, (), _without(text, match)) if match else None


def _of_amount(found: Found, nouns: str, metric: str, due: str, lexicon: Lexicon) -> Standing | None:
    _, tests, rest = found
    noun = _noun(nouns, rest)
    return Standing(_put(rest, noun, _label(metric, lexicon)), metric, _on(due, tests), None) if noun else None


def _of_documents(text: str, kind: Kind, found: Found, lexicon: Lexicon) -> Standing | None:
    state, tests, rest = found
    still = _open(rest, kind)
    if state == DUE and still is None and _is_over(tests, lexicon):
        # Orders that were due in a month that is over: all of them, delivered or not.
        return None
    rest = still[2] if still else rest
    where = _on(kind.due, _late_today(lexicon) if state == OVERDUE and not tests else tests)
    if match := _AGED.search(rest):
        if "ordered_on" not in lexicon.metrics[kind.metric]["dimensions"]:
            return None
        where = (*where, Filter("ordered_on", "lt", (_ago(int(match[1]), lexicon),)))
        rest = _without(rest, match)
    noun = _noun(kind.nouns, rest)
    if noun is None or kind.due not in lexicon.metrics[kind.metric]["dimensions"]:
        return None
    if _WHOSE.search(rest[: noun.start()]):
        # Whoever has such documents is asked for, and not the documents.
        return Standing(_put(rest, noun, f"{_label(kind.metric, lexicon)} of more than 0"), kind.metric, where, None)
    return _told(text, rest, noun, kind, where, lexicon)


def _told(
    text: str, rest: str, noun: re.Match[str], kind: Kind, where: tuple[Filter, ...], lexicon: Lexicon
) -> Standing | None:
    """What is asked of documents: how many they are, what they come to, or which."""
    label = _label(kind.metric, lexicon)
    worth = _VALUE.search(rest)
    if worth and worth[0].isascii() and worth.start() > noun.start():
        # Number, supplier and amount of each: a list of columns, and no figure.
        return None
    is_worth = worth is not None
    count = None if _MONEY.search(text) else _COUNT.search(rest)
    if count is None:
        is_money = lexicon.metrics[kind.metric]["unit"] == "currency"
        number = None if is_worth else kind.number
        return Standing(_put(rest, noun, label), kind.metric, where, number) if is_money or not is_worth else None
    is_latin = count[0].isascii()
    if is_worth or (is_latin and rest[count.end() : noun.start()].strip() not in {"", "different"}):
        # How many of something else, or more than one figure.
        return None
    if not is_latin and _COUNTED_BEHIND.search(rest):
        return None
    plain = _without(rest, count)
    return Standing(_put(plain, _noun(kind.nouns, plain), label), kind.metric, where, kind.number, is_counted=True)


def _is_over(tests: Tests, lexicon: Lexicon) -> bool:
    """Whether the days by which something is due lie behind us."""
    return all(values[-1] < lexicon.clock.today.isoformat() for _, values in tests)


def _label(metric: str, lexicon: Lexicon) -> str:
    return str(lexicon.metrics[metric]["label"])


def _ago(days: int, lexicon: Lexicon) -> str:
    return (lexicon.clock.today - timedelta(days=days)).isoformat()


def _late_today(lexicon: Lexicon) -> Tests:
    return (("lt", (lexicon.clock.today.isoformat(),)),)


def _put(text: str, noun: re.Match[str] | None, label: str) -> str:
    """The text with the name of the figure where the documents are named."""
    if noun is None:
        return text
    words = f"{text[: noun.start()]} {label} {text[noun.end() :]}".split()
    return joined(words) if is_chinese(text) else " ".join(words)


def standing_of(planned: Planned, standing: Standing) -> Planned | None:
    """The plan of the question without its standing, with that as conditions; None where it is of another shape."""
    query = planned.query
    if query.metrics != (standing.metric,) or planned.without is not None or query.compare is not None:
        return None
    query = replace(query, where=(*query.where, *standing.where))
    if standing.number is None:
        return replace(planned, query=query, other=None)
    if planned.derive is not None or query.limit is not None or query.order_by:
        return None
    bounds = (("more", NOTHING),)
    keys = query.group_by
    where = (*query.where, Filter(standing.number, "not_null"))
    query = replace(query, group_by=(*keys, standing.number), where=where, totals=False)
    if not standing.is_counted:
        return Planned(query, Derive("having", standing.metric, bounds=bounds, order=True))
    if not keys:
        return Planned(query, Derive("count", standing.metric, standing.number, bounds=bounds))
    how = Derive("tally", standing.metric, keys[0], values=(standing.number,), bounds=bounds)
    return Planned(query, how) if len(keys) == 1 else None
