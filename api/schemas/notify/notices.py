"""What goes out of the routes of notices."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class NoticeOut(BaseModel):
    """Something told to a user in the program."""

    id: UUID
    title: str
    body: str
    link: str | None
    created_at: datetime
    read_at: datetime | None
