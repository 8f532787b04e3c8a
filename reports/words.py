"""What reports, mails and alerts say, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "text"
FALLBACK = "en"


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text in a language."""
    found: Mapping[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def language_of(locale: str) -> str:
    """The language we speak to a reader of a locale."""
    language = locale.partition("-")[0].lower()
    return language if (FOLDER / f"{language}.json").exists() and language.isalpha() else FALLBACK


def t(key: str, locale: str, **values: Any) -> str:
    """A text filled with values."""
    return texts(language_of(locale))[key].format_map(values)
