"""What people of a trading company say of their documents and stock, put as figures and states are called. Pure text.

Credit notes deducted, promised before today, out of stock for ten days: set phrases whose words say nothing apart. Each
is put into words that the rest of the reading knows; where the sentence around it is of another kind it stays as it is,
so that its words are named.
"""

from __future__ import annotations

import re

from ai.questions.moneywords import CUSTOMERS, MONEYWORDS, SUPPLIERS
from ai.questions.plainer import put_plainly

_COUNT = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|twenty|thirty)"
_BOUND = r"(?:at least|more than|over|up to|at most|less than|longer than|fewer than)"
_CREDITS = r"(?:credit notes?|credits|returns)(?: and (?:credit notes?|returns))?"
_WAS = r"(?:are |being |were |already |have been )?"
_TAKEN_OFF = r"(?:deducted|taken off|taken away|subtracted|netted(?: off)?|set off|taken into account)"
_LESS = r"(?:net of|less|minus|after|after deducting|after subtracting|deducting)"
_ENDS = r"(?=\s*(?:[,.?!;]|$|(?:in|for|this|last|by|per|of|with|from|to|since|during|on)\b))"
_INVOICED = re.compile(
    r"\b(?:invoiced|revenues?|turnover|billed|net sales|sales|margins?|profits?)\b|开票|收入|销售额|毛利|净额",
    re.IGNORECASE,
)
"""Figures that are told less credit notes."""
_DEDUCTED = (
    re.compile(rf"[,;.]?\s*[(]?\b(?:with |after |all |with all )?{_CREDITS} {_WAS}{_TAKEN_OFF}\b[)]?", re.IGNORECASE),
    re.compile(rf"[,;]?\s*[(]?\b{_LESS}(?: all| any)? {_CREDITS}\b[)]?{_ENDS}", re.IGNORECASE),
    re.compile(
        r"[,，（(]?(?:已|并)?(?:扣除|减去|扣减|扣掉)(?:了)?"
        r"(?:贷项凭证|红字发票|贷项通知单|贷记单|退货|红冲)(?:后|之后)?(?:的)?[)）]?"
    ),
)
_OWED = re.compile(
    r"\binvoices\b.*\b(?:overdue|unpaid|open|outstanding|due)\b|\b(?:overdue|unpaid|open) .*\binvoices\b",
    re.IGNORECASE,
)
"""Invoices of which something is still to be paid: credit notes are none of them."""
_NO_CREDITS = re.compile(
    r"[,.;]?\s*(?:\binvoices only,?)?\s*\b(?:without|no|not counting|excluding|leaving out) credit notes\.?\s*$",
    re.IGNORECASE,
)
_ORDER_NOUNS = (
    r"values?|intake|lines?|books?|volumes?|counts?|numbers?|quantit(?:y|ies)|backlog|size|dates?|confirmations?|of|"
    r"totals?|amounts?|entry|documents?|freight|tax|discounts?|positions?|items?|rows?|status|from"
)
_NO_DOERS = (
    r"an?|the|each|every|one|our|this|that|sales|purchase|work|production|single|average|customer|typical|new|open|"
    r"which|what|many|more|most|first|last|place|any|per|of|in|on"
)
"""Words that make an order a thing when they stand before it."""
_GOODS = r"(?:goods|something|anything|items|products|stock|deliveries)"
_ON_TIME = (
    r"\b(?:what )?(?:percentage|percent|share) of (?:the |our |all )?(?:sales |customer )?order lines"
    r"(?: that were| which were)?(?: promised| due)?([^,.?]*?) (?:that |which )?(?:we )?"
    r"(?:were |was |had been |have been )?(?:delivered |shipped )?on time(?: and)? in full"
)
_ARRIVED = (
    r"(?: of (?:what|the goods|the pieces|all that|everything that)(?: has| have| had)?"
    r" ?(?:arrived|came in|was received|were received|we received))?"
)
_NOBODY = r"(?:nobody|no one|no customer|none of our customers)"
_WORDINGS: tuple[tuple[str, str], ...] = (
    # Behind did the word is what was done: what did retail chains order.
    (
        (
            r"\b(did|does|do|didn't|doesn't|don't) ((?!we\b|you\b|i\b)(?:[\w.&'-]+ ){0,5}?"
            rf"(?!(?:{_NO_DOERS})\b)[\w.&'-]+ )order\b"
            rf"(?! (?:{_ORDER_NOUNS})\b)"
        ),
        r"\1 \2ordered",
    ),
    (rf"\b(which|what) (\w+)s did {_NOBODY} order(?:ed)?\b", r"\1 \2s were not ordered"),
    (rf"\b(which|what) (\w+)s did {_NOBODY} buy\b", r"\1 \2s were not bought"),
    # A state of lines that is said twice, once by its day.
    (
        r"\b(?:that (?:are|were) )?(?:promised|due|expected) (?:for )?(?:before today|by yesterday|in the past)\b",
        "overdue",
    ),
    (r"\bpast (?:the|their|its) (?:promised|promise|delivery|due) (?:date|day)s?\b", "overdue"),
    (
        rf"\bout of stock\b((?: (?:in|at) [\w.-]+)?) (?:for |on )?({_BOUND} )({_COUNT}) days\b",
        r"stockout days of \2\3\1",
    ),
    (
        rf"\b(?:had|have|has|with) ({_BOUND} )({_COUNT}) (?:stock-?out|out-of-stock) days\b",
        r"stockout days of \1\2",
    ),
    # Goods that come and go.
    (
        (
            r"\b(pieces|units|goods|items) (?:left|leave|leaving) (?:the|our) warehouses?"
            r"(?: (?:on|with|by|as|in) (?:customer )?deliver(?:y|ies))?"
        ),
        r"\1 delivered",
    ),
    (r"\b(delivered|shipped) (?:on|with|in) customer deliver(?:y|ies)\b", r"\1"),
    (r"\b(?:customer|outgoing|outbound) deliveries\b", "deliveries"),
    (r"\b(deliveries|shipments) (?:went out|go out|left)(?: to (?:our |the )?customers)?\b", r"\1"),
    (
        (
            r"\b(deliveries|shipments|returns|credit notes|invoices) (?:did we make|did we send|have we made)"
            r" to (?:our |the )?customers\b"
        ),
        r"\1",
    ),
    (
        (
            r"\b(pieces|units) (?:came|come|have come|were sent|went) back(?: from (?:our |the )?customers)?"
            r"(?: (?:in|on|to)to(?: the)? (?:stock|warehouse))?\b"
        ),
        r"\1 returned",
    ),
    (
        (
            rf"\bhow (?:many times|often) (?:did|have|do) we (?:ever )?(?:return|returned|sen[dt] back|gi?ven? back) "
            rf"{_GOODS} to {SUPPLIERS}\b"
        ),
        "number of returns to suppliers",
    ),
    (
        rf"\bhow (?:many times|often) (?:did|have|do) {CUSTOMERS} (?:return|returned|sen[dt] back) {_GOODS}\b",
        "how many returns",
    ),
    (
        (
            r"\b(goods receipts|receipt lines|receipts|(?:supplier |vendor )?deliveries from (?:suppliers|vendors))"
            r"(?: from (?:suppliers|vendors))?"
            r"(?: that| which)? (?:came|come|arrived|were|was|had been|have been)(?: in)? (?:too )?late\b"
        ),
        r"late \1",
    ),
    (r"\bvalue of (?:the |all )?goods (?:that )?(?:we )?(?:were |was )?(received|arrived)\b", "value received"),
    (
        rf"\b(?:rejected share|share rejected|rejected percent(?:age)?|percent(?:age)? rejected){_ARRIVED}",
        "rejection rate",
    ),
    (r"\bbecause (?:they|it) (?:were|was)\b", "for"),
    (_ON_TIME, r"on time in full rate\1"),
    (
        (
            r"\bhow many days (?:pass|go by|elapse|lie|are there) (?:from|between) (?:the |an )?order(?:ing)?"
            r" (?:to|and|until) (?:the )?(?:first )?(?:delivery|shipment|dispatch)\b"
        ),
        "average days to ship",
    ),
    (
        (
            r"\b(?:what|how much) (?:is|do we have|have we|is still) on order (with|from|at) ([^,?]+?)"
            r"(?:,? (?:that|which|and) (?:has|have|is) not (?:yet )?(?:arrived|come|here|been received)(?: yet)?)?,?"
            r" in (?:pieces|units)\b"
        ),
        r"open purchase quantity \1 \2",
    ),
    (r"供应商(?:的)?(?:交货|送货|供货|来货)(?:中|里)?(?=被?(?:拒收|退|不合格))", ""),
    (
        (
            r"哪([一二三四五六七八九十两\d]+)([个家位名种张款])(.{1,8}?)的?([^的，。？?]{2,8}?)(最[高低多少大小])"
            r"(?=[？?]?\s*$)"
        ),
        r"\4\5的\1\2\3",
    ),
    (
        (
            r"\b(?:is |are )?on order(?: and| but)?,? (?:is |are |has |have )?not (?:yet )?(?:been )?"
            r"(?:received|recieved|arrived|delivered|come)(?: yet)?\b"
        ),
        "still to come from suppliers",
    ),
    (r"\bon ((?:last|this|the previous) (?:month|week|quarter|year))'s invoices\b", r"in \1"),
    (
        (
            r"[,.;]?\s*\b(?:only|(?:please )?count(?:ing)? only|just) (?:the )?days with (?:an |any |at least one )?"
            r"(?:orders?|sales|invoices?|payments?|deliver(?:y|ies)|receipts?)\b\.?"
        ),
        "",
    ),
    # A second half that asks for money of the documents that were counted stands for itself, so that it is not lost.
    (
        (
            r"\b(how many (?:customer |supplier |sales |purchase )?(?:invoices|orders) are [^,?]+?),? and how much"
            r" (?:is|are) (?:still )?(?:open|unpaid|outstanding|owed|due) (?:on|for|of) (?:them|these|those)\b[?.]?"
        ),
        r"\1? Open amount of them?",
    ),
    (r"\bnot (completely|entirely|wholly) (received|delivered|shipped)\b", r"not fully \2"),
    (r"(?<=[月年周度])(?:截至|截止|到)?(?:目前|现在|今天|今日)(?:为止)?", ""),
    (r"(?<=[月])(?:整月|全月|整个月)", ""),
    (r"订单额", "订单金额"),
    (r"现有(?=多少|几)", ""),
    (r"(?<=名)在职(?=员工)", ""),
    (r"(?<!不)在职(?=员工有?(?:多少|几))", ""),
    *MONEYWORDS,
)
WORDINGS = tuple((re.compile(pattern, re.IGNORECASE), put) for pattern, put in _WORDINGS)


def traded(question: str) -> str:
    """The question with what the trade says put as its figures and states are called."""
    if _INVOICED.search(question):
        for pattern in _DEDUCTED:
            question = pattern.sub(" ", question)
    if _OWED.search(question):
        question = _NO_CREDITS.sub("", question)
    return put_plainly(question, WORDINGS)
