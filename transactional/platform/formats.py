"""Formats of document numbers: `SO-{yyyy}-{00000}`."""

import re
from dataclasses import dataclass
from datetime import date

from transactional.kernel.errors import invalid

_PART = re.compile(r"\{([^{}]*)\}")
_LENGTH_MAX = 40


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A format that was found to make sense."""

    text: str

    @property
    def has_year(self) -> bool:
        """Whether counting begins anew each year."""
        return "{yyyy}" in self.text or "{yy}" in self.text

    def counter_year(self, on: date) -> int:
        """The year whose counter a document of that day uses; 0 where the format has none."""
        return on.year if self.has_year else 0

    def number(self, on: date, count: int) -> str:
        """The number of a document; a count too large for its zeros simply grows longer."""

        def part(match: re.Match[str]) -> str:
            name = match.group(1)
            if name.startswith("0"):
                return str(count).zfill(len(name))
            return {"yyyy": f"{on.year:04}", "yy": f"{on.year % 100:02}", "mm": f"{on.month:02}"}[name]

        return _PART.sub(part, self.text)


def parse_format(text: str, path: str = "format") -> NumberFormat:
    """The format a user typed.

    Raises: Invalid without exactly one counter such as `{00000}`, or with a part that is not known.
    """
    names = _PART.findall(text)
    counters = [name for name in names if name and not name.strip("0")]
    others = [name for name in names if name not in counters and name not in {"yyyy", "yy", "mm"}]
    if others or "{" in _PART.sub("", text) or "}" in _PART.sub("", text):
        raise invalid(path, "knows only {yyyy}, {yy}, {mm} and a counter such as {00000}", "format_part")
    if len(counters) != 1:
        raise invalid(path, "needs exactly one counter such as {00000}", "format_counter")
    if "{mm}" in text and not ("{yyyy}" in text or "{yy}" in text):
        raise invalid(path, "needs a year beside the month", "format_year")
    if len(text) > _LENGTH_MAX:
        raise invalid(path, f"is longer than {_LENGTH_MAX} characters", "format_length")
    return NumberFormat(text)
