"""Everyday wordings put as figures are called: net order value, neither Germany nor France, A minus B. Pure text."""

from __future__ import annotations

import re
from collections.abc import Iterable

_NAME = r"[\w.&'/-]+(?: [\w.&'/-]+){0,3}?"
_PERIOD = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|q[1-4]\b|h[12]\b|\d|"
    r"the|last|this|first|second|week|month|year)"
)
_END = r"(?= (?:in|this|last|since|for|during|from|until|by|on|of)\b|[?.!,]|\s*$)"
_BEHIND = r"(?= (?:in|this|last|for|by)\b|[?.!]|\s*$)"
_PAIR = rf"(?!{_PERIOD})({_NAME}) and (?!{_PERIOD})({_NAME})"
_TO = r"(?:from |in |to |of |for |with |by |at )"
_WORDS = r"(?:[a-z]+ ){1,4}?"
_GIVEN = r"(?:did we |have we )?(?:give|gave|given|granted|allowed|grant)"
_WORDINGS = (
    # Orders and purchases are told before tax and after discounts: net says nothing more of them.
    (r"\bnet (?=(?:sales |purchase |customer )?(?:orders?|purchases?|spend|spending|intake|bookings?)\b)", ""),
    (r"\bnet (?=value (?:of|per|on|ordered|still)\b)", ""),
    (r",? net(?=\s*(?:[,.?!;]|$)(?! of))", ""),
    (r"\b(order (?:intake|value|values)),? net\b(?! of)", r"\1"),
    (r"订单净额", "订单金额"),
    (r"采购净额", "采购金额"),
    (r"(?<=订单)的(平均|总)?净额", r"的\1金额"),
    (rf"\bneither ({_TO}?)({_NAME}) nor {_TO}?({_NAME}){_END}", r"not \1\2 and not \1\3"),
    (r"既不[是在]?([^，,。？?的]{1,12}?)也不[是在]?([^，,。？?的]{1,12}?)的", r"除\1和\2以外的"),
    (
        rf"\b(?:what (?:is|was) )?(?:the )?difference in ([a-z][a-z ]+?) between {_PAIR}{_END}",
        r"by how much is \1 of \2 above that of \3",
    ),
    (rf"^(?:what (?:is|was) )?({_WORDS})minus ((?:[a-z]+ ?){{1,4}}?){_BEHIND}", r"difference between \1and \2"),
    (r"(?:,? (?:up )?to the same (?:day|date|time))(?: (?:of|in) last year)?\b", ""),
    (rf"\bdiscounts? (?:{_GIVEN} )?on (?:sales |customer )?orders\b", "discounts on orders"),
    # Whoever else could have done it: nobody asks for a row for each of them.
    (r"\b(returned|sent back) by (?:our |the )?customers\b(?! (?:in|from|of|with|who|that) (?!this|last|\d))", r"\1"),
    (r"\b(receive|received) from (?:our |the )?(?:suppliers|vendors)\b", r"\1"),
)
WORDINGS = tuple((re.compile(pattern, re.IGNORECASE), put) for pattern, put in _WORDINGS)


def plainer(question: str) -> str:
    """The question in words that figures are called by."""
    return put_plainly(question, WORDINGS)


def put_plainly(question: str, wordings: Iterable[tuple[re.Pattern[str], str]]) -> str:
    """The question with each wording, in turn, put as it is to be read."""
    for pattern, put in wordings:
        question = pattern.sub(put, question)
    return question
