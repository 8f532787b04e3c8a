"""Why somebody may not see figures, in the reader's language."""

from __future__ import annotations

import re

from olap.errors import MetricsError
from reports.words import FALLBACK, language_of, t, texts
from transactional.kernel.errors import DomainError

_REASONS = {
    re.compile(r"you need the right to see some metric"): "refusal.some_metric",
    re.compile(r"you need the right (?P<right>\S+)"): "refusal.right",
    re.compile(r"it counts documents that you may not read: you need the right (?P<right>\S+)"): "refusal.documents",
    re.compile(r"it rests on (?P<hidden>.+), which is hidden from you"): "refusal.hidden",
    re.compile(r"it does not exist or (?:is out of|lies outside) your scope"): "refusal.scope",
}
"""What the metrics layer, which knows no languages, gives as reasons."""


def refusal_in(error: DomainError | MetricsError, locale: str) -> str:
    """The refusal as a sentence; in English the error's own.

    What no language has a sentence for is told as a missing right without its name: an English sentence in a Chinese
    letter tells its reader nothing either.
    """
    if language_of(locale) == FALLBACK:
        return str(error)
    reason = _reason_in(str(error.values.get("reason", "")), locale)
    key = f"refusal.{error.code}"
    if key not in texts(language_of(locale)) or not reason:
        return t("refusal.other", locale)
    return t(key, locale, **{**error.values, "reason": reason})


def _reason_in(reason: str, locale: str) -> str:
    for shape, key in _REASONS.items():
        if match := shape.fullmatch(reason):
            return t(key, locale, **match.groupdict())
    return ""
