"""Password hashes and the rules a new password has to meet."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from transactional.kernel.errors import FieldProblem

# Source: OWASP Password Storage Cheat Sheet, Argon2id with 19 MiB, two passes, one lane.
DEFAULT_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
REMEMBERED = 5
LENGTH_MAX = 128
_COMMON = Path(__file__).parent / "common_passwords.txt"


def matches(password_hash: str, password: str, hasher: PasswordHasher = DEFAULT_HASHER) -> bool:
    """Whether a password is the one behind a hash; takes as long either way."""
    try:
        return hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def decoy_hash(hasher: PasswordHasher = DEFAULT_HASHER) -> str:
    """A hash to compare with when the user is unknown, so that the answer takes as long."""
    return hasher.hash("no account has this password")


def needs_rehash(password_hash: str, hasher: PasswordHasher = DEFAULT_HASHER) -> bool:
    """Whether a hash was made with another work factor than today's."""
    return hasher.check_needs_rehash(password_hash)


def password_problems(
    password: str, *, length_min: int, earlier_hashes: Sequence[str] = (), own_words: Iterable[str] = ()
) -> list[FieldProblem]:
    """Every rule a new password breaks; empty when it may be used."""
    return list(_problems(password, length_min, earlier_hashes, own_words))


def _problems(
    password: str, length_min: int, earlier_hashes: Sequence[str], own_words: Iterable[str]
) -> Iterator[FieldProblem]:
    if len(password) < length_min:
        yield FieldProblem("password", f"has fewer than {length_min} characters", "password_short")
    if len(password) > LENGTH_MAX:
        yield FieldProblem("password", f"has more than {LENGTH_MAX} characters", "password_long")
        return
    if password.casefold() in common_passwords() | {word.casefold() for word in own_words}:
        yield FieldProblem("password", "is one of the most common passwords or your own name", "password_common")
    if any(matches(old, password) for old in earlier_hashes[:REMEMBERED]):
        yield FieldProblem("password", f"is one of your last {REMEMBERED} passwords", "password_used")


@cache
def common_passwords() -> frozenset[str]:
    """The bundled list of passwords that are tried first by everyone, in lower case."""
    return frozenset(_COMMON.read_text(encoding="utf-8").split())
