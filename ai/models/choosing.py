"""The language model that an operator has set."""

from __future__ import annotations

from ai.models.endpoint import Endpoint
from runtime.settings import Settings


def model_for(settings: Settings) -> Endpoint | None:
    """The model of this installation; none where none is set."""
    if not settings.model_url:
        return None
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    return Endpoint(settings.model_url, key, settings.model_name, settings.model_seconds_max, settings.model_tokens_max)
