"""Everything a place in a question may mean, and the way through it that explains most with least."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ai.questions.dialect import IN_ONE_KEYS, LONGEST, OPAQUE, OPERATORS, PIECES, VERB_KEYS, Operator
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.limits import limits_at
from ai.questions.members import FACTS, Member
from ai.questions.ranges import read_time
from ai.questions.seconds import PLACED
from ai.questions.times import GRAINS, Span, number_of
from ai.questions.weekdays import WEEKDAY_PHRASES
from ai.questions.words import joined, key_of, singular

Kind = Literal[
    "phrase",
    "hidden",
    "member",
    "part",
    "time",
    "grain",
    "number",
    "verb",
    "operator",
    "limit",
    "pieces",
    "weekday",
    "unknown",
]
NOUNS_FROM = frozenset({("order", "from"), ("orders", "from")})
"""Said of us these are deeds, otherwise documents and whose they are: the largest order from a customer."""
BEFORE_NOUNS = frozenset({"on", "of", "for", "in", "all", "our", "the", "many", "by", "with", "new", "sales"})
PERSONS = frozenset(
    {"women", "woman", "men", "man", "employees", "employee", "people", "persons", "female", "male", "staff"}
)
RATE_WORDS = frozenset({"rate", "rates", "exchange", "conversion", "汇", "率"})
"""Beside these a currency is a name, and not what amounts are in."""
SOMEBODY = frozenset({"customer", "customer_account", "supplier"})
BEFORE_NAMES = frozenset({"of", "is", "equal", "equals", "to", "at", "number", "exactly", "为", "是"})
NUMBERED_AS: Mapping[tuple[str, ...], tuple[str, str]] = {
    ("work", "order"): ("production_order_count", "WO"),
    ("production", "order"): ("production_order_count", "WO"),
    ("工", "单"): ("production_order_count", "WO"),
    ("purchase", "order"): ("written_purchase_order_count", "PO"),
    ("采", "购", "订", "单"): ("written_purchase_order_count", "PO"),
    ("sales", "order"): ("order_count", "SO"),
    ("销", "售", "订", "单"): ("order_count", "SO"),
}
"""Documents that are said by the number alone, with the figure that knows them and what stands before it there."""
NUMBER_WORDS = frozenset({"number", "no", "nr", "id", "号"})
BOUNDING = frozenset({"greater", "less", "more", "over", "under", "above", "below", "than"})
LEDGER = frozenset(("account", "accounts", "ledger", "booked", "posted", "balance", "balances", "journal", "科", "账"))
KIND_OF_ITEMS = frozenset({"item_category", "item_category_group"})
BUYERS = frozenset({"customer", "customers", "client", "clients", "buyer", "buyers", "consumers", "consumer"})
"""Individual ones are persons, and not stores."""
UNKNOWN_COST = 10.0
OPAQUE_COST = 1.3
PARTIAL_COST = 4.0
DOCUMENT_CHARACTERS_MIN = 4
THEM = frozenset({"them", "it", "these", "those"})
BEFORE_DOCUMENTS = frozenset({"the", "most", "fewest", "all", "our", "how", "many", "these", "those"})
"""What may stand between a deed and the documents that it was done on: recorded on the most orders."""
PART_WORDS = frozenset({"percent", "percentage", "share", "part", "proportion", "fraction", "much", "half", "most"}) | {
    "quarter",
    "third",
    "all",
    "met",
    "reached",
    "achieved",
    "attained",
    "short",
}
"""Before a figure that begins with of, these ask for a part: what percentage of the quota, but the sum of quotas."""
_ASKING = frozenset(
    ("which", "what", "top", "best", "by", "per", "each", "many", "our", "all", "different", "distinct")
) | {"worst", "bottom", "largest", "biggest"}
_LISTING = (["and"], ["or"], ["versus"], ["vs"], ["against"], ["和"], ["与"], ["或"])


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a question and what they mean there."""

    start: int
    length: int
    kind: Kind
    cost: float
    meanings: tuple[Meaning, ...] = ()
    members: tuple[Member, ...] = ()
    span: Span | None = None
    operator: Operator | None = None
    number: Decimal | None = None
    upper: Decimal | None = None
    """The other end of a bound that was said as two numbers."""
    word: str = ""

    @property
    def end(self) -> int:
        """The place after the last word."""
        return self.start + self.length


def best_pieces(words: Sequence[str], lexicon: Lexicon) -> list[Piece]:
    """The cheapest way through all words, from left to right."""
    nowhere: tuple[float, list[Piece]] = (float("inf"), [])
    best: list[tuple[float, list[Piece]]] = [(0.0, []), *([nowhere] * len(words))]
    for at in range(len(words)):
        cost, path = best[at]
        for piece in _pieces_at(words, at, lexicon):
            total = cost + piece.cost
            if total < best[piece.end][0]:
                best[piece.end] = (total, [*path, piece])
    return best[len(words)][1]


