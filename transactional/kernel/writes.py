"""Small writes wait for each other and go out as one statement, before anything is read and before the end.

The rows of a document stand in eight tables. Sent one by one, each would cost a round trip, most of them while the
head of the ledger is held and everybody else waits for it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import psycopg

from transactional.kernel.errors import DomainError

Send = Callable[[str, Mapping[str, Any]], psycopg.Cursor[Any]]
ROWS_MAX = 200
"""A larger set goes out at once: it costs more than its round trip, and its plan is its own."""
_PARAMETER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that changes rows of one table; with a refusal for finding fewer of them than it was given."""

    table: str
    sql: str
    values: Mapping[str, Any]
    rows: int
    refusal: DomainError | None = None


@dataclass(slots=True)
class Writes:
    """What a transaction has yet to send."""

    _waiting: list[Write] = field(default_factory=list)

    def add(self, write: Write, send: Send) -> None:
        """Have a write sent with the next ones.  Raises: what sending raises, for writes that go out now."""
        # One statement sees a table as it was before: what is written twice is written by two.
        if write.rows > ROWS_MAX or any(each.table == write.table for each in self._waiting):
            self.send(send)
        self._waiting.append(write)
        if write.rows > ROWS_MAX:
            self.send(send)

    def send(self, send: Send) -> None:
        """Nothing waits any more.  Raises: a write's refusal; whatever the database says."""
        if not self._waiting:
            return
        writes, self._waiting = self._waiting, []
        if len(writes) == 1:
            counts = [send(writes[0].sql, writes[0].values).rowcount]
        else:
            text = _together(tuple((each.sql, each.refusal is not None) for each in writes))
            values = {f"{name}_{at}": value for at, each in enumerate(writes) for name, value in each.values.items()}
            counts = list(send(text, values).fetchall()[0])
        for write, count in zip(writes, counts, strict=True):
            if write.refusal is not None and count != write.rows:
                raise write.refusal


@lru_cache(maxsize=2_000)
def _together(writes: tuple[tuple[str, bool], ...]) -> str:
    """The statements as one that answers how many rows each has changed, where that is asked."""
    parts, counts = [], []
    for at, (sql, is_counted) in enumerate(writes):
        text = _PARAMETER.sub(rf"%(\1_{at})s", sql)
        parts.append(f"write_{at} as ({text}{' returning 1' if is_counted else ''})")
        counts.append(f"(select count(*) from write_{at})" if is_counted else "null")  # noqa: S608  # a number
    return f"with {', '.join(parts)} select {', '.join(counts)}"
