"""The documents of the knowledge base as the API tells them; never kept: a click must show what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from dashboards.session import api

Json = Mapping[str, Any]
PATH = "/api/ai/knowledge"


def documents() -> Sequence[Json]:
    """The documents that the reader may read; for who keeps them the unreadable ones, too.  Raises: Problem."""
    items: Sequence[Json] = api().get(PATH)["items"]
    return items


def upload(name: str, content: bytes, *, source: str, title: str, roles: Sequence[str] | None) -> Json:
    """The document of a file; `roles` are left as they are where none are given.  Raises: Problem."""
    fields: dict[str, str] = {"source": source, "title": title}
    if roles is not None:
        fields["roles"] = ",".join(roles)
    kept: Json = api().upload(PATH, name, content, fields, key=uuid4().hex)
    return kept


def remove(document_id: str) -> None:
    """Nothing: the document is gone with all that was quoted of it.  Raises: Problem."""
    api().delete(f"{PATH}/{document_id}")
