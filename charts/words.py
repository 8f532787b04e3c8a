"""What charts say, in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from charts.table import Unfit

FOLDER = Path(__file__).parent / "text"


@cache
def texts(language: str) -> Mapping[str, str]:
    """Every text in a language."""
    found: Mapping[str, str] = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    return found


def word(key: str, locale: str, **values: Any) -> str:
    """A text filled with values; in English where we do not speak a language."""
    return texts("zh" if locale.startswith("zh") else "en")[key].format_map(values)


def why(unfit: Unfit, locale: str) -> str:
    """The reason why a result cannot be drawn, and what can."""
    return word(f"unfit.{unfit.code}", locale, **unfit.values)
