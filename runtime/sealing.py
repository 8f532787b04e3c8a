"""What others have entrusted to us, kept so that the database alone does not tell it."""

from __future__ import annotations

import base64
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from runtime.secrets import SecretStore

_KEY = "sealing.key"
_VERSION = b"\x01"
_NONCE_BYTES = 12


class SealBroken(Exception):
    """What was sealed cannot be opened: with another key, for another row, or changed."""


def seal(store: SecretStore, content: bytes, *, bound_to: str) -> bytes:
    """The content under the installation's key; only what names the same thing it is bound to opens it again."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(store).encrypt(nonce, content, bound_to.encode())


def unseal(store: SecretStore, sealed: bytes, *, bound_to: str) -> bytes:
    """What was sealed.  Raises: SealBroken."""
    version, nonce, content = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if version != _VERSION:
        raise SealBroken
    try:
        return _cipher(store).decrypt(nonce, content, bound_to.encode())
    except InvalidTag as error:
        raise SealBroken from error


def _cipher(store: SecretStore) -> AESGCM:
    text = store.get(_KEY)
    return AESGCM(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
