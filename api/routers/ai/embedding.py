"""The maker of vectors that an operator has chosen; our own n-grams where none was."""

from __future__ import annotations

from ai.embeddings.embedders import DEFAULT, Embedder, endpoint_embedder
from ai.models.endpoint import Endpoint
from api.calls import Call


def embedder_of(call: Call) -> Embedder:
    """The embedder of this installation."""
    settings = call.services.settings
    if not settings.embedding_url:
        return DEFAULT
    key = settings.embedding_key.get_secret_value() if settings.embedding_key else ""
    return endpoint_embedder(Endpoint(settings.embedding_url, key, settings.embedding_name, settings.model_seconds_max))
