"""The named sources of reports, as the server tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.session import api

Json = Mapping[str, Any]
PATH = "/api/report/sources"


def sources() -> Sequence[Json]:
    """The marts, then the sources outside that the reader may read.  Raises: Problem."""
    found: Sequence[Json] = api().get(PATH)["items"]
    return found


def tables(source: str) -> Sequence[Json]:
    """The tables of a source with their columns, as they are now.  Raises: Problem."""
    found: Sequence[Json] = api().get(f"{PATH}/{source}/tables")["items"]
    return found
