"""Incidents as the API tells them; never kept: a click must show what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from dashboards.session import api

Json = Mapping[str, Any]
PATH = "/api/ai/incidents"
SHOWN_MAX = 30


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the incidents, how many there are, and where the next ones begin."""

    items: Sequence[Json]
    total: int
    next_cursor: str | None


def incidents(*, state: str | None, kind: str | None, cursor: str | None = None) -> Page:
    """Incidents by falling money at risk.  Raises: Problem."""
    chosen = {"state": state, "kind": kind, "cursor": cursor, "include_total": "true"}
    found = api().get(PATH, limit=SHOWN_MAX, sort="-money_at_risk_amount", **chosen)
    return Page(found["items"], int(found["total"]), found["next_cursor"])


def incident(incident_id: str) -> Json:
    """One incident with its findings and history.  Raises: Problem."""
    found: Json = api().get(f"{PATH}/{incident_id}")
    return found


def open_count() -> int:
    """How many incidents are open.  Raises: Problem."""
    return int(api().get(PATH, limit=1, state="open", include_total="true")["total"])


def last_look() -> Json | None:
    """The last run of the detectors.  Raises: Problem."""
    items = api().get("/api/ai/watch-runs", limit=1)["items"]
    return items[0] if items else None


def answer(incident_id: str, verb: str, body: Json) -> Json:
    """The incident after a verb.  Raises: Problem."""
    done: Json = api().act(f"{PATH}/{incident_id}/{verb}", body, key=uuid4().hex)
    return done