def _pieces_at(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Piece]:
    yield Piece(at, 1, "unknown", UNKNOWN_COST, word=words[at])
    yield from _operators(words, at)
    for each in limits_at(words, at):
        kind: Kind = "limit" if each.operator else "number"
        said = {"operator": each.operator, "number": each.number, "upper": each.upper, "word": each.word}
        yield Piece(at, each.length, kind, each.cost, **said)  # type: ignore[arg-type]  # the parts of a bound
    yield from _times(words, at, lexicon)
    yield from _phrases(words, at, lexicon)
    yield from _members(words, at, lexicon)


def _operators(words: Sequence[str], at: int) -> Iterator[Piece]:
    for length in range(1, min(LONGEST, len(words) - at) + 1):
        key = tuple(words[at : at + length])
        operator = OPERATORS.get(key)
        if operator == "filler" and key == ("complete",) and "purchase" in words:
            # A state of purchase orders, and no word for all of something.
            continue
        if operator is not None and not (key[-1] == "individual" and {*words[at + length : at + length + 1]} & BUYERS):
            # One long phrase says more than the same words one by one.
            cost = 0.94 if operator == "filler" else 0.9
            yield Piece(at, length, "operator", cost - 0.01 * length, operator=operator, word=" ".join(key))
        if key in PLACED:
            placed, place = PLACED[key]
            yield Piece(at, length, "operator", 0.86, operator=placed, number=Decimal(place), word=" ".join(key))
        if key in OPAQUE:
            # Nobody takes it apart into smaller words that carry nothing: 其他 is not 其 and 他.
            yield Piece(at, length, "unknown", OPAQUE_COST, word=joined(list(key)))
        if key in VERB_KEYS and not (key in NOUNS_FROM and _is_noun(words, at)):
            # Bring in is one word: its in begins no days.
            yield Piece(at, length, "verb", 0.92 if key[-1] == "in" else 0.95, word=VERB_KEYS[key])
    if words[at] in PIECES and words[at + 1 : at + 2] == ["数"]:
        yield Piece(at, 2, "pieces", 0.87, word=words[at])
    if _counts_pieces(words, at):
        yield Piece(at, 1, "pieces", 0.88, word=words[at])
    if words[at] in PIECES and words[at] != "unit" and (not at or words[at - 1] not in _ASKING - {"many"}):
        yield Piece(at, 1, "pieces", 0.89, word=words[at])


def _is_noun(words: Sequence[str], at: int) -> bool:
    """Whether orders are documents, and nothing that we did: the tax on orders from Canada."""
    return not {"we", "i", "you"} & set(words[:at]) or words[max(at - 1, 0)] in BEFORE_NOUNS


def _counts_pieces(words: Sequence[str], at: int) -> bool:
    """Whether a ranking is by pieces: best selling by quantity."""
    return bool(at) and words[at - 1] == "by" and words[at] in {"quantity", "volume", "units", "pieces", "qty"}


def _is_grain(words: Sequence[str], at: int) -> bool:
    """Whether a period's name says by what is told and opens no days: by year, 2011 to 2013; by quarter 2013."""
    following = words[at + 1] if at + 1 < len(words) else ""
    if words[at] == "quarter" and following.isdecimal():
        return True
    before = words[max(at - 1, 0)] if words[max(at - 1, 0)] != "calendar" else words[max(at - 2, 0)]
    is_named = words[at] in {"year", "years", "quarter", "month"} or (words[at] == "calendar" and following == "year")
    return at > 0 and is_named and before in {"by", "per", "each", "every"} and following not in {"end", "ended"}


def _times(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Piece]:
    leads = {"in", "during", "for", "of", "over", "on", "于", "在"}
    # What they bring in over all years: in belongs to the verb.
    skipped = 1 if words[at] in leads and words[at : at + 2] != ["in", "over"] else 0
    span = read_time(words[at + skipped :], lexicon.clock)
    if span is not None and not _is_grain(words, at) and not (skipped == 0 and words[at] == "may" and span.length == 1):
        yield Piece(at, span.length + skipped, "time", 0.8 - 0.01 * span.length, span=span)
    for lead in IN_ONE_KEYS:
        grain = GRAINS.get(words[at + len(lead)]) if at + len(lead) < len(words) else None
        if grain and tuple(words[at : at + len(lead)]) == lead:
            yield Piece(at, len(lead) + 1, "grain", 0.8, word=grain)
    for phrase, days in WEEKDAY_PHRASES.items():
        if tuple(words[at : at + len(phrase)]) == phrase:
            yield Piece(at, len(phrase), "weekday", 0.9 - 0.02 * len(phrase), word=days)
    if words[at] == "date" and words[max(at - 1, 0)] in {"by", "per", "each"}:
        # Quotas by date: no date in particular, and no name that has the word in it.
        yield Piece(at, 1, "grain", 0.9, word="day")
    for length in (2, 1):
        word = "".join(words[at : at + length])
        if word in GRAINS and len(words) >= at + length:
            yield Piece(at, length, "grain", 0.97, word=GRAINS[word])


