"""The maker of vectors that an operator has chosen; our own n-grams where none was."""

from __future__ import annotations

from ai.embeddings.embedders import DEFAULT, Embedder, endpoint_embedder
from ai.embeddings.transformer import transformer_embedder
from ai.models.endpoint import Endpoint
from runtime.settings import Settings


def embedder_for(settings: Settings) -> Embedder:
    """The embedder of this installation."""
    if settings.embedding_url:
        key = settings.embedding_key.get_secret_value() if settings.embedding_key else ""
        return endpoint_embedder(
            Endpoint(settings.embedding_url, key, settings.embedding_name, settings.model_seconds_max)
        )
    return transformer_embedder(settings.embedding_model) if settings.embedding_model else DEFAULT
