"""The words of the pages, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from dashboards.session import locale

LANGUAGES = {"en": "English", "zh": "中文"}
_FOLDER = Path(__file__).parent / "text"


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text of a language by its key."""
    found: Mapping[str, str] = json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def t(key: str, /, **values: object) -> str:
    """A text in the reader's language, its places filled; in English where that language lacks it."""
    return text_in(locale(), key, **values)


def text_in(language: str, key: str, /, **values: object) -> str:
    """A text in one language, its places filled; in English where that language lacks it."""
    found = texts(language).get(key) or texts("en").get(key) or key
    return found.format(**values) if values else found


def has_text(key: str) -> bool:
    """Whether there is a text under a key, for words that the server may add to."""
    return key in texts("en")


def label_of(prefix: str, name: str) -> str:
    """The word for a name the server uses (a state, a field); the name itself, made readable, where we have none."""
    key = f"{prefix}.{name}"
    return t(key) if has_text(key) else name.replace("_", " ").capitalize()


def member_of(labels: Mapping[str, str]) -> str:
    """What a measurement is told of, by its labels: services and states in words, numbers and names as they are."""
    return " ".join(t(f"member.{each}") if has_text(f"member.{each}") else each for each in labels.values())


def in_sentence(label: str) -> str:
    """A label within a sentence: no capital at its beginning, unless it is an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def as_sentence(words: str) -> str:
    """The server's reason with a capital at its beginning."""
    return words[:1].upper() + words[1:]


def escaped(words: str) -> str:
    """Text from documents and names, shown as it is: no formula, no link, no markup."""
    for sign in "\\`*_{}[]()#+!|<>$:~":
        words = words.replace(sign, f"\\{sign}")
    return words
