"""Turns of phrase put plainly: out of all orders, with a due date in May, the chief's direct reports. Pure text."""

from __future__ import annotations

import re

from ai.questions.plainer import put_plainly
from ai.questions.words import singular, words_of

_DATE = r"(?:the |its |their |an? |actual |real )*"
_FALLS = r"(?: (?:is|was|are|were|falls?|fell|lies|lay|falling|lying))?"
_WHEN = r"(?= (?:in|on|during|within|between|from|before|after|by) (?!stock\b))"
_TURNS = (
    (r"^(?:please )?split (?:up )?(?=[^?]* (?:into|by|between)\b)", ""),
    (r"\bemploye(?=s?\b)", "employee"),
    (r"\b(ma[kd]e|manufactured?|produced?|buil[dt]|assembled?) in[- ]house\b", r"\1 ourselves"),
    (r"\bif (?:we|you|one|i) (?:ignore|exclude|leave out|skip|leave aside|disregard)\b", "excluding"),
    (r"\bof the (?:part|article|item|product|component) (?=[A-Z])", "of "),
    (r",? (?:with|and) (?:their|the|its) dates\b(?=\s*[?.!,]|\s*$)", " by date"),
    # Freight was what percentage of sales; the average order was how many times another.
    (
        r"\b(?:was|is|were|are|made up|makes up|make up) what (?:percentage|percent|share|proportion|part) of\b",
        "as a percentage of",
    ),
    (r"\b(is|was|are|were) how many times (?=the |that |as |an? )", r"how many times as large as "),
    (
        r"((?:^|[:;,\u2013]) ?)how many (?=(?:were|have been|did we|have we) (?:sold|sell|bought|buy|ordered|made)\b)",
        r"\1how many pieces ",
    ),
    (
        (
            r"\b(customers?|stores?|shops?|buyers?|clients?|vendors?|suppliers?)((?: who| that)?)"
            r" (?:with|having|have|had|placed|made|place) (?:just |only |exactly |but )?"
            r"(?:one|a single) (?:single )?orders?\b"
        ),
        r"\1\2 with only one order",
    ),
    (r"\blates(?= (?:\w+ )?(?:order|invoice|delivery|purchase|hire|review))", "latest"),
    # Out of all orders, what percentage: a part of them, and nothing ran out.
    (r"\bout of (?=(?:all|the|our|every|these|those|\d)\b)(?! stock)", "of "),
    (r",? on (?:the )?one (?:hand|side)\b|,? on the other(?: hand| side)?\b", ""),
    # What day documents are about, said as a date that they have.
    (rf"\b(?:with|whose|having) {_DATE}(?:due|deadline)(?: (?:date|day))?{_FALLS}{_WHEN}", "due"),
    (rf"\b(?:with|whose|having) {_DATE}(?:end|finish|completion)(?: (?:date|day))?{_FALLS}{_WHEN}", "ended"),
    (rf"\b(?:with|whose|having) {_DATE}start(?:ing)?(?: (?:date|day))?{_FALLS}{_WHEN}", "started"),
    (
        (
            r"[;,.]\s*(?:please )?(?:take|taking|use|using|going by|go by|based on|count by) (?:the )?"
            r"(actual )?(start|end)(?: (?:date|day)s?)? (of the operations?)"
        ),
        r" (by \1\2 \3)",
    ),
    (
        (
            r"[;,.(]\s*(?:please )?(?:take|taking|use|using|going by|go by|based on|count by|counted by)"
            r" (?:the )?(actual )?(start|end|due|order|ship|shipping|finish) (?:date|day)s?( of the [a-z]+)?"
        ),
        r" by \1\2 date",
    ),
    # Goods at their cost of now: whose cost it is says nothing more.
    (
        (
            r"\b((?:at|using|with|taking|on|by|under|based on|valued at) (?:the |their |its )?"
            r"(?:current |present |today's )?standard costs?) of (?:the |each |our |those |these |sold )*"
            r"(?:products?|items?|goods|bikes)\b"
            r"(?=\s*(?:[,.?!)]|$|in |for |by |per |and |sold))(?: sold)?"
        ),
        r"\1",
    ),
    (
        (
            r",?\s*\(?\b(?:with )?(?:the )?tax(?:es)? and (?:freight|shipping)(?: charges| costs)? (?:is |are |being )?"
            r"(?:not (?:included|counted)|excluded|left out|aside)\)?"
        ),
        "",
    ),
    (
        (
            r",?\s*\(?\b(?:with )?(?:the )?tax(?:es)? and (?:freight|shipping)(?: charges| costs)? (?:is |are |being )?"
            r"(?:included|counted)\)?"
        ),
        " with tax and freight",
    ),
    (
        (
            r"\b(?:the )?((?:(?!(?:who|are|is|the|list|name|all|of|show|how|many|which|what)\b)[\w.-]+ ?){1,4}?)"
            r"(?:'s|’s) direct reports\b"
        ),
        r"the people who report directly to \1",
    ),
    (r"\bdo(?:es)? (?:we|one) use (?:the )?([\w.,&'/ -]{2,60}?) in\b(?=\s*[?.!]|\s*$)", r"is \1 used"),
    (r"^what is ([\w.,&'/ -]{2,60}?) used(?=\s*[?.!]|\s*$)", r"where is \1 used"),
    (
        (
            r"\b(?:smallest|minimum|lowest|least) quantity of ([\w.,&'/ -]{2,60}?) (?:that )?(?:we|one|you)"
            r" (?:can|may|must) (?:order|buy) (?:from|at|with) "
        ),
        r"minimum order quantity of \1 at ",
    ),
    (r"\b(?:moved|move|switched|switch|transferred|gone|went) from one (department|shift) to another\b", r"changed \1"),
    (r"\b(no|not|without|never|\w+n't)\b([^?.,;]*?) (?:at|in|on) any (?:location|place|warehouse)s?\b", r"\1\2"),
    # Goods at the cost that they have now: who has it says nothing more.
    (
        (
            r"\b(?:at|using|with|taking|on|by|under|based on|valued at) (?:the )?standard costs? (?:that |which )?"
            r"(?:the |our |these |those )?(?:products?|items?|articles?|goods|they|it) (?:have|has|carry|carries|had)?"
            r" ?(?:now|today|at present|currently|right now|at the moment)\b"
        ),
        "at the current standard cost",
    ),
    (
        r"[按以用](?:产品|商品|物料|它们)?(?:现在|目前|如今|当前)的标准成本(?:计算|算|计)?",
        "按当前标准成本",
    ),
    # Only one line: an order that has it, consists of it or is made of it.
    (
        (
            r"\b(?:consist(?:ed|s|ing)? of|(?:is|are|was|were) made up of|compris(?:ed|e|es|ing)) (?:only |just )?"
            r"(?:one|a single|1)((?: order)? line)(?: only| alone)?\b"
        ),
        r"with only one\1",
    ),
    # Where a list begins is how it is sorted.
    (
        (
            r",? (?:starting|beginning|start|begin) (?:with|from|at) the"
            r" (cheapest|lowest|smallest|largest|biggest|highest)(?: one| ones)?(?=\s*[?.!,]|\s*$)"
        ),
        r", \1 first",
    ),
    (r"[，,]?\s*从最(?:便宜|低|小|少)的?开始", ",从低到高"),
    (r"[，,]?\s*从最(?:贵|高|大|多)的?开始", ",从高到低"),
    # All there was until now: said twice.
    (
        r"\b(?:so far|up to now|to date|until now),? (?:over|in|across|for|during) all (?:the |of the )?years\b",
        "over all years",
    ),
    # By how much one period is above another.
    (
        (
            r"\bby how (?:much|many (?:us )?(?:dollars|euros)) (?:did|was|were) ([a-z][^?,]*?) ((?:in|of) [^?,]*?\d{4})"
            r" (?:exceed|above|over|higher than)(?: that| those| it| the \1| \1)? ((?:in|of) [^?,]*?\d{4})"
        ),
        r"how much higher were \1 \2 than \3",
    ),
    # Not until some days is on those days at the earliest.
    (
        (
            r"\b(?:were|was|did)(?: not|n't) (?:ship|shipped|deliver|delivered|dispatch|dispatched)"
            r" until (?=(?:january|february|march|april|may|june|july|august|september|october|november"
            r"|december|\d{4})\b)"
        ),
        "shipped since ",
    ),
    (r"直到(?=\d{4}年)(\d{4}年(?:\d{1,2}月)?)才(?=发货|发出|交货)", r"\1"),
    # The first few of what is told, said behind it.
    (
        r"(?<=[.?!,;])\s*(?:only|just) the (\w+) (?:highest|largest|biggest|best|top)(?: ones)?(?=[.?!]|\s*$)",
        r" The top \1",
    ),
    (r"(?<=[.?!,;])\s*(?:only|just) the (\w+) (?:lowest|smallest|worst)(?: ones)?(?=[.?!]|\s*$)", r" The bottom \1"),
    (r"\bon how many occasions\b", "how many times"),
    # Lines of which less came than was ordered.
    (
        (
            r"\bpurchase order lines (?:on|of|for|with|where) (?:which )?(?:we )?rec(?:ei|ie)ved less than"
            r" (?:we |was |were |had been )?ordered\b"
        ),
        "purchase order lines received short",
    ),
    (
        (
            r"\b(?:on|for|of) how many lines of (?:the |our |all )?purchase orders(?: placed| made| written)?"
            r"( (?:in|of|during) [^?,]*?)? (?:did we|we) rec(?:ei|ie)ved? less than (?:we )?(?:had )?ordered\b"
        ),
        r"how many purchase order lines received short\1",
    ),
    # Names of people are asked for: which of them.
    (
        (
            r"^(?:please )?(?:give me |show me |tell me |list )?(?:the )?names of (?:all )?(?:the |our )?"
            r"(?:people|employees|staff|colleagues) (?:who |that )?(?:are )?(?:now |currently |presently )?"
            r"(?:work(?:ing)? |are )?in "
        ),
        "which employees work in ",
    ),
    (
        (
            r"^(?:please )?(?:list|name|show(?: me)?) (?:all )?(?:the |our )?(?:people|employees|staff|colleagues)"
            r" (?:who |that )?(?:are )?(?:now|currently|presently)(?: work(?:ing)?)? in "
        ),
        "which employees work in ",
    ),
    (
        r"^(?:请)?列出(?:所有)?(?:目前|现在|当前)?在?\s*([^，,。？?]{2,40}?)\s*(?:部门|部)?(?:工作)?的(?:员工|人员)(?:名单)?(?=[。？?]?$)",
        r"哪些员工在\1工作",
    ),
    (r"(?<=[\u4e00-\u9fff\d])各国(?!家)", "各国家"),
    (r"(?<=[\u4e00-\u9fff\d])各州", "各个州"),
    (r"被?(?:标记|标注|标|列|登记)(?:为|成)", "是"),
    # Last week altogether: no Monday, unless from it on, or where directly stands behind it.
    (
        r"(?<![从自])((?:[上本这下每]|上上)个?(?:周|星期|礼拜))一(?:共|总(?=共))",
        r"\1共",
    ),
    (r"(?<![从自])((?:[上本这下每]|上上)个?(?:周|星期|礼拜))(?:一起|一直(?!接))", r"\1"),
    # The discount on orders is theirs, that on invoices the invoices' one.
    (
        (
            r"\bhow much discounts? (did we give|have we given|was given|did we grant|have we granted|was granted)"
            r"(?: away)? (?:on|for|in) (?:the |our |all )*(?:sales |customer )?orders\b"
        ),
        r"what was the order discount",
    ),
    (r"(?<=[件个只箱])货(?=[呢吗啊]?[?？。，,]|$)", ""),
)
TURNS = tuple((re.compile(pattern, re.IGNORECASE), put) for pattern, put in _TURNS)
_WORK = re.compile(r"\b(?:work|production) orders?\b|工单", re.IGNORECASE)
_DONE = re.compile(r"\bcompleted\b", re.IGNORECASE)


def plainly_turned(question: str) -> str:
    """The question with such turns of phrase as figures are asked for elsewhere."""
    question = put_plainly(question, TURNS)
    # Completed is a state of purchase orders; work is finished.
    return _DONE.sub("finished", question) if _WORK.search(question) else question


_TOLD = frozenset(
    ("name", "value", "amount", "figure", "total", "number", "quantity", "count", "and", "the", "their", "its")
)
_TOLD |= {"please", "give", "list", "show", "each", "of", "with", "me", "for"}
TOLD_WORDS_MAX = 7


def names_what_is_told(part: str, before: str) -> bool:
    """Whether a sentence behind a question only lists what its answer tells anyway: name and rate."""
    words = [singular(word) for word in words_of(part)]
    said = {singular(word) for word in words_of(before)}
    is_list = "and" in words and len(words) <= TOLD_WORDS_MAX and words[0] not in {"and", "what", "which", "how", "who"}
    return is_list and "name" in words and set(words) <= _TOLD | said
