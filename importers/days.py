"""Days of a document that contradict each other or lie outside the history: it is refused, not the whole import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple


class NamedDay(NamedTuple):
    """A day and the column it stands in."""

    column: str
    day: date | None


@dataclass(frozen=True, slots=True)
class History:
    """The days that a source tells of; stock moves on none after its shelves were counted."""

    opens_on: date
    counted_on: date

    @classmethod
    def of(cls, settings: Mapping[str, Any], last: str) -> History:
        """The history between a mapping's opening day and the day of that setting."""
        return cls(settings["opening_on"], settings[last])

    @property
    def ends_on(self) -> date:
        """The last day of its last year."""
        return self.counted_on.replace(month=12, day=31)

    def fault(self, ordered: NamedDay, moved: NamedDay) -> tuple[str, str] | None:
        """The column and what is wrong with it; nothing where goods move after their order, both within the history."""
        for column, day, last in ((*ordered, self.ends_on), (*moved, self.counted_on)):
            if day is not None and not self.opens_on <= day <= last:
                return column, f"{day} is not between {self.opens_on} and {last}"
        if moved.day is not None and ordered.day is not None and moved.day < ordered.day:
            return moved.column, f"{moved.day} is before {ordered.column} {ordered.day}"
        return None
