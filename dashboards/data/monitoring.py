"""What the program measured of itself, as the API tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.session import api

Json = Mapping[str, Any]


def measurements() -> Sequence[str]:
    """The names of everything that is measured.  Raises: Problem."""
    return [str(each["name"]) for each in api().get("/api/monitor/measurements")["items"]]


def curves(names: Sequence[str], *, minutes: int) -> Mapping[str, Json]:
    """Measurements with their curves by name, told by one call.  Raises: Problem."""
    found: Sequence[Json] = api().get("/api/monitor/curves", names=list(names), minutes=minutes)["items"]
    return {str(each["name"]): each for each in found}


def slowest(kind: str, *, days: int, order: str) -> Sequence[Json]:
    """The slowest routes or statements by release.  Raises: Problem."""
    found: Sequence[Json] = api().get("/api/monitor/performance", kind=kind, days=days, order=order, limit=50)["items"]
    return found


def traces(*, breach_id: str | None, only_errors: bool) -> Sequence[Json]:
    """Traced requests of the last hour, or around a breach.  Raises: Problem."""
    asked = {"breach_id": breach_id} if breach_id else {}
    errors = "true" if only_errors else "false"
    found: Sequence[Json] = api().get("/api/monitor/traces", limit=50, only_errors=errors, **asked)["items"]
    return found


def trace(trace_id: str) -> Json:
    """One request: its spans, events and log lines.  Raises: Problem."""
    found: Json = api().get(f"/api/system/traces/{trace_id}")
    return found
