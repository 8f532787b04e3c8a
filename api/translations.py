"""Sentences in the reader's language, by code."""

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from starlette.requests import Request

from transactional.resources import THINGS_OF_TABLE

FOLDER = Path(__file__).parent / "messages"
FALLBACK = "en"


@cache
def languages() -> Mapping[str, Mapping[str, str]]:
    """Every sentence, by language and code."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))}


def language_of(request: Request, default: str = FALLBACK) -> str:
    """The reader's most wanted language that we speak, else the tenant's."""
    return language_among(request.headers.get("accept-language", "")[:200], default)


@lru_cache(maxsize=1_000)
def language_among(header: str, default: str = FALLBACK) -> str:
    """The most wanted language of an `Accept-Language` that we speak, else the default."""
    for tag in _wanted(header):
        if tag.partition("-")[0] in languages():
            return tag.partition("-")[0]
    known = default.partition("-")[0].lower()
    return known if known in languages() else FALLBACK


def _wanted(header: str) -> list[str]:
    ranked = []
    for position, part in enumerate(header.split(",")):
        tag, _, weight = part.strip().lower().partition(";q=")
        try:
            ranked.append((-float(weight or 1), position, tag))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(ranked) if tag]


def sentence(language: str, code: str, values: Mapping[str, Any], default: str) -> str:
    """The sentence of a code filled with its values; the default where no language has one."""
    template = languages().get(language, {}).get(code) or languages()[FALLBACK].get(code) or default
    try:
        return template.format_map(_Values(values))
    except (ValueError, IndexError, AttributeError):
        return default


def word_in(language: str, kind: Any) -> str:
    """What a sort of record is called, told by its name or its table: `payment_term`, `payment_terms`.

    Where a language has no word of its own, the name as people write it.
    """
    name = str(kind).replace(" ", "_")
    known = languages().get(language, {})
    word: str | None = known.get(f"thing.{name}") or known.get(f"thing.{_of_table().get(name)}")
    return word or name.replace("_", " ")


@cache
def _of_table() -> Mapping[str, str]:
    return {table.partition(".")[2]: things[0] for table, things in THINGS_OF_TABLE.items()}


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "?"
