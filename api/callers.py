"""Who asks, as far as a token tells without the database: for limits and turns, never for rights."""

import time
from collections.abc import Iterator
from uuid import UUID

from starlette.types import Scope

from api.rate_limits import Limits
from runtime.request_limits import Limit
from transactional.identity.errors import NotAuthenticated
from transactional.identity.tokens import Claims, KeyRing, read_access_token

_TOKENS_MAX = 10_000
_WORDS_MAX = 8


class Callers:
    """The claims of tokens whose signature was checked, kept for as long as they are valid."""

    def __init__(self, keys: KeyRing) -> None:
        """Know nobody yet."""
        self._keys = keys
        self._known: dict[str, Claims] = {}

    def find(self, authorization: str) -> Claims | None:
        """Whose token a request carries; nothing without one of ours in its time."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        known = self._known.get(token)
        if known is None:
            try:
                known = read_access_token(self._keys, token.strip())
            except NotAuthenticated:
                return None
            if len(self._known) >= _TOKENS_MAX:
                self._known.clear()
            self._known[token] = known
        return known if known.expires_at > time.time() else None


def buckets_of(scope: Scope, claims: Claims | None, limits: Limits) -> Iterator[tuple[str, str, Limit]]:
    """The limits a request counts against: of tenant, user, key and route, or of its address without a token.

    A key is a sign-in: everything that was got with one password or refresh token.
    """
    if claims is None:
        client = scope.get("client")
        address = client[0] if client else "unknown"
        if limit := limits.of("address", address):
            yield "address", address, limit
        return
    route = f"{scope['method']}-{route_of(scope['path'])}"
    tenant = str(claims.tenant_id)
    for counted, name, names in (
        ("tenant", tenant, (tenant,)),
        ("user", str(claims.user_id), (str(claims.user_id),)),
        ("key", str(claims.session_id), (str(claims.session_id),)),
        ("route", f"{tenant}:{route}", (route,)),
    ):
        if limit := limits.of(counted, *names):
            yield counted, name, limit


def route_of(path: str) -> str:
    """A path with its ids replaced, so that all records of a collection share one limit."""
    words = path.split("/", _WORDS_MAX)
    return "/".join("{id}" if _is_id(word) else word[:40] for word in words[:_WORDS_MAX])


def _is_id(word: str) -> bool:
    if len(word) != 36:  # noqa: PLR2004  # digits and dashes of a UUID
        return False
    try:
        UUID(word)
    except ValueError:
        return False
    return True
