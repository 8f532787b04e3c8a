"""Which amount is meant where documents carry one, where tax is said with it, and where it is asked for behind a day.

What we sold on orders of 2014 is an amount, whatever number of orders it stands on; sales with tax and freight are one
figure and not two; when somebody ordered last, and for how much, asks for the amount of that day.
"""

from __future__ import annotations

from dataclasses import replace

from ai.questions.coordination import CARRYING_WORDS, behind_names
from ai.questions.dialect import COUNTED, PIECES, VERBS
from ai.questions.kinship import QUANTITIES
from ai.questions.lexicon import Lexicon
from ai.questions.ondocuments import first_of, meant
from ai.questions.said import Mention, Reading
from ai.questions.words import words_of

MONEY_ASKED = (["how", "much"], ["what", "did"], ["what", "have"], ["what", "do"])
SPENDING = "purchase_spend"
SOLD, BOUGHT = frozenset({"net_revenue", "confirmed_order_value"}), frozenset({SPENDING, "purchase_order_value"})
SALES = frozenset({"order_count", "sales_invoice_count"})
TAXED = {"order_total_value": ("confirmed_order_value", "net_revenue")}
"""An amount with its taxes, and those without that the same words begin with."""
WITH = frozenset({"with", "including", "incl", "inclusive"})


def settle_amounts(reading: Reading, lexicon: Lexicon) -> None:
    """The amount that is meant."""
    _settle_carriers(reading, lexicon)
    _settle_taxed(reading, lexicon)
    _settle_for_how_much(reading, lexicon)
    _settle_bounded_pieces(reading, lexicon)
    _settle_part_said_first(reading)


def _asks_money(reading: Reading) -> bool:
    return any(reading.words[at : at + 2] in MONEY_ASKED for at in range(len(reading.words)))


def _settle_carriers(reading: Reading, lexicon: Lexicon) -> None:
    """How much did we sell on orders of 2014: the amount that the verb tells, and no number of orders."""
    mention = reading.metrics[0] if len(reading.metrics) == 1 else None
    if mention is not None and mention.word == "order" and _is_deed(mention, reading):
        # How much did somebody order: the deed, and no document.
        measure = lexicon.own(COUNTED[first_of(mention)][1]) if first_of(mention) in COUNTED else ""
        reading.metrics = (
            [replace(meant(measure, lexicon), start=mention.start)] if measure in lexicon.metrics else [mention]
        )
        return
    done = {VERBS[verb][0] for verb in reading.verbs}
    if mention is None or not done or not _asks_money(reading) or not _is_carried(mention, reading):
        return
    measure = lexicon.own(COUNTED[first_of(mention)][1])
    named = {*reading.dimensions, *reading.parties, *(c.dimension for each in reading.members for c in each.candidates)}
    is_theirs = any(name.startswith("customer") for name in named)
    deeds = SOLD | ({SPENDING} if is_theirs else set()) if first_of(mention) in SALES else BOUGHT
    if done <= deeds and measure in lexicon.metrics and not (reading.limits or reading.has("count")):
        reading.metrics = [replace(meant(measure, lexicon), start=mention.start)]


def _is_deed(mention: Mention, reading: Reading) -> bool:
    """Whether order is what somebody did, of whom it is asked how much it was."""
    ends = {each.start + each.length for each in reading.members}
    is_much = any(reading.words[at : at + 2] == ["how", "much"] for at in range(len(reading.words)))
    is_done = {"did", "do", "does"} & set(reading.words[: mention.start]) and mention.start in ends
    return bool(is_much and is_done) and not (mention.is_counted or reading.limits or reading.is_descending is not None)


def _is_carried(mention: Mention, reading: Reading) -> bool:
    """Whether documents are only what something stands on."""
    at = behind_names(reading, mention.start)
    is_plain = not (mention.is_counted or mention.is_asked) and first_of(mention) in COUNTED
    return is_plain and bool(at) and reading.words[at - 1] in CARRYING_WORDS


def _settle_taxed(reading: Reading, lexicon: Lexicon) -> None:
    """Sales with tax and freight: the one figure that holds them."""
    for mention in list(reading.metrics):
        without = {lexicon.own(name) for name in TAXED.get(first_of(mention), ())}
        is_said = bool(WITH & set(words_of(mention.word))) or bool(
            WITH & set(reading.words[mention.start - 1 : mention.start])
        )
        others = [each for each in reading.metrics if each is not mention]
        if without and is_said and others and all(first_of(each) in without for each in others):
            reading.metrics = [mention]
            return


def _settle_for_how_much(reading: Reading, lexicon: Lexicon) -> None:
    """When did somebody order last, and for how much: the amount of that day."""
    mention = reading.metrics[0] if len(reading.metrics) == 1 else None
    measure = lexicon.own(COUNTED.get(first_of(mention), ("", ""))[1]) if mention else ""
    words = reading.words
    is_behind = any(
        words[at : at + 2] == ["how", "much"] and {"and", "for"} & set(words[max(at - 2, 0) : at])
        for at in range(2, len(words))
    )
    is_edge = reading.has("latest", "earliest") and reading.is_descending is None and not reading.has("count")
    if mention is not None and is_behind and is_edge and measure in lexicon.metrics:
        reading.metrics = [meant(measure, lexicon)]


def _settle_bounded_pieces(reading: Reading, lexicon: Lexicon) -> None:
    """Sales under 1,000 units are bounded in pieces, whatever they are worth."""
    ends = [each.end for each in reading.limits if 0 < each.end < len(reading.words)]
    if not ends or not all(reading.words[end] in PIECES for end in ends):
        return
    sold = {lexicon.own(name): lexicon.own(pieces) for name, pieces in QUANTITIES.items()}
    ordered = lexicon.own("sold_quantity")
    sold |= {lexicon.own("confirmed_order_value"): ordered, lexicon.own("net_revenue"): ordered}
    for at, mention in enumerate(reading.metrics):
        pieces = sold.get(first_of(mention), "")
        if pieces in lexicon.metrics and not mention.is_counted:
            reading.metrics[at] = replace(meant(pieces, lexicon), word=mention.word, start=mention.start)


def _settle_part_said_first(reading: Reading) -> None:
    """Clothing as a percentage of the units sold: a part of one figure, and no ratio of two."""
    said = [each for each in reading.said if each.operator == "ratio" and each.word.startswith("as ")]
    if len(said) != 1 or len(reading.metrics) != 1 or reading.metrics[0].start < said[0].start:
        return
    if reading.members and all(each.start < said[0].start and not each.is_excluded for each in reading.members):
        part = replace(said[0], operator="share")
        reading.said = [part if each is said[0] else each for each in reading.said]
        reading.operators = ["share" if each == "ratio" else each for each in reading.operators]