def _phrases(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Piece]:
    for length in range(1, min(lexicon.longest, len(words) - at) + 1):
        key = key_of(joined(list(words[at : at + length])))
        meanings = lexicon.phrases.get(key)
        if (
            meanings
            and words[at : at + length] != ["on", "sales"]
            and not _is_deed_on(words, at + length, meanings, lexicon)
            and not (words[at] == "of" and length > 1 and not PART_WORDS & set(words[max(at - 4, 0) : at]))
            and not _is_member_rather(words, at, key, lexicon)
        ):
            # Days are seldom asked for by the name of their column: pieces received on ... are rather pieces received.
            cost = 0.99 if all(_is_of_days(each, lexicon) for each in meanings) else 0.92
            said = joined(list(words[at : at + length]))
            yield Piece(at, length, "phrase", cost, meanings=tuple(meanings), word=said)
        elif key in lexicon.hidden:
            yield Piece(at, length, "hidden", 0.93, word=joined(list(words[at : at + length])))


def _is_deed_on(words: Sequence[str], end: int, meanings: Sequence[Meaning], lexicon: Lexicon) -> bool:
    """Whether the name of a day is rather a deed: pieces ordered on work orders."""
    if words[end - 1 : end] != ["on"] or not all(_is_of_days(each, lexicon) for each in meanings):
        return False
    if words[end : end + 1] and words[end] in THEM:
        return True
    while words[end : end + 1] and words[end] in BEFORE_DOCUMENTS:
        end += 1
    return any(
        each.kind == "metric"
        for length in (1, 2, 3)
        for each in lexicon.phrases.get(key_of(joined(list(words[end : end + length]))), ())
    )


def _is_of_days(meaning: Meaning, lexicon: Lexicon) -> bool:
    return meaning.kind == "dimension" and lexicon.dimensions[meaning.name]["type"] == "date"


