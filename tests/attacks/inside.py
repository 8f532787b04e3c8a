"""What no answer may show of our inside, and whether one does."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import httpx2

from runtime.paths import PROJECT_FOLDER
from runtime.settings import Settings

_SECRET_LENGTH_MIN = 8
_WORDS = re.compile(
    r"Traceback \(most recent|File \\?\"[^\"]+\.py|psycopg|sqlalchemy|pydantic_core|duckdb\.|starlette|site-packages"
    r"|\bSQLSTATE\b|violates (?:foreign key|unique|check|not-null) constraint|LINE \d+:|\bERROR:  |relation \\?\"\w+"
    r"|qooerp_(?:app|owner|warehouse)\b|current_setting\(|0x[0-9a-f]{12}",
)


@dataclass(frozen=True, slots=True)
class Signs:
    """Texts that lie only inside."""

    secrets: tuple[str, ...]
    places: tuple[str, ...]


def signs_of_inside(settings: Settings) -> Signs:
    """The secrets of an installation, and where it lies."""
    values = map(str, json.loads(settings.secrets.path.read_text(encoding="utf-8")).values())
    secrets = tuple(value for value in values if len(value) >= _SECRET_LENGTH_MIN)
    return Signs(secrets, (str(PROJECT_FOLDER), str(settings.home)))


def told_of_inside(answer: httpx2.Response, signs: Signs) -> list[str]:
    """What an answer that is a refusal shows of our inside; secrets are looked for in every answer."""
    told = answer.text + str(answer.headers)
    found = ["a secret" for sign in signs.secrets if sign in told]
    found += [place for place in signs.places if place in told]
    if answer.is_error:
        found += [match[0] for match in _WORDS.finditer(told)]
    return found
