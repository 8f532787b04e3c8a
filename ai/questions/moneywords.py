"""How people speak of owing, paying, taxes and the bank, put as figures are called: patterns and their words. Pure."""

from __future__ import annotations

SUPPLIERS = r"(?:our |the |all )?(?:suppliers|vendors)"
CUSTOMERS = r"(?:our |the |all )?(?:customers|clients)"
_TAX_RATE = r"((?:tax|vat|sales tax) rate)s?"
_BECOMES = r"(?:falls|fall|is|will be|will fall|becomes|comes) (?:falling )?due"
MONEYWORDS: tuple[tuple[str, str], ...] = (
    (rf"\bhow much (?:money )?{_BECOMES} (?:to|for) {SUPPLIERS}\b", "payables due"),
    (rf"\bhow much (?:money )?{_BECOMES} (?:from|by) {CUSTOMERS}\b", "receivables due"),
    (
        (
            rf"\b(?:how much|what) (?:do|must|will) we (?:have to |need to )?pay (?:to )?{SUPPLIERS}"
            r"(?: (?:on|for) (?:the |open )?invoices (?:that )?(?:fall|falling|are|become|becoming)? ?due)?"
            r"(?= (?:next|this|within|in the|tomorrow|by)\b)"
        ),
        "payables due",
    ),
    (
        rf"\b(?:how much|what) (?:do|must|will) {CUSTOMERS} (?:have to )?pay us(?= (?:next|this|within|tomorrow|by)\b)",
        "receivables due",
    ),
    (
        (
            r"\bhow much (?:money |cash )?(?:came in|comes in|has come in|did we get|did we receive|was received|"
            rf"have we received|was paid|have we got) from {CUSTOMERS}\b"
        ),
        "payments received",
    ),
    (r"\b(accounts?) ([A-Za-z][\w ,&-]{1,40}?) [(](\d{3,6})[)]", r"\1 \3"),
    (rf"\bhow much of what (?:we owe (?:to )?{SUPPLIERS}|{SUPPLIERS} are owed) is\b", "payables"),
    (rf"\bhow much of what (?:{CUSTOMERS} owe us|is owed by {CUSTOMERS}|we are owed) is\b", "receivables"),
    (
        (
            r"\b(?:how many days after (?:the )?invoic(?:e|ing)(?: date)?|after how many days)"
            r" do (?:our |the )?customers pay(?: us)?(?: (?:their|our|the) (?:invoices|bills))?\b"
        ),
        "days to collect",
    ),
    (
        rf"\bhow many payments (?:did|have|do) we (?:make|made|send|sent|book|booked|pay|paid) (?=to {SUPPLIERS}\b)",
        "how many payments ",
    ),
    (
        rf"\bhow many payments (?:did|have|do) we (?:get|got|receive|received|book|booked) (?=from {CUSTOMERS}\b)",
        "how many payments ",
    ),
    (rf"\bhow many payments (?:did|have|do) {CUSTOMERS} (?:make|made|send|sent)\b", "how many customer payments"),
    (rf"\bpayments (?:made|sent|done) by {CUSTOMERS}\b", "payments received"),
    (
        r"\b((?:customer )?payments) (?:came|come|did we get|did we receive|were received|arrived)(?: in)?\b",
        r"\1",
    ),
    (
        rf"\b{_TAX_RATE} (?:do|does|did|must|should|have) (?:we|one|you) (?:to )?(?:use|apply|charge|take|bill)\b",
        r"\1",
    ),
    (rf"\b{_TAX_RATE} (?:for|on|of|with|charged to) ((?:[\w-]+ )?[\w-]+) (?:customers|clients)\b", r"\1 in \2"),
    (rf"\b{_TAX_RATE} (?:applies|apply|is used|is charged|is applied|holds)\b", r"\1"),
    (r"\b(?:output tax|output vat) (?:less|minus) (?:input tax|input vat)\b", "tax due"),
    (
        r"\bwhat (?:do|did|does|will) we owe (?:to )?the tax (?:office|authorit(?:y|ies)|man|department)\b",
        "tax due",
    ),
    (
        (
            r"\bhow much (?:money|cash) (?:do we have|have we(?: got)?|is(?: there)?)(?: left)?"
            r" (?:in|at|on) (?:the |our )?banks?(?: accounts?)?\b"
        ),
        "cash balance",
    ),
    (
        (
            r"\bwhat (?:do|does|did) (?!(?:they|these|those|it|that|all) )((?:[\w'.&-]+ ){1,7}?)"
            r"(?:add up|amount|come|sum up|total up) to\b"
        ),
        r"total value of \1",
    ),
    (r"(?:开票|发票)净额|开票净(?:销售额|收入)", "净收入"),
    (r"客户(?:的)?付款(?:的)?(?:总额|总金额|金额|合计)", "收款总额"),
    (r"收到(?:的|了)?(?=收款)", ""),
    (r"收到(?:的|了)?(?=客户(?:的)?(?:付款|回款|货款))", ""),
)