def _is_member_rather(words: Sequence[str], at: int, key: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a dimension's synonym is rather the name of a member: online; but not in which stores, by bank."""
    meanings = lexicon.phrases.get(key, ())
    behind = lexicon.phrases.get(key_of(words[at + 1]), ()) if at + 1 < len(words) else ()
    if KIND_OF_ITEMS & {each.name for each in behind}:
        # Which component subcategory: those of the components.
        return any(each.dimension in KIND_OF_ITEMS for each in lexicon.members.by_name.get(key, ()))
    if not lexicon.members.by_name.get(key) or any(e.kind == "metric" or e.weight >= NAME_WEIGHT for e in meanings):
        return False
    before = words[at - 1] if at else ""
    following = lexicon.phrases.get(key_of(words[at + 1]), ()) if at + 1 < len(words) else ()
    is_figure = any(each.kind == "metric" for each in following)
    if before != "by" and (is_figure or any(each.name in SOMEBODY for each in following)):
        # How many online orders: the adjective of a figure is a member.
        return True
    if _is_listed(words, at, key, lexicon):
        return True
    if is_figure and not _names_figure(words[: at - 1], lexicon):
        # Cities ranked by online revenue: the figure that they are ranked by, of one channel.
        return True
    return before not in _ASKING and number_of(before) is None


def _is_listed(words: Sequence[str], at: int, key: tuple[str, ...], lexicon: Lexicon) -> bool:
    """Whether a word stands in a list with another member of its kind: by online and store."""
    kinds = {each.dimension for each in lexicon.members.by_name.get(key, ())}
    beside = [words[at + 2 : at + 3]] if words[at + 1 : at + 2] in _LISTING else []
    beside += [words[max(at - 2, 0) : at - 1]] if at > 1 and words[at - 1 : at] in _LISTING else []
    named = [lexicon.members.by_name.get(key_of(each[0]), ()) for each in beside if each]
    return any(kinds & {each.dimension for each in members} for members in named)


def _names_figure(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether any of the words, alone or with the next, names a figure."""
    return any(
        each.kind == "metric"
        for at in range(len(words))
        for length in (1, 2)
        for each in lexicon.phrases.get(key_of(joined(list(words[at : at + length]))), ())
    )


def _announced(words: Sequence[str], at: int, members: Sequence[Member], lexicon: Lexicon) -> tuple[Member, ...]:
    """The members whose dimension the words before a name tell: country IT, a credit rating of 5."""
    end = at
    while end and words[end - 1] in BEFORE_NAMES:
        end -= 1
    before = (words[end - length : end] for length in (1, 2, 3, 4, 5) if end >= length)
    named = {each.name for said in before for each in _dimensions(said, lexicon)}
    return tuple(each for each in members if {each.dimension, each.dimension.removesuffix("_code")} & named)


def _dimensions(words: Sequence[str], lexicon: Lexicon) -> Iterator[Meaning]:
    """The dimensions that words name."""
    return (each for each in lexicon.phrases.get(key_of(joined(list(words))), ()) if each.kind == "dimension")


def _announced_behind(
    words: Sequence[str], end: int, members: Sequence[Member], lexicon: Lexicon
) -> tuple[Member, ...]:
    """The members whose dimension the words behind a name tell: Price as a sales reason."""
    if words[end : end + 1] != ["as"]:
        return ()
    at = end + 2 if words[end + 1 : end + 2] in (["a"], ["an"], ["the"], ["their"]) else end + 1
    named = {each.name for length in (1, 2, 3) for each in _dimensions(words[at : at + length], lexicon)}
    return tuple(member for member in members if member.dimension in named)


def _is_announced(words: Sequence[str], at: int, members: Sequence[Member], lexicon: Lexicon) -> bool:
    return bool(_announced(words, at, members, lexicon))


def _told_apart(found: Sequence[Member], words: Sequence[str]) -> Sequence[Member]:
    """The members that a name may mean: facts of customers only where the question speaks of such facts."""
    return [each for each in found if each.dimension not in FACTS or FACTS[each.dimension] & set(words)]


def _members(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Piece]:
    members = lexicon.members
    for length in range(1, min(members.longest, len(words) - at) + 1):
        said = words[at : at + length]
        found = _told_apart(members.by_name.get(key_of(joined(list(said))), ()), words)
        behind = _announced_behind(words, at + length, found, lexicon) if found else ()
        found = behind or found
        is_announced = bool(behind) or (bool(found) and _is_announced(words, at, found or (), lexicon))
        is_bare = all(word.isdecimal() or (len(word) == 1 and word.isascii()) for word in said)
        if found and is_bare and is_announced:
            # A number or a letter is a name only behind what it is the name of: size 44, a credit rating of 5, class A.
            known = _announced(words, at, found, lexicon)
            yield Piece(at, length, "member", 0.68, members=known, word=joined(list(said)))
        elif found and tuple(said) == ("single",) and PERSONS & set(words[at + 1 : at + 2]):
            yield Piece(at, length, "member", 0.8, members=tuple(found), word="single")
        elif found and not is_bare:
            is_amount = at > 0 and words[at - 1].isdecimal()
            is_rate = RATE_WORDS & set(words) and any(each.dimension.startswith("rate_") for each in found)
            if is_rate and is_amount:
                # An hourly rate above 50 dollars: what the amount is in.
                continue
            is_rate = is_rate or (
                words[at - 1 : at] == ["in"] and any(c.dimension == "payment_currency" for c in found)
            )
            cost = 0.7 if is_rate else 0.85 if is_announced else 1.0 if length > 1 else 1.1
            if is_announced and BOUNDING & set(said):
                # An income greater than 100000, where that is the name of a band.
                cost = 0.6
            if all(each.dimension.startswith("account") for each in found) and not LEDGER & set(words):
                # Freight charged to customers is an account of the ledger only where one speaks of accounts.
                cost += length
            yield Piece(at, length, "member", cost, members=tuple(found), word=joined(list(said)))
    yield from _kinds_and_documents(words, at, lexicon)


def _kinds_and_documents(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Piece]:
    """A word for several categories, and a document by its number."""
    word, members = words[at], lexicon.members
    if word.isdecimal() and (documents := _numbered(words, at, lexicon)):
        yield Piece(at, 1, "member", 0.75, members=documents, word=word)
    kinds = members.by_kind.get(singular(word), ())
    if kinds and word.endswith("s"):
        yield Piece(at, 1, "member", 1.2, members=kinds, word=word)
    if any(each.isdigit() for each in word) and len(word) >= DOCUMENT_CHARACTERS_MIN:
        documents = members.document(word)
        if documents:
            yield Piece(at, 1, "member", 0.9, members=documents, word=word)


def _numbered(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[Member, ...]:
    """The documents that have a number, where right before it is said what they are: work order 1000."""
    end = at
    while end and words[end - 1] in NUMBER_WORDS:
        end -= 1
    for said, (metric, lead) in NUMBERED_AS.items():
        if tuple(words[end - len(said) : end]) == said and end >= len(said) and metric in lexicon.metrics:
            return lexicon.members.numbered(metric, (f"{lead}{words[at]}", f"{lead}-{words[at]}"))
    return ()
