"""Members that a question names, as conditions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ai.questions.members import Member, least_specific
from ai.questions.plans import Clarify, Decline, Stop
from ai.questions.said import FIRST, Named, Reading
from ai.questions.words import joined, key_of
from olap.query import Filter

CHOICES_MAX = 6
LINKS = frozenset({"and", "or", "versus", "vs", "against", "to", "with", "和", "与", "及", "或"})
LISTING = LINKS | {"the", "in", "from", "of", "compared", "both", "than", "for"}


def placed_members(reading: Reading, shared: Sequence[str]) -> list[tuple[Named, Member]]:
    """Every member named, with the one dimension it is meant in; all that share the name.  Raises: Stop."""
    return [(named, member) for named in reading.members for member in _ones(named, reading, shared)]


def conditions(placed: Sequence[tuple[Named, Member]]) -> tuple[Filter, ...]:
    """One condition a dimension: any of the members named in it, or none of those excluded."""
    wanted: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
    for named, member in placed:
        values = wanted[member.dimension, named.is_excluded]
        if member.value not in values:
            values.append(member.value)
    return tuple(_condition(dimension, tuple(values), excluded) for (dimension, excluded), values in wanted.items())


def _condition(dimension: str, values: tuple[str, ...], is_excluded: bool) -> Filter:  # noqa: FBT001  # a part of the key
    if len(values) == 1:
        return Filter(dimension, "ne" if is_excluded else "eq", values)
    return Filter(dimension, "not_in" if is_excluded else "in", values)


def _ones(named: Named, reading: Reading, shared: Sequence[str]) -> Sequence[Member]:
    fitting = [member for member in named.candidates if member.dimension in shared]
    if not fitting:
        raise Stop(Decline("not_by_dimension", named.word))
    others = {each.dimension for other in reading.members if other is not named for each in other.candidates}
    if "offer" not in reading.words and "offers" not in reading.words:
        # Whom an offer is for is said of offers only: resellers are customers.
        fitting = [each for each in fitting if each.dimension != "offer_audience"] or fitting
    beside = _dimensions_beside(named, reading, shared)
    if beside & {each.dimension for each in fitting}:
        # Canada and the United States: what stands in one list is of one kind.
        fitting = [each for each in fitting if each.dimension in beside]
    key = key_of(named.word)
    exact = [member for member in fitting if key_of(member.value) == key]
    said = [member for member in fitting if member.dimension in reading.dimensions]
    # Which bike subcategory: bikes are the group whose parts are asked for.
    twins = {(f"{each.dimension}_group", each.value) for each in said}
    in_named = [each for each in fitting if (each.dimension, each.value) in twins] or said
    spelt = [member for member in fitting if member.value.casefold() == named.word]
    candidates = least_specific(in_named or spelt or exact or fitting)
    if len({each.dimension for each in candidates}) > 1:
        # Online against resellers: what stands beside it tells the dimension.
        candidates = [each for each in candidates if each.dimension in others] or candidates
        candidates = [each for each in candidates if each.dimension in FIRST] or candidates
    if len(candidates) == 1 or _share_a_name(candidates, key) or _are_kinds(candidates, key):
        return candidates
    choices = tuple(dict.fromkeys(_reworded(reading, named, each) for each in candidates[:CHOICES_MAX]))
    raise Stop(Clarify("several_members", named.word, choices))


def _dimensions_beside(named: Named, reading: Reading, shared: Sequence[str]) -> set[str]:
    """The dimensions that all members listed with this one may be of; none where it stands alone."""
    beside: set[str] | None = None
    for other in reading.members:
        if other is named or not _is_listed_with(named, other, reading.words):
            continue
        theirs = {each.dimension for each in other.candidates if each.dimension in shared}
        beside = theirs if beside is None else beside & theirs
    return beside or set()


def _is_listed_with(one: Named, other: Named, words: Sequence[str]) -> bool:
    """Whether only words such as and or versus stand between two names."""
    first, second = sorted((one, other), key=lambda each: each.start)
    between = words[first.start + first.length : second.start]
    return bool(between) and set(between) <= LISTING and bool(set(between) & LINKS)


def _are_kinds(members: Sequence[Member], key: tuple[str, ...]) -> bool:
    """Whether a plural names all categories that end so: frames."""
    return len(key) == 1 and all(
        each.dimension == "item_category" and key_of(each.value)[-1:] == key for each in members
    )


def _share_a_name(members: Sequence[Member], key: tuple[str, ...]) -> bool:
    """Whether several records of one name are told apart only by the code behind it."""
    if len({each.dimension for each in members}) != 1:
        return False
    return all(each.value.endswith(")") and key_of(each.value.rpartition(" (")[0]) == key for each in members)


def _reworded(reading: Reading, named: Named, member: Member) -> str:
    words = list(reading.words)
    words[named.start : named.start + named.length] = [f"{member.dimension.replace('_', ' ')} {member.value}"]
    return joined(words)
