"""One question read from left to right: what each word was taken for, and which word nobody could place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from ai.questions.dialect import COUNTED, LEAST_OF_VERBS, PIECES, Operator
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.pieces import Piece, best_pieces
from ai.questions.places import is_loose, is_most, is_negated, is_which, leaves_out, narrows, operator_before
from ai.questions.times import Span, number_of
from ai.questions.words import joined, key_of, words_of

PARTIES = frozenset({"customer", "supplier"})
LOOSE = PARTIES | {"customer_account"}
"""Who may be said without being told one by one."""
MADE_OF = frozenset({"made of", "consists of", "consist of"})
USED_IN = frozenset({"goes into", "go into", "used in"})
"""Ways to ask for the components of a product, and for the products of a component."""
ASSEMBLIES = frozenset({"assembly", "assemblies", "product", "products"})
OVERALL = frozenset({"location", "warehouse", "region", "channel", "company", "unit", "shift"})
DIRECTLY = frozenset({"direct", "directly", "used", "uses", "assembly", "assemblies", "immediate"})
FIRST = ("channel", "purchase_status", "shift")
"""Dimensions that go before others with members of the same name."""
SHORT = 5
"""A dimension's synonym of so few letters is often said for itself: the tax, a bank."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A figure that the question names, with all it may mean."""

    meanings: tuple[Meaning, ...]
    word: str
    start: int
    is_counted: bool = False
    is_asked: bool = False
    """Which of them is asked, and not how many."""


@dataclass(frozen=True, slots=True)
class Named:
    """A member that the question names, with all it may be."""

    candidates: tuple[Member, ...]
    word: str
    start: int
    length: int
    is_excluded: bool = False
    is_part: bool = False
    """Named as the part of a whole: ... of sales came from it."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure's bound."""

    operator: Operator
    number: Decimal


@dataclass(frozen=True, slots=True)
class Said:
    """An operator where it stands."""

    operator: Operator
    word: str
    start: int


@dataclass(slots=True)
class Reading:
    """What a question says."""

    words: list[str] = field(default_factory=list)
    metrics: list[Mention] = field(default_factory=list)
    dimensions: list[str] = field(default_factory=list)
    grouped: list[str] = field(default_factory=list)
    """Those of the dimensions that stand after by or which."""
    members: list[Named] = field(default_factory=list)
    times: list[Span] = field(default_factory=list)
    grains: list[str] = field(default_factory=list)
    each: list[str] = field(default_factory=list)
    """Dimensions and grains right after by, per or each: one row or one ranking for each of them."""
    starts: list[int] = field(default_factory=list)
    """Where each of the times stands."""
    limits: list[Limit] = field(default_factory=list)
    operators: list[Operator] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    """The operators with the words that say them, for who has to account for each."""
    parties: list[str] = field(default_factory=list)
    """Customers and suppliers who are said for what they do, not for being told one by one."""
    idle: list[str] = field(default_factory=list)
    """Words that are known and do nothing where they stand: not before what cannot be left out."""
    verbs: list[str] = field(default_factory=list)
    counted: str | None = None
    """The dimension after how many."""
    top: int | None = None
    is_descending: bool | None = None
    has_pieces: bool = False
    has_times: bool = False
    """A bound says how many times: ordered more than five times."""
    hidden: list[str] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def is_plain(self) -> bool:
        """Whether nothing so far asks for one row a member."""
        return self.is_descending is None and self.top is None and not self.operators and not self.limits

    def has(self, *operators: Operator) -> bool:
        """Whether any of the operators was said."""
        return any(each in self.operators for each in operators)


