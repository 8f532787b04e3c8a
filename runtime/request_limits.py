"""How many requests a second each may make, as operators write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SCOPES: Final = ("tenant", "user", "key", "route", "address")
_LIMIT = re.compile(r"^(?P<scope>[a-z]+)(?:=(?P<subject>\S+?))?:(?P<rate>\d+(?:\.\d+)?)/(?P<burst>\d+)$")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests a second, and so many at once after a pause."""

    rate: float
    burst: float


def read_limits(written: str) -> Iterator[tuple[str, str | None, Limit]]:
    """Scope, named subject or none, and limit of `tenant:400/1200 tenant=acme:50/100`.

    Raises: ValueError, naming the part that cannot be read.
    """
    for part in written.split():
        found = _LIMIT.match(part)
        if found is None or found["scope"] not in SCOPES or float(found["rate"]) <= 0 or int(found["burst"]) < 1:
            raise ValueError(
                f"{part!r} is no limit. Write scope:rate/burst or scope=name:rate/burst with "
                f"{', '.join(SCOPES)} for scope, a rate above 0 and a burst of at least 1."
            )
        yield found["scope"], found["subject"], Limit(float(found["rate"]), float(found["burst"]))
