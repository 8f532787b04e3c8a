"""Reasons of the metrics layer and of reports in the reader's language, known by the shape of the English sentence.

Those layers know no languages: a reason is one English sentence with names in it, such as `unknown metric 'x'; did you
mean net_revenue?`. `reasons.json` holds each shape with its translations, `{0}`, `{1}` standing for the names.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

from api.translations import FALLBACK

SHAPES = Path(__file__).with_name("reasons.json")
_LENGTH_MAX = 4_000
"""What is longer stays English: it quotes what was sent."""
_OR = {"zh": "、", "ar": " أو "}


@dataclass(frozen=True, slots=True)
class Shape:
    """A sentence with places for names."""

    matches: re.Pattern[str]
    told: Mapping[str, str]
    """By language."""


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape, the particular ones first: those that begin with the most words of their own, then have the most."""
    found: dict[str, dict[str, str]] = json.loads(SHAPES.read_text(encoding="utf-8"))
    return tuple(Shape(_pattern(each), found[each]) for each in sorted(found, key=_words_of, reverse=True))


def _words_of(template: str) -> tuple[int, int]:
    lengths = [len(words) for words, *_ in Formatter().parse(template)]
    return lengths[0], sum(lengths)


def _pattern(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(words) + ("" if name is None else f"(?P<n{name}>.+?)")
        for words, name, _, _ in Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)


def reason_in(language: str, reason: str) -> str | None:
    """The reason in a language; nothing where no shape is it."""
    if language == FALLBACK or len(reason) > _LENGTH_MAX:
        return None
    for shape in shapes():
        match = shape.matches.fullmatch(reason)
        if match and language in shape.told:
            # A name may be a phrase itself: what was probably meant, or what there is.
            names = [reason_in(language, each) or each for each in match.groups()]
            return shape.told[language].format(*names)
    return None


def choices_in(language: str, told: str) -> str:
    """Choices as pydantic tells them, `'a', 'b' or 'c'`, with the reader's word between the last two."""
    rest, between, last = told.rpartition(" or ")
    return f"{rest}{_OR.get(language, between)}{last}" if between else told
