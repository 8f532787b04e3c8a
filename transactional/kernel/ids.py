"""Identifiers: random enough not to be guessed, ordered enough to index well and to keep the order of writing."""

import os
import secrets
import time
from collections.abc import Callable, Iterable
from hashlib import sha1
from threading import Lock
from typing import TYPE_CHECKING
from uuid import UUID, SafeUUID

if TYPE_CHECKING:
    from hashlib import _Hash

_NAMESPACE = UUID("6f1d5a5e-0f0b-5c1e-9a53-6d2f0c0a9b11")
_SEPARATOR = "\x1f"
_RANDOM_BITS = 74
_LOW = (1 << 62) - 1
_STEP_BITS = 40
_STEPS_AT_ONCE = 256
_lock = Lock()
_steps: list[int] = []
"""Random steps that are ready: asking the system for each costs more than the rest of an id."""
os.register_at_fork(after_in_child=_steps.clear)
_last = (0, 0)


def new_id() -> UUID:
    """A version 7 UUID, later than any this process made before.  Source: RFC 9562, 5.7 and 6.2 method 2.

    Within a millisecond the random part grows by a random step: the next id is as hard to guess as 40 random bits.
    """
    global _last  # noqa: PLW0603  # the order of ids is a fact of the process
    with _lock:
        milliseconds, chance = _last
        now = time.time_ns() // 1_000_000
        if now > milliseconds:
            milliseconds, chance = now, secrets.randbits(_RANDOM_BITS - 1)
        else:
            if not _steps:
                _steps.extend(_random_steps())
            chance += 1 + _steps.pop()
        _last = (milliseconds, chance)
    return _uuid(milliseconds << 80 | 7 << 76 | chance >> 62 << 64 | 2 << 62 | chance & _LOW)


def _uuid(number: int) -> UUID:
    """A UUID of 128 bits that are known to be one: its own constructor looks at seven ways to be called first."""
    made = object.__new__(UUID)
    object.__setattr__(made, "int", number)
    object.__setattr__(made, "is_safe", SafeUUID.unknown)
    return made


def _random_steps() -> list[int]:
    width = _STEP_BITS // 8
    drawn = secrets.token_bytes(width * _STEPS_AT_ONCE)
    return [int.from_bytes(drawn[start : start + width]) for start in range(0, len(drawn), width)]


def derived_id(*parts: object) -> UUID:
    """The same UUID for the same parts: lets an import or a job name its rows before it writes them.

    Source: RFC 9562, 5.5 (version 5).
    """
    return _derived(sha1(_NAMESPACE.bytes, usedforsecurity=False), parts)


def deriving_from(*first: object) -> Callable[..., UUID]:
    """What derives ids from further parts as `derived_id` does, with the first ones said once."""
    begun = sha1(_NAMESPACE.bytes + _joined((*first, "")), usedforsecurity=False)
    return lambda *parts: _derived(begun.copy(), parts)


def _derived(hashed: "_Hash", parts: Iterable[object]) -> UUID:
    hashed.update(_joined(parts))
    number = int.from_bytes(hashed.digest()[:16])
    return _uuid(number & ~(0xF << 76 | 0x3 << 62) | 5 << 76 | 2 << 62)


def _joined(parts: Iterable[object]) -> bytes:
    return _SEPARATOR.join(map(str, parts)).encode()
