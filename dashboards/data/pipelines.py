"""How the figures came to be: the last loads, and what is published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.client import Problem
from dashboards.data.metrics import reader
from dashboards.session import api

_LOADS_SHOWN = 20


def loads() -> Sequence[Mapping[str, Any]] | None:
    """The last loads, newest first; nothing where the reader may not see them or the server does not tell."""
    try:
        page = api().get("/api/metrics/loads", limit=_LOADS_SHOWN)
    except Problem as problem:
        if problem.status in {403, 404}:
            return None
        raise
    found: Sequence[Mapping[str, Any]] = page["items"]
    return found


def status() -> Mapping[str, Any] | None:
    """Which services and instances run; nothing where the reader may not see that."""
    try:
        found: Mapping[str, Any] = api().get("/api/system/status")
    except Problem as problem:
        if problem.status in {403, 404}:
            return None
        raise
    return found


def marts() -> Sequence[Mapping[str, Any]]:
    """The published marts with their columns, as far as the reader may read them.  Raises: Problem."""
    found: Sequence[Mapping[str, Any]] = reader().get("/api/metrics/marts")["items"]
    return found
