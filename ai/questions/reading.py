"""One question read from left to right: what each word was taken for, and which word nobody could place."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from ai.questions.dialect import COUNTED, LEAST_OF_VERBS, Operator
from ai.questions.lexicon import NAME_WEIGHT, Lexicon, Meaning
from ai.questions.members import Member
from ai.questions.phrasebook import TERM_WEIGHT
from ai.questions.pieces import Piece, best_pieces
from ai.questions.places import (
    LEFT_OUT,
    is_any,
    is_described,
    is_done_by,
    is_left_out,
    is_left_out_behind,
    is_loose,
    is_missing,
    is_most,
    is_negated,
    is_number_of,
    is_of_all,
    is_ranking,
    is_told,
    is_which,
    leaves_out,
    narrows,
    operator_before,
)
from ai.questions.said import LOOSE, PARTIES, Limit, Mention, Named, Reading, Said
from ai.questions.settling import settle
from ai.questions.times import number_of
from ai.questions.words import key_of, words_of

MEASURES = frozenset("个家名位款种类项")
LISTS = frozenset({"list", "show", "name", "give", "tell", "display", "列出"})
OVERALL = frozenset(
    ("location", "warehouse", "region", "channel", "company", "unit", "shift", "offer", "ship_method")
) | {"purchase_status", "order_state"}
KINDS = ("item_category", "customer_category")
"""Whose names stand for what is of that kind: bikes, private customers."""
DOERS = frozenset({"salesperson"})
"""Who may be said as those who did something, all of them together."""
SHORT = 5
"""A dimension's synonym of so few letters is often said for itself: the tax, a bank."""


