"""Writes that find fewer rows than they were given say so."""

from collections.abc import Mapping
from typing import Any

import psycopg

from transactional.kernel.errors import BrokenInvariant
from transactional.kernel.wire import Statement

ROWS_MAX = 200
"""A larger set does not wait: the database begins with it at once."""


class Write(Statement):
    """A statement that changes rows; with a refusal for finding fewer of them than it was given."""

    __slots__ = ("_is_guarded", "refusal", "rows")

    def __init__(self, sql: str, values: Mapping[str, Any], rows: int, refusal: Exception | None = None) -> None:
        """Say what is written, how many rows that is, and what it means when not all of them are there."""
        super().__init__(sql, values)
        self.rows, self.refusal = rows, refusal
        self._is_guarded = False

    def guard(self) -> None:
        """Have the database itself fail when not all rows are there, so that a commit may travel along."""
        if self.refusal is not None and not self._is_guarded:
            # Plain SQL fails by a division by zero; the number compared with is given, so nothing is folded.
            self.sql = (
                f"with changed as ({self.sql} returning 1)"  # noqa: S608  # a statement of ours
                " select 1 / (count(*) = %(rows_expected)s)::integer from changed"
            )
            self.values = {**self.values, "rows_expected": self.rows}
            self._is_guarded = True

    def check(self) -> None:
        """Nothing when as many rows were changed as were given.  Raises: the refusal."""
        if self.answer is None:
            raise BrokenInvariant("a write is looked at before it was sent")
        if self.refusal is not None and not self._is_guarded and self.answer.count != self.rows:
            raise self.refusal

    def check_failed(self, error: psycopg.Error) -> None:
        """Nothing unless the database failed by the guard.  Raises: the refusal."""
        if self.refusal is not None and self._is_guarded and isinstance(error, psycopg.errors.DivisionByZero):
            raise self.refusal from error
