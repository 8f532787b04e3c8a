"""Access tokens: short-lived JWTs that say who asks, in which tenant, by which sign-in.

Follows RFC 8725: one algorithm, our own key by its id, every claim required, no header that names other keys.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from transactional.identity.errors import NotAuthenticated

ALGORITHM = "HS256"
ISSUER, AUDIENCE, KIND = "qooerp", "qooerp-api", "at+jwt"
ACCESS_LIFE = timedelta(minutes=15)
_CLOCK_SKEW = timedelta(seconds=5)
_REQUIRED = ("iss", "aud", "exp", "nbf", "iat", "sub", "tid", "sid")
_HEADERS = frozenset({"alg", "kid", "typ"})
TOKEN_LENGTH_MAX = 4_096


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says."""

    user_id: UUID
    tenant_id: UUID
    session_id: UUID
    expires_at: int
    """Seconds since 1970."""


class KeyRing:
    """The key that signs and those whose tokens stay valid until they expire."""

    def __init__(self, current: str, previous: Sequence[str] = ()) -> None:
        """Take the secret that signs from now on and the retired ones."""
        self._keys: Mapping[str, bytes] = {_key_id(secret): _derive(secret) for secret in (*previous, current)}
        self.current_id = _key_id(current)

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A token over the claims."""
        headers = {"kid": self.current_id, "typ": KIND}
        return jwt.encode(dict(claims), self._keys[self.current_id], algorithm=ALGORITHM, headers=headers)

    def key_of(self, token: str) -> bytes:
        """The key a token names.  Raises: NotAuthenticated for an unknown key or a header we never write."""
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise NotAuthenticated from None
        key = self._keys.get(str(header.get("kid")))
        if key is None or set(header) != _HEADERS or header["alg"] != ALGORITHM or header["typ"] != KIND:
            raise NotAuthenticated
        return key

    def successor(self, session_id: UUID, secret: str) -> str:
        """The refresh secret that follows another one: always the same, so that two tabs refreshing at once agree."""
        return hmac.new(
            self._keys[self.current_id], f"refresh:{session_id}:{secret}".encode(), hashlib.sha256
        ).hexdigest()


def issue_access_token(keys: KeyRing, *, user_id: UUID, tenant_id: UUID, session_id: UUID, now: datetime) -> str:
    """A token that opens the API for a quarter of an hour."""
    return keys.sign(
        {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "tid": str(tenant_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + ACCESS_LIFE).timestamp()),
        }
    )


def read_access_token(keys: KeyRing, token: str, *, expired_too: bool = False) -> Claims:
    """What a token says.  Raises: NotAuthenticated unless it is ours, unchanged and in its time."""
    if len(token) > TOKEN_LENGTH_MAX:
        raise NotAuthenticated
    try:
        claims = jwt.decode(
            token,
            keys.key_of(token),
            algorithms=[ALGORITHM],
            audience=AUDIENCE,
            issuer=ISSUER,
            leeway=_CLOCK_SKEW,
            options={"require": list(_REQUIRED), "verify_exp": not expired_too},
        )
        return Claims(UUID(claims["sub"]), UUID(claims["tid"]), UUID(claims["sid"]), int(claims["exp"]))
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        raise NotAuthenticated from None


def hash_refresh_secret(secret: str) -> str:
    """What is stored of a refresh token; the token is random, so no salt is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key_id(secret: str) -> str:
    return hashlib.sha256(b"kid:" + secret.encode()).hexdigest()[:16]


def _derive(secret: str) -> bytes:
    """The signing key: never the installation's secret itself, which serves other purposes too."""
    return hmac.new(secret.encode(), b"qooerp access tokens", hashlib.sha256).digest()
