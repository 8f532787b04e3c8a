"""Vectors of a sentence-transformer on this machine; needs the extra `embeddings`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ai.embeddings.embedders import BATCH, Embedder, Vector
from ai.models.endpoint import ModelFailed

MEANING_FROM = 0.5
"""Above what the handbook's unanswerable questions reach with all-MiniLM-L6-v2 (`qooerp eval retrieval`)."""


def transformer_embedder(model: str) -> Embedder:
    """Unit vectors of a model's folder, or of one that its library has kept; nothing is fetched.

    The index knows a model by the end of its path, so a changed model needs a changed name.
    """

    def embed(texts: Sequence[str]) -> list[Vector]:
        try:
            made = _loaded(model).encode(
                list(texts), batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        except (OSError, RuntimeError, ValueError) as error:
            raise ModelFailed(f"the local embedding model fails: {type(error).__name__}") from error
        return [[round(float(value), 6) for value in vector] for vector in made]

    return Embedder(f"transformer:{'/'.join(Path(model).parts[-2:])}"[:200], embed, MEANING_FROM)


@lru_cache(maxsize=1)
def _loaded(model: str) -> Any:
    # Reading weights takes seconds and hundreds of megabytes: once in a process, and only where somebody set it.
    try:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    except ImportError as error:
        raise ModelFailed("QOOERP_EMBEDDING_MODEL needs the extra `embeddings`") from error
    return SentenceTransformer(model, local_files_only=True)
