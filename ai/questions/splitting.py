"""Two questions in one, told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ai.questions.daytexts import dated
from ai.questions.dialect import PIECES, VERBS
from ai.questions.numerals import in_digits
from ai.questions.plainer import plainer
from ai.questions.tradewords import traded
from ai.questions.turns import names_what_is_told, plainly_turned
from ai.questions.words import is_chinese, words_of

_ENDS = re.compile(r"(?<=[?？!])\s*|；|;\s+|\n+")  # full-width marks of Chinese text
_SECOND = re.compile(
    r",?\s+(?:and|as well as)\s+(?=(?:what|which|who|when|how (?:much|many)|what's)\b)|，?(?:以及|还有)", re.IGNORECASE
)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\b(?:last|this|previous|since|until)\b", re.IGNORECASE)
_DAYS = re.compile(
    r"\b(?:in|during|for|on|since|until|of) (?:the )?(?:[a-z]+ ){0,4}(?:of )?(?:19|20)\d\d\W*$"
    r"|\b(?:last|this) [a-z]+\W*$",
    re.IGNORECASE,
)
_TAILS = ({"how", "much"}, {"how", "many"}, {"what", "was", "it"}, {"by", "how", "much"})
SECOND_WORDS_MIN = 4
QUESTIONS_MAX = 4


_AVERAGE = re.compile(r"\b(avg\.?|avarage|averge)(?=\s)", re.IGNORECASE)
"""Written short or amiss so often that it is no typing slip: figures are called by the whole word."""
_HOW_LONG = (
    (
        re.compile(
            r"\bhow (?:long|many days) (?:does|do|will) (?!it\b|we\b|they\b|our\b)((?:[\w.,&'-]+ ){1,6}?)"
            r"(?:need|take|require) to (?:deliver|supply)\b",
            re.IGNORECASE,
        ),
        r"lead time of \1",
    ),
    (
        re.compile(
            r"\bhow (?:long|many days) (?:does|did|do) (?:it |we )?(?:usually |normally |typically )?take(?: us)?"
            r"(?:,? on average,?)? to (?:ship|deliver|dispatch)(?: (?:an|our|the))?(?: orders?)?",
            re.IGNORECASE,
        ),
        "average days to ship",
    ),
    (
        re.compile(r"\bhow long (?:does|did|do) (?:a |an |the )?(?:work|production) orders? take", re.IGNORECASE),
        "average duration of work orders",
    ),
)
"""Questions for a time that say no figure of it."""
_UNITED_STATES = re.compile(r"(?<![$\w.-])U\.?S\.?A?\.?(?= (?!dollars?\b|\$)[\w-])")
"""Written in capitals it is the country before a noun; in small letters it is us."""
_WHERE_STOCKED = re.compile(r"\b(where (?:is|are) [\w.,&' -]{2,60}? )(?:stocked|in stock|on stock)\b", re.IGNORECASE)
"""Stocked said of a place is kept; stocked said of purchases is what was put into stock."""
_PLACE_STOCKED = re.compile(
    r"\b(?:at|in|on) (?:which|what) locations? (?:is|are) ([\w.,&' -]{2,60}? )(?:stocked|stored|kept)\b", re.IGNORECASE
)
_MARKUP = re.compile(r"\bmark-?ups?\b", re.IGNORECASE)
_BOTH_CHARGES = re.compile(r"\b(tax(?:es)?|freight|shipping)\s*[&/+]\s*(tax(?:es)?|freight|shipping)\b", re.IGNORECASE)
"""Tax & freight, said of a figure as one and the other."""
_DIRECTLY = re.compile(r"\b(goes|go|went) (?:directly|immediately|straight) into\b", re.IGNORECASE)
_IN_WHAT = re.compile(r",? and in what quantit(?:y|ies)\b", re.IGNORECASE)
_SWITCHED = re.compile(
    r"\b(?:has|have|did) any (?:of our )?([\w ]+?) (?:ever )?(?:switch(?:ed)?|change(?:d)?) (?:his |her |their |the )?"
    r"(?:sales )?(territory|territories|region|department|shift)s?\b",
    re.IGNORECASE,
)
"""Who changed something has had more than one of it."""
_FORMULA = re.compile(
    r"\s*[(（](?:[^()（）]*\w /[^()（）/]*|(?:the )?(?:average|mean|sum|total) of (?:the )?[^()（）]*"
    r"|[^()（）]*的(?:平均值|均值|总和|合计))[)）]",
    re.IGNORECASE,
)
"""How a figure is worked out, in brackets behind its name."""
_ORDER_PERIOD = re.compile(r"\b(by|per|each|every|for each|in each) order (year|quarter|month|day)\b", re.IGNORECASE)
_ALSO_TOLD = re.compile(
    r"(?:please )?(?:also )?(?:give|list|show|tell|state|name|include|add)(?: me| us)?(?: also)?"
    r"(?: the| their| its| all| both)* (?:amounts?|values?|figures?|numbers?|quantit(?:y|ies)|totals?|names?|counts?)"
    r"(?: too| as well| of each| for each| of all| each)?[.!]?",
    re.IGNORECASE,
)
"""A sentence behind a question that only asks for what is told anyway: give the amounts."""
_LAST_DAY = re.compile(
    r"\bwhat (?:was|is) the (last|first|latest|earliest) (?:day|date)(?: on which| that| when)? (?=we |they |any|some)",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"\b(do|does|did|is|are|was|were|have|has)nt\b", re.IGNORECASE)
_NOTHING = re.compile(r"\b(bought|ordered|purchased) nothing\b", re.IGNORECASE)
REGARDLESS = re.compile(r"[,，]?\s*(?:without regard to|不考虑)\s*[“\"][^”\"]*[”\"]", re.IGNORECASE)
"""How a choice says what it leaves out: chosen, it is read without."""
_ASIDE = re.compile(r"\bleav(?:e|ing) (?!out\b|aside\b)((?:[\w-]+ ){1,4}?)(?:aside|out)\b", re.IGNORECASE)
"""Leaving bikes aside: all but those."""
_ONE_BY_ONE = re.compile(r"\b(day|week|month|quarter|year) (?:by|after) \1\b", re.IGNORECASE)
_ONE_BY_ONE_CHINESE = re.compile(r"逐([日周月季年])")
"""Year by year: told by year."""
_WORTH = re.compile(
    r"\bworth how much\b|\bwhat (?:do|did) they (?:all )?(?:add up|come|amount|sum up|total up) to\b", re.IGNORECASE
)
_WITH_ANY = re.compile(
    r"\bamong (?:the |our |all )*\w+ (?:with|who had|that had) (?:any |some |at least one )?(?:orders?|sales)"
    r"(?: (?:in )?(?:that|the same) (?:year|month|quarter|period))?(?=\W|$)",
    re.IGNORECASE,
)
"""Who is ranked: none is that has nothing to be ranked by."""
_NUMBER_OF = re.compile(r"(?:\b(?:no|nr|num|nos)\.?|#)\s*of\b", re.IGNORECASE)


_GAP = re.compile(
    r"\b(?:margin|spread|gap|price difference|difference in price) (?=between [^.?!]*\bprice and [^.?!]*\bcosts?\b)",
    re.IGNORECASE,
)
"""What lies between two prices of one thing is their difference, and no margin of sales."""
_MAKING = re.compile(
    r"(?:生产|制造|做出?|造)(?:一|1)?[辆件个台只套]?\s*([^，。？?]{2,60}?)\s*(?:需要|需|要)(?:花)?(?:多少|几)天"
)
"""How many days one piece takes to make, in Chinese."""
_WITHIN = re.compile(
    r"\b(shipped|ship|delivered|deliver|sent|dispatched) within (\d+) days(?: (?:of|after|from) "
    r"(?:the |their |its |being )?(?:orders?|ordering|ordered|placed|order date|order day))?\b",
    re.IGNORECASE,
)
"""Days from the order to the goods, as a bound."""
_PAIR = re.compile(r"\b([A-Z]{3})/([A-Z]{3})\b")
"""Two currencies with a stroke: the rate from the one to the other."""


_ALL_BUT = re.compile(
    r"\b(all|every|each|everyone|everybody|everything|anyone|any)\b([^,.;?!]{0,40}?) but (?!not\b|no\b|only\b|never\b)",
    re.IGNORECASE,
)
"""All customers but one: but leaves it out."""
_SHORT = (
    (re.compile(r"\bincl\.?(?= )", re.IGNORECASE), "including"),
    (re.compile(r"\bexcl\.?(?= )", re.IGNORECASE), "excluding"),
)
"""Written short, with a stop that ends no sentence."""
_PIECES_PER = re.compile(r"\b(?:pieces|units) per (?=(?:sales |customer )?orders?\b)", re.IGNORECASE)


def cleaned(question: str) -> str:
    """A question without control characters, its numbers without marks between thousands."""
    plain = unicodedata.normalize("NFKC", question)
    plain = "".join(" " if unicodedata.category(each).startswith("C") and each != "\n" else each for each in plain)
    plain = plainly_turned(plainer(traded(plain)))
    for pattern, figure in _HOW_LONG:
        plain = pattern.sub(figure, plain)
    plain = _BOTH_CHARGES.sub(r"\1 and \2", _NOTHING.sub("did not buy anything", plain))
    plain = _DIRECTLY.sub(r"\1 into", _IN_WHAT.sub(" in pieces", _CONTRACTED.sub(r"\1n't", plain)))
    plain = _LAST_DAY.sub(r"when the \1 ", _FORMULA.sub("", plain))
    plain = _SWITCHED.sub(r"which \1 had more than one \2", plain)
    plain = _ONE_BY_ONE_CHINESE.sub(r"按\1", _ONE_BY_ONE.sub(r"by \1", plain))
    plain = _ASIDE.sub(lambda found: f"excluding {found[1].strip()}", plain)
    plain = _WORTH.sub(_THEIR_WORTH, _ORDER_PERIOD.sub(r"\1 \2", plain))
    plain = _WITH_ANY.sub("", plain)
    plain = _PIECES_PER.sub("ordered quantity per ", _ALL_BUT.sub(r"\1\2 except ", plain))
    for pattern, word in _SHORT:
        plain = pattern.sub(word, plain)
    plain = _WITHIN.sub(r"took at most \2 days to ship", _MAKING.sub(r"\1 的制造天数", plain))
    plain = _PAIR.sub(r"\1 to \2", _GAP.sub("difference ", plain))
    plain = _UNITED_STATES.sub("American", plain)
    plain = _PLACE_STOCKED.sub(r"where is \1kept", _WHERE_STOCKED.sub(r"\1kept", plain))
    plain = _MARKUP.sub("difference between list price and standard cost", plain)
    plain = _NUMBER_OF.sub("number of", _AVERAGE.sub("average", _THOUSANDS.sub("", plain)))
    return in_digits(dated(REGARDLESS.sub("", plain))).strip()


def _dated(parts: list[str]) -> list[str]:
    """The parts of a sentence; the days that only the last one names hold for those before it as well."""
    days = _DAYS.search(parts[-1])
    if len(parts) == 1 or days is None or any(_YEAR.search(each) for each in parts[:-1]):
        return parts
    return [*(f"{each.rstrip('?？ ')} {days[0]}" for each in parts[:-1]), parts[-1]]


_OTHER_DAYS = frozenset(
    ("now", "currently", "current", "today", "ever", "overall", "altogether", "nowadays", "present", "moment", "still")
) | {"yesterday", "tomorrow", "week", "month", "quarter", "year", "day", "days", "all", "whole", "anymore"}
"""With one of these a question is of other days than the one before it, or of all."""


def _of_same_days(part: str, first: str) -> str:
    """A second question without days of its own is of the days that the first one ends with."""
    days = _DAYS.search(first)
    if days is None or _YEAR.search(part) or _OTHER_DAYS & set(words_of(part)):
        return part
    return f"{part.rstrip('?？ ')} {days[0].strip()}"


_BOTH = re.compile(r"\b(first|earliest) and (?:(?:its|the|their|his|her) )?(last|latest|most recent)\b", re.IGNORECASE)
_BACK = re.compile(r"\b(it|that|this|they|those|there|them|each)\b", re.IGNORECASE)
BACK_WORDS_MAX = 14
"""A part of so few words that only points back asks for the figure that is told anyway: and what was it worth."""


_DEEDS = frozenset(phrase for phrase in VERBS if phrase.isascii() and " " not in phrase)
_MEASURED = re.compile(
    r"\b(how|most|least|highest|lowest|largest|smallest|biggest|best|worst|top|\w+est|\d+)\b", re.IGNORECASE
)
"""Words of a part that tells a figure, which the next part may point back to."""


def _has_own_deed(before: str, part: str, words: list[str]) -> bool:
    """Whether a part asks a figure of those before it, who had none: how much have we ordered from each of them?"""
    return bool(_DEEDS & set(words) and _BACK.search(part)) and not _MEASURED.search(before)


def _is_tail(part: str, words: list[str]) -> bool:
    """Whether a part says nothing of its own: and how much, and how many days is it."""
    if set(words) in _TAILS or (len(words) < SECOND_WORDS_MIN and words[0] == "how"):
        return True
    is_figure = words[0] in {"what", "how"} and bool(_BACK.search(part))
    return is_figure and len(words) <= BACK_WORDS_MAX and not any(each.isdigit() for each in part)


def _spelled_out(part: str, before: list[str]) -> str:
    """A part whose only words are how much, behind a count: what is counted is worth."""
    is_short = bool(before) and words_of(part) == ["how", "much"] and "how many" in before[-1].lower()
    return _THEIR_WORTH if is_short else part


BARE_WORDS_MAX = 4


def _is_bare(before: str) -> bool:
    """Whether a part only names a figure: how many order lines, and how much revenue, did something bring?"""
    words = words_of(before)
    return len(words) <= BARE_WORDS_MAX and words[:2] in (["how", "many"], ["how", "much"])


_THEIR_WORTH = "how much are they worth"
_PIECES = frozenset(word for word in PIECES if word.isascii())


def _asks_worth(before: str, words: list[str]) -> bool:
    """Whether a part asks more of what the one before counts: how many, and what are they worth?"""
    if "how many" not in before.lower():
        return False
    is_of_pieces = words[:2] == ["how", "many"] and bool(_PIECES & set(words)) and not _PIECES & set(words_of(before))
    return is_of_pieces or bool({"worth", "value"} & set(words) and _BACK.search(" ".join(words)))


_EDGE = re.compile(
    r"\b(?:first|last|latest|earliest|most recent)\b[^.?!]*\border|\border[^.?!]* (?:first|last)\b", re.IGNORECASE
)


def _asks_amount_of_day(before: str, words: list[str]) -> bool:
    """Whether a part asks what the first or the last order was worth, the day of which the part before it asks."""
    is_worth = words[:2] == ["how", "much"] or ({"worth", "value"} & set(words) and words[0] in {"what", "how"})
    is_back = bool(_BACK.search(" ".join(words))) or "its" in words or words == ["how", "much"]
    return bool(is_worth and is_back and "when" in words_of(before) and _EDGE.search(before))


WHO_WORDS_MAX = 4
_ASKING = frozenset(
    ("what", "what's", "which", "who", "whose", "whom", "when", "where", "why", "how", "show", "list", "name", "give")
) | {
    "tell",
    "rank",
    "compare",
    "find",
    "display",
    "and",
    "also",
    "same",
    "now",
    "is",
    "are",
    "was",
    "were",
    "do",
    "does",
}
"""Words with which something is asked for."""


def _asks_who(words: list[str]) -> bool:
    """Whether a part only asks whose the figure before it is: and who earns it?"""
    return (
        bool(words)
        and words[0] in {"who", "whose"}
        and len(words) <= WHO_WORDS_MAX
        and bool(_BACK.search(" ".join(words)))
    )


def _both_ends(part: str) -> list[str]:
    """The first and the last of something, asked one after the other."""
    found = _BOTH.search(part)
    return [part] if found is None else [part.replace(found[0], word) for word in found.groups()]


_ASKING_CHINESE = frozenset("哪谁多几什何吗呢")


def _is_statement(before: str, sentence: str, words: list[str]) -> bool:
    """Whether a sentence behind a question only says something of it: leave out those without a category."""
    is_asked = before.rstrip().endswith(("?", "？")) and not sentence.rstrip().endswith(("?", "？"))
    if is_chinese(words[0]):
        return is_asked and not _ASKING_CHINESE & set(words)
    return is_asked and words[0] not in _ASKING and "please" not in words


def _has_nothing_own(_: str, __: str) -> bool:
    return False


def questions_in(text: str, has_own: Callable[[str, str], bool] = _has_nothing_own) -> list[str]:
    """The questions that a text asks, one after the other; a tail such as "and how much" belongs to the first.

    `has_own` tells of the text before and of a part whether that asks a figure of its own: then it is no tail.
    """
    found: list[str] = []
    for sentence in (each.strip() for each in _ENDS.split(text)):
        parts = _dated([each.strip(" ,") for each in _SECOND.split(sentence)])
        for said in parts:
            part = _spelled_out(said, found)
            words = words_of(part)
            if found and (_ALSO_TOLD.fullmatch(part) or names_what_is_told(part, found[-1])):
                continue
            is_joined = bool(found) and "both" in words_of(found[-1])
            if found and (is_joined or _asks_worth(found[-1], words) or _is_bare(found[-1]) or _asks_who(words)):
                found[-1] = f"{found[-1]} and {part}"
            elif found and words and _asks_amount_of_day(found[-1], words):
                found[-1] = f"{found[-1].rstrip('?？ ')} and for how much"
            elif found and _has_own_deed(found[-1], part, words):
                found[-1] = f"{found[-1]}, {part}"
            elif found and words and _is_statement(found[-1], sentence, words):
                found[-1] = f"{found[-1]} {part}"
            elif words and not (found and _is_tail(part, words) and not has_own(found[-1], part)):
                found += _both_ends(part if said is parts[0] else _of_same_days(part, parts[0]))
    return found[:QUESTIONS_MAX]
