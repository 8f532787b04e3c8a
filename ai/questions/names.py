"""What members are called besides their names, where that is the same in every company."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from babel import Locale

NAMES, ALIASES = (Path(__file__).parent / "vocabulary" / name for name in ("names.toml", "aliases.toml"))
COUNTRIES = ("country", "region_country", "supplier_country", "company_country", "tax_country")
_LEGAL_FORM = re.compile(
    r",?\s+(?:inc|ltd|llc|co|corp|gmbh|ag|kg|b\.?v|n\.?v|s\.?p\.?a|s\.?a|s\.?r\.?l|sarl|ab|oy|plc"
    r"|corporation|company|limited|incorporated)\.?$",
    re.IGNORECASE,
)
"""What a firm is by law is seldom said with its name."""


@cache
def other_names() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The other names of members, by their dimension and value."""
    return _declared(NAMES)


@cache
def aliases() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """What stands for members in every company, by their dimension and value."""
    return _declared(ALIASES)


def _declared(path: Path) -> Mapping[tuple[str, str], tuple[str, ...]]:
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        (dimension, value): tuple(listed.split("|"))
        for dimension, members in declared.items()
        for value, listed in members.items()
    }


def names_besides(dimension: str, value: str) -> Iterable[str]:
    """All that a member is called besides its name."""
    if dimension in COUNTRIES and len(value) == 2:  # noqa: PLR2004  # codes of ISO 3166
        for language in ("en", "zh"):
            name = Locale(language).territories.get(value.upper())
            if name:
                yield name
        yield from aliases().get(("country", value), ())
    yield from (*aliases().get((dimension, value), ()), *other_names().get((dimension, value), ()))
    if dimension.startswith("region") and value in _territory_codes():
        yield Locale("zh").territories[_territory_codes()[value]]
    if dimension.endswith("currency") and len(value) == 3:  # noqa: PLR2004  # codes of ISO 4217
        for language in ("en", "zh"):
            name = Locale(language).currencies.get(value)
            if name:
                yield name
    if "_" in value:
        yield value.replace("_", " ")
    if dimension == "unit":
        yield f"{value} department"
    yield from _shorter(value)


def _shorter(value: str) -> Iterable[str]:
    """A name without the form of the firm, and without the code behind it that tells it from another."""
    plain = _LEGAL_FORM.sub("", value)
    if plain != value and " " in plain:
        yield plain
    if value.endswith(")") and " (" in value:
        yield value[: value.rindex(" (")]


@cache
def _territory_codes() -> Mapping[str, str]:
    """Codes of the parts of the world by their English names; countries are known by their own codes."""
    known = Locale("zh").territories
    return {name: code for code, name in Locale("en").territories.items() if code in known and code.isdecimal()}
