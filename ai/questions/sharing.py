"""Parts of a whole: what share some members have in a figure, all but some, or each of them."""

from __future__ import annotations

from ai.questions.kinship import HAPPENED
from ai.questions.members import Member
from ai.questions.plans import Clarify, Decline, Derive, Planned, Stop
from ai.questions.portions import is_share_of, portions_of
from ai.questions.said import Named
from ai.questions.workings import Asked
from olap.query import MetricQuery


def share_of(asked: Asked) -> Planned | None:
    """The part that some members have in a figure, or that each has; None where none is asked for.  Raises: Stop."""
    reading, metric, time = asked.reading, asked.metrics[0], asked.days.time
    is_asked = reading.has("share") or (reading.has("percent") and not asked.days.compare and not reading.limits)
    if not is_asked or asked.days.compare or reading.has("growth", "change"):
        return None
    if metric in HAPPENED and reading.is_descending is not None and not reading.has("share"):
        # The biggest raise in percent is none of the raises' shares.
        raise Stop(Decline("no_share"))
    portions = portions_of(asked, _named(asked))
    if portions is not None:
        return portions
    parts, is_rest = _parts(asked), False
    if not parts and not asked.keys:
        # What share was not sold online: the rest of it is left out of the part, and not of the whole.
        parts, is_rest = _left_out(asked), True
    if not parts and not asked.keys:
        raise Stop(Decline("no_share"))
    if not parts:
        query = MetricQuery((metric,), asked.keys, asked.where, time, totals=True)
        return Planned(query, Derive("share", metric, order=reading.is_descending is not False, limit=reading.top))
    dimension = parts[0].dimension
    kept = tuple(each for each in asked.where if each.field != dimension)
    values = tuple(each.value for each in parts)
    query = MetricQuery((metric,), (dimension,), kept, time, totals=True)
    return Planned(query, Derive("share", metric, dimension, values, is_rest=is_rest))


def _named(asked: Asked) -> list[tuple[Named, Member]]:
    """The members whose part in each of several wholes may be asked for: the last ones named of one dimension."""
    said = [(named, member) for named, member in asked.placed if not named.is_excluded]
    after = [(named, member) for named, member in said if named.is_part]
    after = after or [(named, member) for named, member in said if is_share_of(named, asked.reading)] or said
    last = after[-1][1].dimension if after else None
    return [(named, member) for named, member in after if member.dimension == last]


def _left_out(asked: Asked) -> list[Member]:
    """The members that a share is without, where they are of one dimension."""
    found = [member for named, member in asked.placed if named.is_excluded]
    return found if len({member.dimension for member in found}) == 1 else []


def _parts(asked: Asked) -> list[Member]:
    """The members whose share is asked for: those after came from, or the only ones there are."""
    said = [(named, member) for named, member in asked.placed if not named.is_excluded]
    after = [member for named, member in said if named.is_part]
    dimensions = {member.dimension for member in after} or {member.dimension for _, member in said}
    # Germany's share in European sales: the group is the whole.
    finer = {name for name in dimensions if not (name.endswith("_group") and name.removesuffix("_group") in dimensions)}
    if not after and len(finer) < len(dimensions):
        dimensions, said = finer, [(named, member) for named, member in said if member.dimension in finer]
    if asked.keys and not after and not set(asked.keys) <= dimensions:
        return []
    if len(dimensions) > 1:
        raise Stop(Clarify("several_members", "", tuple(_choice(asked, named, member) for named, member in said)))
    return after or [member for _, member in said]


def _choice(asked: Asked, named: Named, member: Member) -> str:
    label = asked.lexicon.metrics[asked.metrics[0]]["label"]
    others = " ".join(f"in {each.value}" for other, each in asked.placed if other != named)
    return f"what share of {label} {others} came from {member.value}"
