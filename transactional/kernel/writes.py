"""Writes that find fewer rows than they were given say so."""

from collections.abc import Mapping
from typing import Any

from transactional.kernel.errors import BrokenInvariant, DomainError
from transactional.kernel.wire import Statement

ROWS_MAX = 200
"""A larger set does not wait: its values take room, and its round trip is little beside it."""


class Write(Statement):
    """A statement that changes rows; with a refusal for finding fewer of them than it was given."""

    __slots__ = ("refusal", "rows")

    def __init__(self, sql: str, values: Mapping[str, Any], rows: int, refusal: DomainError | None = None) -> None:
        """Say what is written, how many rows that is, and what it means when not all of them are there."""
        super().__init__(sql, values)
        self.rows, self.refusal = rows, refusal

    def check(self) -> None:
        """Nothing when as many rows were changed as were given.  Raises: the refusal."""
        if self.answer is None:
            raise BrokenInvariant("a write is looked at before it was sent")
        if self.refusal is not None and self.answer.count != self.rows:
            raise self.refusal