def words_of_list(reading: Reading) -> bool:
    """Whether a list is asked for: name all territories."""
    return bool(LISTS & set(reading.words[:3]))


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
        settle(reading, self.lexicon)
        return reading

    def _take(self, pieces: Sequence[Piece], at: int, piece: Piece, reading: Reading) -> None:
        if piece.kind == "phrase":
            if not self._repeats(piece, reading):
                self._phrase(pieces, at, piece, reading)
        elif piece.kind == "member":
            self._member(pieces, at, piece, reading)
        elif piece.kind == "operator" and piece.operator:
            self._operator(pieces, at, piece, reading)
        elif piece.kind == "number":
            self._number(pieces, at, piece, reading)
        elif piece.kind == "limit" and piece.operator and piece.number is not None:
            self._limit(piece.operator, piece.number, piece, reading)
        elif piece.kind == "weekday":
            reading.weekdays += piece.word.split()
            reading.by_weekday = reading.by_weekday or not piece.word
        elif piece.kind == "time" and piece.span:
            reading.times.append(piece.span)
            reading.starts.append(piece.start)
        else:
            self._grain(pieces, at, piece, reading)
            self._word(piece, reading)

    @staticmethod
    def _limit(operator: Operator, number: Decimal, piece: Piece, reading: Reading) -> None:
        """A bound, with what its words say of its kind: so many times, so many years old."""
        reading.limits.append(Limit(operator, number, piece.start, piece.end))
        if piece.upper is not None:
            reading.limits.append(Limit("at_most", piece.upper, piece.start, piece.end))
        reading.has_times = reading.has_times or piece.word == "times"
        if piece.word == "age":
            reading.operators.append("age")
            reading.said.append(Said("age", " ".join(reading.words[piece.start : piece.end]), piece.start))

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
        before = self._before(pieces, at, dimensions)
        if (
            dimensions
            and not metrics
            and is_number_of(pieces, at)
            and (reading.grouped or reading.counted or reading.metrics)
        ):
            reading.partner, reading.top = dimensions[0].name, None
            return
        is_group = before == "by" or is_which(pieces, at)
        if metrics and metrics[0].weight == TERM_WEIGHT and at and pieces[at - 1].word == "what" and before != "by":
            # What tax, what freight did we charge: how much of it.
            is_group = False
        reading.spots |= {each.name: piece.start for each in dimensions[:1]}
        counted = self._counted(piece) if self._is_counted(pieces, at, before, reading) else ()
        if counted:
            reading.metrics.append(Mention(counted, piece.word, piece.start, is_counted=before == "count"))
        elif dimensions and (is_group or not metrics):
            dimensions = [self._house(piece, dimensions[0]), *dimensions[1:]]
            # Ordered from vendors in each year: whom it is from is said, not asked.
            is_source = at > 0 and pieces[at - 1].word.rpartition(" ")[2] == "from"
            loose = (is_loose(pieces, at) or is_source) and not (is_any(pieces, at) and is_described(pieces, at))
            if (
                (dimensions[0].name in OVERALL or dimensions[0].name.startswith("item_") or reading.dimensions)
                and at > 1
                and is_of_all(pieces, at)
                and not (is_group or words_of_list(reading))
            ):
                # Stock of an item, all locations: the figure over all of them; but list all locations.
                before = "over_all"
            if is_missing(pieces, at) and dimensions[0].name in self.lexicon.members.held:
                kept = reading.present if is_left_out(pieces, at) else reading.missing
                kept.append(dimensions[0].name)
                reading.idle = [word for word in reading.idle if word not in LEFT_OUT]
                if reading.idle:
                    reading.idle.pop()
                reading.operators = [each for each in reading.operators if each != "not"]
            elif (
                is_any(pieces, at)
                and dimensions[0].name in LOOSE
                and not reading.has("average")
                and not is_described(pieces, at)
            ):
                reading.parties.append(dimensions[0].name)
            else:
                self._dimension(piece, dimensions[0], before, reading, is_group=is_group, is_loose=loose)
            self._category(piece, dimensions[0], reading)
        elif metrics and not self._names_document(pieces, at, metrics):
            is_counted = before == "count" or piece.word.startswith(("how many ", "number of "))
            mention = Mention(metrics, piece.word, piece.start, is_counted, is_which(pieces, at))
            reading.metrics.append(mention)

    @staticmethod
    def _before(pieces: Sequence[Piece], at: int, dimensions: Sequence[Meaning]) -> str | None:
        """The operator that governs a phrase."""
        before = operator_before(pieces, at)
        if before is None and at and pieces[at - 1].kind == "member" and operator_before(pieces, at - 1) == "count":
            # How many yellow products.
            return "count"
        if before == "by" and dimensions and dimensions[0].name in LOOSE | DOERS and is_done_by(pieces, at):
            # Orders placed by stores: who did it is said, and nothing is told by them.
            return "over_all"
        return before

    @staticmethod
    def _repeats(piece: Piece, reading: Reading) -> bool:
        """Whether a word is only the end of a figure's name said again: most vacation hours, with the hours."""
        is_name = all(each.kind == "dimension" for each in piece.meanings)
        return is_name and any(
            words_of(each.word)[1:] and words_of(each.word)[-1:] == [piece.word] for each in reading.metrics
        )

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
        is_weak = is_weak and piece.word.isascii()
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
        if before == "count" and not meaning.name.startswith("is_"):
            # How many late receipts: yes and no are not counted.
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
        is_behind = at + 1 < len(pieces) and is_left_out_behind(pieces, at + 1)
        excluded = is_behind or is_negated(pieces, at) or self._is_listed_after_exclusion(previous, reading)
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
        if operator in {"top", "bottom"} and is_told(pieces, at):
            # The best credit rating, 1: which it is stands behind it.
            return
        if is_left_out_behind(pieces, at):
            # The member before it already knows.
            reading.operators.append("not")
            return
        if operator in {"top", "bottom"}:
            reading.is_descending = operator == "top"
            reading.place = int(piece.number) if piece.number else reading.place
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
        if after is not None and after.operator == "filler" and is_ranking(pieces[at + 2 : at + 3]):
            # The three with the most.
            after = pieces[at + 2]
        if after is not None and after.word in MEASURES and at + 2 < len(pieces) and pieces[at + 2].kind == "phrase":
            # 十个区域: the word between counts them.
            after = pieces[at + 2]
        if before is not None and before.operator in {"top", "bottom"}:
            return
        if after is not None and after.kind == "phrase" and after.word.partition(" ")[0] in {"day", "days"}:
            # Products that take 4 days to make: a bound, no number of products.
            reading.limits.append(Limit("exactly", Decimal(piece.number or 0), piece.start, piece.end))
            return
        is_of_kind = (
            after is not None
            and after.kind == "member"
            and any(each.dimension.startswith(KINDS) for each in after.members)
        )
        is_of_which = before is not None and before.word == "which"
        is_told_of = is_of_which or is_of_kind
        if after is not None and (is_told_of or after.kind in {"phrase", "pieces"} or is_ranking([after])):
            # Which three products; the five largest customers; five private customers.
            reading.top = int(piece.number or 0) or None
            return
        if number_of(piece.word) == 1 and not piece.word.isdecimal():
            return
        reading.numbers.append(piece.word)
