"""How one language writes what a picture holds: members, periods, figures and words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from charts.marks import Column, Fact, Key, Picture, Says, Series, Words
from charts.words import word


@dataclass(frozen=True)
class Pen:
    """Writes for one reader."""

    locale: str
    member: Callable[[Column, Any], str]
    """A member, or a period by its name."""
    tick: Callable[[Column, Any], tuple[str, str]]
    """A period under an axis: its name, and its year, which is shown where it changes."""
    short: Callable[[Any, Column], str]
    """A round figure beside an axis."""
    full: Callable[[Any, Column], str]
    """A figure beside a mark."""

    def key(self, key: Key) -> str:
        """A member; or the word for what has no column."""
        column, value = key
        if not column:
            return word(f"fact.{value}", self.locale)
        return str(value) if column.get("role") == "metric" else self.member(column, value)

    def under_axis(self, key: Key) -> tuple[str, str]:
        """What stands under an axis, in two lines."""
        column, value = key
        return self.tick(column, value) if column.get("role") == "time" else (self.key(key), "")

    def fact(self, fact: Fact) -> str:
        """A figure, after the word for what it is."""
        written = self.full(fact.value, fact.column)
        return f"{word(f'fact.{fact.word}', self.locale)}: {written}" if fact.word else written

    def whose(self, says: Says) -> str:
        """Whose figures a mark tells."""
        return " · ".join(self.key(each) for each in says.keys)

    def figures(self, says: Says) -> list[str]:
        """The figures a mark tells."""
        return [self.fact(each) for each in says.facts]

    def series(self, series: Series) -> str:
        """What a colour stands for."""
        if series.key is not None:
            return self.key(series.key)
        return series.label or word(f"fact.{series.word}", self.locale)

    def words(self, mark: Words) -> str:
        """A short text in a picture."""
        key = self.key(mark.key) if mark.key else ""
        # The word stands in the legend or beside it: a picture has no room to repeat it at every figure.
        fact = self.full(mark.fact.value, mark.fact.column) if mark.fact else ""
        if mark.fact is not None and mark.fact.word in _WRITTEN:
            fact = f"{word(f'fact.{mark.fact.word}', self.locale)} {fact}"
        return mark.text or " ".join(part for part in (key, fact) if part)

    def notes(self, picture: Picture) -> list[str]:
        """What a reader has to know."""
        return [word(f"note.{name}", self.locale, **self._written(values)) for name, values in picture.notes]

    def _written(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {
            name: self.full(value.value, value.column) if isinstance(value, Fact) else str(value)
            for name, value in values.items()
        }


_WRITTEN = {"upper_limit", "lower_limit", "centre"}
