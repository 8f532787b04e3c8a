"""Dashboards of saved questions: ready ones of roles, and one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.data.metrics import reader
from dashboards.session import api

Json = Mapping[str, Any]
READY, OWN = "/api/report/boards", "/api/report/dashboards"


def ready() -> Sequence[Json]:
    """The ready dashboards with a tile that the reader may see, and those tiles.  Raises: Problem."""
    found: Sequence[Json] = reader().get(READY)["items"]
    return found


def own() -> Sequence[Json]:
    """Those the reader made, or was shown.  Raises: Problem."""
    found: Sequence[Json] = api().get(OWN, limit=200)["items"]
    return found


def one(dashboard_id: str) -> Json:
    """One of them with its tiles.  Raises: Problem."""
    found: Json = api().get(f"{OWN}/{dashboard_id}")
    return found


def versions(dashboard_id: str) -> Sequence[Json]:
    """What it was each time it was saved, newest first.  Raises: Problem."""
    found: Sequence[Json] = api().get(f"{OWN}/{dashboard_id}/versions")["items"]
    return found


def figures(path: str, asked: Json) -> Json:
    """All tiles with their figures, from one load.  Raises: Problem."""
    found: Json = reader().post(f"{path}/show", asked)
    return found
