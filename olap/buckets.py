"""Buckets of an age that the asker gives instead of those of the catalogue: days from and to, both included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlglot
from sqlglot import exp

from olap.errors import Problem
from olap.manifest import Dimension

AGE_FROM = "age_from"
"""What the meta of a dimension names: the column from whose day its age counts."""
OUTSIDE = "outside"
"""The bucket of every age that none of those given takes, so that buckets always add up to the whole."""
BUCKETS_MAX = 50
DAYS_MAX = 100_000
FORM = "a list of pairs such as [[0, 30], [31, 90], [91, null]]"


@dataclass(frozen=True, order=True)
class Bucket:
    """Ages from one number of days to another, both included; open where it has no end."""

    first: int
    last: int | None

    @property
    def label(self) -> str:
        """The bucket in words, as the catalogue's are."""
        return f"{self.first} days and more" if self.last is None else f"{self.first} to {self.last} days"


@dataclass(frozen=True)
class Buckets:
    """The buckets that an asker wants of one dimension."""

    field: str
    buckets: tuple[Bucket, ...]

    def replaces(self, dimension: Dimension, dialect: str) -> exp.Expression:
        """The dimension's expression over these buckets; `current_date` in it is the day at which one looks."""
        column = dimension.meta[AGE_FROM]
        found = exp.Case()
        for each in self.buckets:
            upper = "" if each.last is None else f" and current_date - {column} <= {each.last}"
            test = sqlglot.parse_one(f"current_date - {column} >= {each.first}{upper}", dialect=dialect)
            found = found.when(test, exp.Literal.string(each.label))
        return found.else_(exp.Literal.string(OUTSIDE))


def read_buckets(given: Any, problems: list[Problem]) -> tuple[Buckets, ...]:
    """The buckets in a JSON object of dimension and pairs, oldest last; what is wrong is added to problems."""
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        problems.append(Problem("buckets", f"an object of dimension and {FORM} is expected", "wrong_type"))
        return ()
    return tuple(Buckets(str(name), _read(str(name), pairs, problems)) for name, pairs in given.items())


def _read(name: str, pairs: Any, problems: list[Problem]) -> tuple[Bucket, ...]:
    path = f"buckets/{name}"
    if not isinstance(pairs, Sequence) or isinstance(pairs, str) or not pairs or len(pairs) > BUCKETS_MAX:
        problems.append(Problem(path, f"{FORM} is expected, at most {BUCKETS_MAX} of them", "wrong_type"))
        return ()
    found = [bucket for index, pair in enumerate(pairs) if (bucket := _pair(f"{path}/{index}", pair, problems))]
    found.sort(key=lambda each: each.first)
    for earlier, later in pairwise(found):
        if earlier.last is None or earlier.last >= later.first:
            reason = f"{earlier.label} and {later.label} overlap: each age may be in one bucket only"
            problems.append(Problem(path, reason, "overlapping_buckets"))
    return tuple(found)


def _pair(path: str, pair: Any, problems: list[Problem]) -> Bucket | None:
    is_pair = isinstance(pair, Sequence) and not isinstance(pair, str) and len(pair) == 2  # noqa: PLR2004  # from, to
    if not is_pair or not _is_day_count(pair[0]) or not (pair[1] is None or _is_day_count(pair[1])):
        problems.append(Problem(path, f"two whole numbers of days are expected, as in {FORM}", "wrong_type"))
        return None
    if pair[1] is not None and pair[1] < pair[0]:
        problems.append(Problem(path, f"the bucket ends with {pair[1]} before it starts with {pair[0]}", "reversed"))
        return None
    return Bucket(pair[0], pair[1])


def _is_day_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= DAYS_MAX


def in_buckets(tree: exp.Query, wanted: Sequence[tuple[Dimension, Buckets]], dialect: str) -> exp.Query:
    """The statement with each such dimension's own expression replaced; the tree is changed in place."""
    for dimension, buckets in wanted:
        own = sqlglot.parse_one(dimension.expression, dialect=dialect)
        for node in list(tree.find_all(type(own))):
            if node == own:
                node.replace(buckets.replaces(dimension, dialect))
    return tree
