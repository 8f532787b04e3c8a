"""What a word is by where it stands among the others: asked for, left out, alone, the most of something."""

from __future__ import annotations

from collections.abc import Sequence

from ai.questions.pieces import Piece


def operator_before(pieces: Sequence[Piece], at: int) -> str | None:
    """The operator that governs a place, seen past words that carry nothing."""
    is_of_pieces = False
    for piece in reversed(pieces[:at]):
        is_of_pieces = is_of_pieces or piece.kind == "pieces"
        if piece.operator and piece.operator != "filler":
            # How many units did we ship to customers counts units.
            return None if piece.operator == "count" and is_of_pieces else piece.operator
        if piece.kind not in {"operator", "number", "pieces"} or piece.word in {"of", "in", "for", "from"}:
            return None
    return None


def _is_passed_over(piece: Piece) -> bool:
    """Whether a piece may stand between an exclusion and what it leaves out: not from the region."""
    is_kind = piece.kind == "phrase" and any(each.kind == "dimension" for each in piece.meanings)
    return is_kind or piece.operator in {"filler", "split", "by"}


NONE = frozenset({"no", "without", "don't", "not", "没 有", "没", "无", "未", "没 有 任 何"})
"""Words before an attribute that is not there."""
LEFT_OUT = frozenset({"leave out", "leave aside", "exclude", "ignore", "skip", "leaving out", "excluding", "ignoring"})


def is_left_out(pieces: Sequence[Piece], at: int) -> bool:
    """Whether those without an attribute are what is left out."""
    return any(piece.word in LEFT_OUT for piece in pieces[max(at - 6, 0) : at])


def is_told(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the name of an attribute and which it is follow: the best credit rating 1."""
    following = pieces[at + 1 : at + 3]
    if len(following) < 2 or following[0].kind != "phrase" or following[1].kind != "member":  # noqa: PLR2004
        return False
    named = {each.name for each in following[0].meanings if each.kind == "dimension"}
    return bool(named & {each.dimension for each in following[1].members})


def is_of_all(pieces: Sequence[Piece], at: int) -> bool:
    """Whether all of a kind are said, or this kind beside another: all sizes and colours."""
    if pieces[at - 1].word == "all":
        return True
    is_beside = pieces[at - 1].word in {"and", "or"} and at > 2 and pieces[at - 2].kind == "phrase"  # noqa: PLR2004
    return is_beside and pieces[at - 3].word == "all"


DONE_BY = frozenset(
    {"placed", "was placed", "were placed", "made", "given", "bought", "purchased", "ordered", "taken", "came"}
    | {"take", "took", "handled", "written", "brought in", "closed", "done"}
)


def is_done_by(pieces: Sequence[Piece], at: int) -> bool:
    """Whether several are named as those who did something: orders placed by stores, what was bought by customers."""
    by = at - 1
    while by > 0 and pieces[by].word in {"our", "the", "all", "all our", "a", "an", "any", "any of our", "one of our"}:
        by -= 1
    before = pieces[by - 1] if by > 0 and pieces[by].word == "by" else None
    is_several = by < at - 1 or pieces[at].word.endswith(("s", "staff", "team", "people", "force"))
    is_deed = before is not None and (before.kind == "verb" or before.word in DONE_BY)
    return is_deed and (is_several or pieces[at].word.partition(" ")[0] in {"the", "our"})


def is_number_of(pieces: Sequence[Piece], at: int) -> bool:
    """Whether so many of something, or all of them by their number, are had: in more than two places, on all three."""
    before = [piece for piece in pieces[max(at - 3, 0) : at] if piece.word not in {"different", "distinct", "separate"}]
    if before and before[-1].kind == "limit":
        return True
    is_all = len(before) > 1 and before[-1].kind == "number" and before[-2].word.rpartition(" ")[2] in {"all", "both"}
    return is_all or (bool(before) and before[-1].word in {"both", "all of the", "every one of the"})


def is_negated(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a member is what a word such as not or except leaves out."""
    for piece in reversed(pieces[:at]):
        if piece.operator == "not":
            # Never online is what nobody did, and no condition on what they did.
            return piece.word != "never"
        if not _is_passed_over(piece):
            return False
    return False


BEHIND = frozenset({"以 外", "之 外", "以 外 的", "之 外 的", "除 外"})
"""Words behind a name that leave it out, alone or with one before it: 除了自行车以外."""


def is_left_out_behind(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word leaves out the member right before it."""
    return pieces[at].word in BEHIND and bool(at) and pieces[at - 1].kind == "member"


def leaves_out(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word such as not or except stands before a member."""
    following = next((piece for piece in pieces[at + 1 :] if not _is_passed_over(piece)), None)
    return following is not None and following.kind == "member" and pieces[at].word != "never"


BUYING = frozenset({"bought", "buy", "buys", "ordered", "order", "purchased", "purchase", "sold", "sell", "sells"})


def narrows(pieces: Sequence[Piece], at: int) -> bool:
    """Whether only stands before a member or days, and not for something that nobody else did: bought only bikes."""
    before = pieces[at - 1] if at else None
    following = next((piece for piece in pieces[at + 1 :] if not _is_passed_over(piece)), None)
    is_exclusive = before is not None and (before.kind == "verb" or before.word.rpartition(" ")[2] in BUYING)
    return following is not None and following.kind in {"member", "time"} and not is_exclusive


def is_which(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a name is what is asked for: which products, what region, 哪个客户."""
    for piece in reversed(pieces[:at]):
        if (
            piece.kind in {"number", "member", "verb"}
            or piece.word in {"个", "的"}
            or (piece.operator in {"top", "bottom"})
        ):
            continue
        return any(
            word in {"which", "what", "whose", "哪", "哪个", "哪些"} for word in piece.word.split() or [piece.word]
        )
    return False


def is_loose(pieces: Sequence[Piece], at: int) -> bool:
    """Whether a word comes after one that only orders or fills, or after an adjective: of online customers."""
    before = next((piece for piece in reversed(pieces[:at]) if piece.kind != "member"), None)
    return before is not None and before.kind == "operator"


def is_missing(pieces: Sequence[Piece], at: int) -> bool:
    """Whether an attribute is what something does not have: products with no colour, without a size."""
    before = [piece for piece in pieces[max(at - 2, 0) : at] if piece.word not in {"a", "an", "any", "given", "stated"}]
    return bool(before) and before[-1].operator == "not" and before[-1].word in NONE


def is_any(pieces: Sequence[Piece], at: int) -> bool:
    """Whether nobody in particular is meant: an order of an online customer."""
    before = next((piece for piece in reversed(pieces[:at]) if piece.kind != "member"), None)
    return before is not None and before.word.rpartition(" ")[2] in {"a", "an", "any"}


def is_described(pieces: Sequence[Piece], at: int) -> bool:
    """Whether words behind a name tell which of them are meant: any vendors whose lead time is over 60 days."""
    following = pieces[at + 1].word.partition(" ")[0] if at + 1 < len(pieces) else ""
    return following in {"whose", "that", "who", "which"}


def is_ranking(pieces: Sequence[Piece]) -> bool:
    """Whether the first of what follows asks for the first or the last of something."""
    return bool(pieces) and pieces[0].operator in {"top", "bottom", "latest", "earliest"}


def is_most(pieces: Sequence[Piece], at: int) -> bool:
    """Whether the most or the fewest of something are asked for."""
    before = pieces[at - 1] if at else None
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    if after is not None and after.word.replace(" ", "") in {"最多", "最少"}:
        return True
    return before is not None and before.word in {"most", "the most", "fewest", "least", "the least"}
