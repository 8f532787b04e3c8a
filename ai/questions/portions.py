"""Parts of each of several wholes: the online share by year, each territory's share of its group."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from ai.questions.keys import GRAINS, filled
from ai.questions.kinship import WITHIN
from ai.questions.members import Member
from ai.questions.plans import Clarify, Decline, Derive, Planned, Stop
from ai.questions.ranking import rows_wanted
from ai.questions.said import Named, Reading
from ai.questions.words import is_chinese, joined
from ai.questions.workings import Asked
from olap.query import MetricQuery

SHARES = frozenset({"share", "shares", "percentage", "percent", "proportion", "portion", "part", "占", "比"})
SUBJECT_OF = frozenset({"was", "were", "is", "are", "did", "does", "do", "had", "has", "have", "came", "placed"})
PLACED_IN = frozenset({"in", "for", "within", "to", "at", "on", "of", "from", "with", "by"})
OWNING = frozenset({"its", "their", "own", "his", "her", "the respective", "respective", "所属", "所在", "各自"})
INSIDE = frozenset({"within", "inside"})
Meant = Literal["each", "all", "either"]
HUNDRED = Decimal(100)


def portions_of(asked: Asked, parts: Sequence[tuple[Named, Member]]) -> Planned | None:
    """The part that members have in each whole; None where it is the part of each in one whole.  Raises: Stop."""
    dimensions = {member.dimension for _, member in parts}
    outer = tuple(name for name in asked.keys if name not in dimensions)
    is_of_kind = any(name in WITHIN.get(key, ()) for key in outer for name in dimensions)
    if is_of_kind and (asked.reading.is_descending is not None or asked.reading.top):
        # The share of the ten biggest stores: stores are who is ranked, and no part of each of them.
        return None
    if parts and outer and len(dimensions) == 1:
        meant = _meant(parts[0][0], asked)
        if meant == "either":
            raise Stop(_either(asked, parts[0][0]))
        return _planned(asked, outer, parts) if meant == "each" else None
    inner = _inner(asked) if not parts and len(asked.keys) > 1 else None
    return _planned(asked, tuple(name for name in asked.keys if name != inner), (), inner) if inner else None


def _meant(named: Named, asked: Asked) -> Meant:
    """Whether a name is the part in each whole, online of each year's sales, or what the whole is of."""
    reading, end = asked.reading, named.start + named.length
    before, behind = (reading.words[max(named.start - 1, 0) : named.start], reading.words[end : end + 1])
    if named.is_part or SHARES & {*behind} or SUBJECT_OF & {*before}:
        return "each"
    if is_share_of(named, reading) and behind == ["in"] and not (end + 1 in reading.starts or end in reading.starts):
        return "each"
    splits = [each.start for each in reading.said if each.operator == "split"]
    if any(_is_owner(name, asked) for name in asked.keys) or splits:
        # What share of online sales came from each territory: a part of all that was sold online.
        return "all"
    figures = [each.start for each in reading.metrics]
    if is_chinese(joined(reading.words)):
        return "each" if "占" in reading.words[end : end + 4] else "either"
    if PLACED_IN & {*before}:
        return "either" if before == ["of"] and not (figures and min(figures) < named.start) else "all"
    return "each" if figures and min(figures) < named.start else "either"


def is_share_of(named: Named, reading: Reading) -> bool:
    """Whether a name stands right behind the share of: the share of mountain bikes in bike revenue."""
    before = [word for word in reading.words[: named.start] if word not in {"the", "our"}][-2:]
    return len(before) == 2 and before[1] == "of" and before[0] in SHARES  # noqa: PLR2004  # share, of


def _is_owner(name: str, asked: Asked) -> bool:
    """Whether shares are those of each of a kind: the share of each territory, which territory's share."""
    words, at = asked.reading.words, asked.reading.spots.get(name)
    if at is None:
        return False
    phrase = " ".join(words[max(at - 2, 0) : at])
    follows = set(words[at + 1 : at + 3]) & SHARES
    return phrase in {"of each", "of every", "did each", "does each", "do each", "has each"} or bool(follows)


def _either(asked: Asked, named: Named) -> Clarify:
    """Both that may be meant, in words that have one meaning."""
    label = str(asked.lexicon.metrics[asked.metrics[0]]["label"])
    key = asked.keys[-1].replace("_", " ")
    each = f"what share of {label} was {named.word} by {key}"
    every = f"what share of {named.word} {label} came from each {key}"
    return Clarify("several_meanings", "share", (each, every))


def _inner(asked: Asked) -> str | None:
    """Of two that shares are told by the one that is a part of the other.  Raises: Stop where either may be."""
    keys = asked.keys
    periods = [name for name in keys if name in GRAINS]
    if len(keys) != 2 or len(periods) > 1:  # noqa: PLR2004  # a whole and its parts
        raise Stop(Decline("average_of_each"))
    if periods:
        return next(name for name in keys if name not in periods)
    owned = [name for name in keys if _is_whole(name, asked.reading)]
    if len(owned) == 1:
        return next(name for name in keys if name not in owned)
    inside = [name for name in keys if WITHIN.get(name) and {*WITHIN[name]} & {*keys}]
    if len(inside) == 1:
        return inside[0]
    names = [name.replace("_", " ") for name in keys]
    label = str(asked.lexicon.metrics[asked.metrics[0]]["label"])
    choices = tuple(f"share of each {one} within its {other} of {label}" for one, other in (names, names[::-1]))
    raise Stop(Clarify("several_meanings", "share", choices))


def _is_whole(name: str, reading: Reading) -> bool:
    """Whether a kind is named as the whole: of its category, within each group."""
    at = reading.spots.get(name, 0)
    before = reading.words[max(at - 2, 0) : at]
    return bool({*before[-1:]} & OWNING or {*before} & INSIDE or "".join(before) in OWNING)


def _planned(
    asked: Asked, outer: tuple[str, ...], parts: Sequence[tuple[Named, Member]], inner: str | None = None
) -> Planned:
    reading, metric, time = asked.reading, asked.metrics[0], asked.days.time
    dimension = inner or parts[0][1].dimension
    kept = tuple(each for each in asked.where if not parts or each.field != dimension)
    kept = (*kept, *(each for each in filled(outer) if each not in kept))
    percent = reading.has("percent", "share")
    bounds = tuple((each.operator, each.number / (HUNDRED if percent else 1)) for each in reading.limits)
    is_ranked = reading.is_descending is not None
    how = Derive(
        "within",
        metric,
        dimension,
        tuple(member.value for _, member in parts),
        bounds,
        order=reading.is_descending if is_ranked else None,
        limit=rows_wanted(reading, outer) if is_ranked else None,
    )
    query = MetricQuery((metric,), (*outer, dimension), kept, time)
    return Planned(query, how, without=MetricQuery((metric,), outer, kept, time))