class Reader:
    """Reads the cheapest way through a question's words."""

    def __init__(self, lexicon: Lexicon) -> None:
        """One reader a lexicon; it keeps nothing between questions."""
        self.lexicon = lexicon

    def read(self, question: str) -> Reading:
        """Everything the question says; words that mean nothing here are in `unplaced`."""
        words = words_of(question)
        reading = Reading(words=words)
        pieces = best_pieces(words, self.lexicon)
        for at, piece in enumerate(pieces):
            self._take(pieces, at, piece, reading)
        _settle(reading, self.lexicon)
        return reading

    def _take(self, pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        if piece.kind == "phrase":
            self._phrase(pieces, at, piece, reading)
        elif piece.kind == "member":
            self._member(pieces, at, piece, reading)
        elif piece.kind == "operator" and piece.operator:
            self._operator(pieces, at, piece, reading)
        elif piece.kind == "number":
            self._number(pieces, at, piece, reading)
        elif piece.kind == "limit" and piece.operator and piece.number is not None:
            reading.limits.append(Limit(piece.operator, piece.number))
            if piece.upper is not None:
                reading.limits.append(Limit("at_most", piece.upper))
            reading.has_times = reading.has_times or piece.word == "times"
        elif piece.kind == "time" and piece.span:
            reading.times.append(piece.span)
            reading.starts.append(piece.start)
        else:
            self._grain(pieces, at, piece, reading)
            self._word(piece, reading)

    @staticmethod
    def _grain(pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        """A grain that is counted, how many months; or for each of which something is told."""
        before = operator_before(pieces, at) if piece.kind == "grain" else None
        if before == "by":
            reading.each.append(piece.word)
        elif before == "count" and reading.counted is None:
            reading.counted = piece.word

    @staticmethod
    def _word(piece: Piece, reading: Reading) -> None:
        """Pieces that are kept as the words they are."""
        kept = {"grain": reading.grains, "verb": reading.verbs, "hidden": reading.hidden, "unknown": reading.unplaced}
        if piece.kind in kept:
            kept[piece.kind].append(piece.word)
        reading.has_pieces = reading.has_pieces or piece.kind == "pieces" or piece.word in LEAST_OF_VERBS

    def _phrase(self, pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        metrics = tuple(each for each in piece.meanings if each.kind == "metric")
        dimensions = [each for each in piece.meanings if each.kind == "dimension"]
        before = operator_before(pieces, at)
        is_group = before == "by" or is_which(pieces, at)
        counted = self._counted(piece) if self._is_counted(pieces, at, before, reading) else ()
        if counted:
            reading.metrics.append(Mention(counted, piece.word, piece.start, is_counted=before == "count"))
        elif dimensions and (is_group or not metrics):
            dimensions = [self._house(piece, dimensions[0]), *dimensions[1:]]
            # Ordered from vendors in each year: whom it is from is said, not asked.
            is_source = at > 0 and pieces[at - 1].word.rpartition(" ")[2] == "from"
            loose = is_loose(pieces, at) or is_source
            if dimensions[0].name in OVERALL and at > 1 and pieces[at - 1].word == "all" and not is_group:
                # Stock of an item, all locations: the figure over all of them.
                before = "over_all"
            self._dimension(piece, dimensions[0], before, reading, is_group=is_group, is_loose=loose)
            self._category(piece, dimensions[0], reading)
        elif metrics and not self._names_document(pieces, at, metrics):
            is_counted = before == "count" or piece.word.startswith(("how many ", "number of "))
            mention = Mention(metrics, piece.word, piece.start, is_counted, is_which(pieces, at))
            reading.metrics.append(mention)

    def _house(self, piece: Piece, meaning: Meaning) -> Meaning:
        """Stores are told house by house, whatever numbers they buy under."""
        account = self.lexicon.dimensions.get("customer_account")
        if meaning.name != "customer" or account is None or not self._category_called(piece, "customer"):
            return meaning
        return Meaning("dimension", account["name"], account["label"], meaning.weight)

    def _category_called(self, piece: Piece, party: str) -> tuple[Member, ...]:
        named = self.lexicon.members.by_name.get(key_of(piece.word), ())
        return tuple(each for each in named if each.dimension == f"{party}_category")

    def _category(self, piece: Piece, meaning: Meaning, reading: Reading) -> None:
        """Stores may be said for customers, but where there is a category of that name only its customers are meant."""
        party = "customer" if meaning.name == "customer_account" else meaning.name
        if party not in PARTIES:
            return
        found = self._category_called(piece, party)
        if found:
            reading.members.append(Named(found, piece.word, piece.start, piece.length))

    @staticmethod
    def _is_counted(pieces: Sequence[Piece], at: int, before: str | None, reading: Reading) -> bool:
        """How many customers; which salesperson has the most customers."""
        is_dimension = all(each.kind == "dimension" for each in pieces[at].meanings)
        return before == "count" or (is_dimension and is_most(pieces, at) and bool(reading.grouped))

    @staticmethod
    def _dimension(
        piece: Piece, meaning: Meaning, before: str | None, reading: Reading, *, is_group: bool, is_loose: bool
    ) -> None:
        if before == "over_all":
            reading.parties.append(meaning.name)
            return
        is_weak = meaning.weight < NAME_WEIGHT and len(piece.word) < SHORT and not piece.word.endswith("s")
        if before is None and is_loose and is_weak and not is_group:
            reading.unplaced.append(piece.word)
            return
        if before is None and is_loose and not is_group and meaning.name in LOOSE and reading.is_plain:
            # What customers owe is one figure; customers by what they owe are many.
            reading.parties.append(meaning.name)
            return
        reading.dimensions.append(meaning.name)
        if before == "by":
            reading.each.append(meaning.name)
        if before == "count":
            reading.counted = meaning.name
        elif is_group:
            reading.grouped.append(meaning.name)

    @staticmethod
    def _names_document(pieces: Sequence[Piece], at: int, metrics: Sequence[Meaning]) -> bool:
        """Order before a number is what the number names, no figure."""
        following = pieces[at + 1] if at + 1 < len(pieces) else None
        is_document = following is not None and any(each.dimension.endswith("_number") for each in following.members)
        return is_document and any(each.name in COUNTED for each in metrics)

    def _counted(self, piece: Piece) -> tuple[Meaning, ...]:
        """The metric that counts what a phrase names: how many customers."""
        spoken = ("number of", "how many")
        said = words_of(piece.word)
        for words in (*([*lead.split(), *said] for lead in spoken), [*said, "数"]):
            found = self.lexicon.metrics_called(words)
            if found:
                return tuple(found)
        counts = [
            each
            for each in piece.meanings
            if each.kind == "metric" and self.lexicon.metrics[each.name]["unit"] in {"count", "quantity"}
        ]
        return tuple(counts)

    def _member(self, pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        previous = pieces[at - 1] if at else None
        excluded = is_negated(pieces, at) or self._is_listed_after_exclusion(previous, reading)
        is_part = reading.has("split")
        reading.members.append(Named(piece.members, piece.word, piece.start, piece.length, excluded, is_part))

    @staticmethod
    def _is_listed_after_exclusion(previous: Piece | None, reading: Reading) -> bool:
        """Except Canada and France: the second is left out as the first is."""
        listed = previous is not None and previous.operator in {"also", "and"}
        return bool(listed and reading.members and reading.members[-1].is_excluded)

    @staticmethod
    def _operator(pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        operator = piece.operator
        if operator in {"top", "bottom"}:
            reading.is_descending = operator == "top"
            following = pieces[at + 1] if at + 1 < len(pieces) else None
            if (
                following
                and following.kind == "number"
                and following.number
                and following.number == int(following.number)
            ):
                reading.top = int(following.number)
        if operator:
            reading.said.append(Said(operator, piece.word, piece.start))
        if (operator == "not" and not leaves_out(pieces, at)) or (operator == "only" and not narrows(pieces, at)):
            reading.idle.append(piece.word)
        if operator == "split" and reading.has("share", "percent"):
            reading.operators.append("split")
        elif operator and operator not in {"filler", "split"}:
            reading.operators.append(operator)

    @staticmethod
    def _number(pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        before = pieces[at - 1] if at else None
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        if before is not None and before.operator in {"top", "bottom"}:
            return
        if after is not None and (after.kind in {"phrase", "pieces"} or after.operator in {"top", "bottom"}):
            # Which three products; the five largest customers.
            reading.top = int(piece.number or 0) or None
            return
        if number_of(piece.word) == 1:
            return
        reading.numbers.append(piece.word)


def _settle(reading: Reading, lexicon: Lexicon) -> None:
    """What only the whole question tells: numbers that stand alone, words that qualify a figure."""
    if (
        reading.has_pieces
        and not reading.metrics
        and not reading.verbs
        and not lexicon.metrics_called(["units", "sold"])
    ):
        reading.unplaced += [word for word in reading.words if word in PIECES]
    _settle_components(reading, lexicon)
    _settle_opposites(reading)
    _qualify(reading, lexicon)
    figures = [each for mention in reading.metrics for each in mention.meanings]
    if any(lexicon.metrics[each.name]["unit"] == "days" for each in figures) and "day" not in reading.each:
        # How many days something took is no figure told day by day.
        reading.grains = [each for each in reading.grains if each != "day"]
    if figures and all(lexicon.metrics[each.name]["type"] == "share" for each in figures):
        reading.unplaced = [word for word in reading.unplaced if word not in {"rate", "ratio"}]
        reading.operators = [each for each in reading.operators if each not in {"share", "percent"}]
    reading.unplaced += reading.numbers


def _settle_opposites(reading: Reading) -> None:
    """Online and non-online sales are told side by side: what is both named and left out is a whole dimension."""
    left_out = {each.candidates for each in reading.members if each.is_excluded}
    for both in [each for each in reading.members if not each.is_excluded and each.candidates in left_out]:
        reading.members = [each for each in reading.members if each.candidates != both.candidates]
        name = next((each.dimension for each in both.candidates if each.dimension in FIRST), None)
        name = name or both.candidates[0].dimension
        reading.dimensions.append(name)
        reading.grouped.append(name)
        reading.operators = [each for each in reading.operators if each not in {"not", "versus"}]
        reading.idle = [each for each in reading.idle if each != "non"]


def _is_of_assemblies(reading: Reading) -> bool:
    """Whether the products are asked for that a component goes into: in how many assemblies is it used?"""
    is_where = reading.has("where") and "used" in reading.unplaced and not reading.metrics
    return is_where or bool(ASSEMBLIES & set(reading.words) and {"used", "uses", "use"} & set(reading.words))


def _settle_components(reading: Reading, lexicon: Lexicon) -> None:
    """What something is made of: its components are told, and it is the product."""
    words = {named.word for named in reading.metrics if named.meanings[0].name == "component_quantity"}
    if _is_of_assemblies(reading) and not words and (found := lexicon.metrics_called(["component", "quantity"])):
        reading.metrics = [Mention(tuple(found), "used in", 0)]
        reading.dimensions = [each for each in reading.dimensions if each != "item"]
        reading.operators = [each for each in reading.operators if each not in {"where", "count"}]
        reading.counted = "item" if "many" in reading.words and ASSEMBLIES & set(reading.words) else None
        words = {"used in"}
    if words or "component" in reading.dimensions:
        # Lines of a bill are its direct components.
        reading.unplaced = [each for each in reading.unplaced if each not in DIRECTLY]
    if not words and "component" not in reading.dimensions:
        return
    told, kept = ("item", "component") if words & USED_IN else ("component", "item")
    if words & (MADE_OF | USED_IN) and told not in reading.dimensions:
        reading.dimensions.append(told)
        reading.grouped.append(told)
    for at, named in enumerate(reading.members):
        meant = tuple(each for each in named.candidates if each.dimension == kept)
        reading.members[at] = replace(named, candidates=meant or named.candidates)


def _qualify(reading: Reading, lexicon: Lexicon) -> None:
    """Rejected said apart from purchase orders: together they name another figure."""
    for word in list(reading.unplaced):
        for at, mention in enumerate(reading.metrics):
            found = next(
                (
                    named
                    for meaning in mention.meanings
                    for label in (meaning.label, mention.word)
                    if (named := lexicon.metrics_called([word, *words_of(label)]))
                ),
                None,
            )
            if found:
                reading.metrics[at] = replace(mention, meanings=tuple(found), word=joined([word, mention.word]))
                reading.unplaced.remove(word)
                break
