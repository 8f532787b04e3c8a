"""Identifiers: random enough not to be guessed, ordered enough to index well."""

import secrets
import time
from uuid import UUID, uuid5

_NAMESPACE = UUID("6f1d5a5e-0f0b-5c1e-9a53-6d2f0c0a9b11")


def new_id() -> UUID:
    """A version 7 UUID: 48 bits of milliseconds, 74 random bits.  Source: RFC 9562, 5.7."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value)


def derived_id(*parts: object) -> UUID:
    """The same UUID for the same parts: lets an import or a job name its rows before it writes them."""
    return uuid5(_NAMESPACE, "\x1f".join(str(part) for part in parts))
