"""Reports, what is sent of them, and what is watched, as the server tells them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dashboards.session import api

Json = Mapping[str, Any]
PATH = "/api/report/reports"


def library() -> Sequence[Json]:
    """The ready reports that the reader may run.  Raises: Problem."""
    return _items("/api/report/library")


def saved() -> Sequence[Json]:
    """The reports the reader keeps or was shown.  Raises: Problem."""
    return _items(PATH, limit=200)


def report(report_id: str) -> Json:
    """One of them with its definition.  Raises: Problem."""
    found: Json = api().get(f"{PATH}/{report_id}")
    return found


def versions(report_id: str) -> Sequence[Json]:
    """Its definitions, the last first.  Raises: Problem."""
    return _items(f"{PATH}/{report_id}/versions")


def run(path: str, body: Json) -> Json:
    """A sheet of figures.  Raises: Problem."""
    found: Json = api().ask(path, body)
    return found


def file_of(path: str, body: Json) -> Callable[[], bytes]:
    """What fetches a report's file when it is wanted, as the person who is signed in now.  Raises there: Problem.

    A download is made outside the page's script, where nobody is signed in.
    """
    client = api()
    return lambda: client.ask_file(path, body)


def rules() -> Sequence[Json]:
    """What is watched.  Raises: Problem."""
    return _items("/api/notify/alert-rules", limit=200)


def breaches() -> Sequence[Json]:
    """What was found, newest first.  Raises: Problem."""
    return _items("/api/notify/alerts", limit=100)


def notices() -> Sequence[Json]:
    """What the reader was told, newest first.  Raises: Problem."""
    return _items("/api/notify/notices", limit=50)


def subscriptions() -> Sequence[Json]:
    """What the reader has sent.  Raises: Problem."""
    return _items("/api/notify/subscriptions", limit=200)


def letter(subscription_id: str, recipient_id: str) -> Json:
    """What a receiver of a subscription would get now.  Raises: Problem."""
    found: Json = api().get(f"/api/notify/subscriptions/{subscription_id}/recipients/{recipient_id}/preview")
    return found


def _items(path: str, **parameters: Any) -> Sequence[Json]:
    found: Sequence[Json] = api().get(path, **parameters)["items"]
    return found
