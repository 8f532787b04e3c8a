"""Acts that write no row and are audited all the same: an export, a lock, a token used twice."""

from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import orm, text

_NOTE = text("select kernel.note(:action, :table, :row, cast(:facts as jsonb))")


def note(session: orm.Session, action: str, table: str, row_id: UUID, facts: dict[str, Any]) -> None:
    """Leave a row in the audit log of the session's tenant; `action` has at most ten letters."""
    session.execute(
        _NOTE, {"action": action, "table": table, "row": row_id, "facts": orjson.dumps(facts, default=str).decode()}
    )
