"""Acts that write no row and are audited all the same: an export, a lock, a token used twice."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import orm, text

_NOTE = text(
    "select kernel.note(:action, :table, noted.row_id, noted.facts)"
    " from unnest(cast(:rows as uuid[]), cast(:facts as jsonb[])) as noted (row_id, facts)"
)


def note(session: orm.Session, action: str, table: str, row_id: UUID, facts: Mapping[str, Any]) -> None:
    """Leave a row in the audit log of the session's tenant; `action` has at most ten letters."""
    note_all(session, action, table, {row_id: facts})


def note_all(session: orm.Session, action: str, table: str, facts: Mapping[UUID, Mapping[str, Any]]) -> None:
    """The same for many rows of one table, in one statement."""
    if facts:
        told = [orjson.dumps(each, default=str).decode() for each in facts.values()]
        session.execute(_NOTE, {"action": action, "table": table, "rows": list(facts), "facts": told})
