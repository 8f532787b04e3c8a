"""Turns away who asks too often before anything is done about what was asked: others wait for all that a refusal takes.

No body is read, nothing is traced, the answer is ready but for its trace id, and of a caller's refusals one a second is
logged, with how many there were. Who goes on while refused is answered late, so that a program that asks again as soon
as it is answered cannot keep the process busy; only so many wait at a time, whoever comes beyond is refused at once.
"""

import asyncio
import logging
import time
from functools import lru_cache
from typing import Final

from starlette.types import Scope, Send

from api.errors import MEDIA_TYPE, problem_body
from api.headers import SECURITY_HEADERS, header, trace_id_of
from api.rate_limits import RateLimited
from api.telemetry import Telemetry
from api.translations import language_among, sentence
from transactional.identity.tokens import Claims

STATUS: Final = 429
DELAY_SECONDS: Final = 0.5
"""How late who goes on is answered: less than the second after which the first refusal said to try again."""
DELAYED_MAX: Final = 64
_LOG_SECONDS = 1.0
_CALLERS_MAX = 1_000
_PLACE = "0" * 32
_access = logging.getLogger("api.access")


class Refusals:
    """The refusals of one process."""

    def __init__(self, telemetry: Telemetry) -> None:
        """Nobody was refused yet."""
        self._telemetry = telemetry
        self._logged: dict[tuple[str, str], tuple[float, int]] = {}
        self.delayed = 0
        """How many wait for their refusal now."""

    async def answer(self, scope: Scope, send: Send, refusal: RateLimited, claims: Claims | None) -> None:
        """Say when to try again."""
        began = time.perf_counter()
        if refusal.insists and self.delayed < DELAYED_MAX:
            self.delayed += 1
            try:
                await asyncio.sleep(DELAY_SECONDS)
            finally:
                self.delayed -= 1
        trace_id = trace_id_of(scope)
        language = language_among(header(scope, b"accept-language")[:200])
        before, after, headers = _prepared(language, refusal.values["scope"], refusal.values["retry_after"])
        body = before + trace_id.encode() + after
        own = [(b"content-length", str(len(body)).encode()), (b"x-correlation-id", trace_id.encode())]
        await send({"type": "http.response.start", "status": STATUS, "headers": [*headers, *own]})
        await send({"type": "http.response.body", "body": body})
        self._note(scope, refusal, claims, trace_id, time.perf_counter() - began)

    def _note(self, scope: Scope, refusal: RateLimited, claims: Claims | None, trace_id: str, seconds: float) -> None:
        limited = refusal.values["scope"]
        self._telemetry.limit(limited)
        self._telemetry.count(scope["method"], "unknown", STATUS, seconds)
        client = scope.get("client")
        who = str(claims.user_id) if claims else str(client[0]) if client else ""
        now = time.monotonic()
        logged_at, unlogged = self._logged.get((who, limited), (float("-inf"), 0))
        if now - logged_at < _LOG_SECONDS:
            self._logged[who, limited] = (logged_at, unlogged + 1)
            return
        if len(self._logged) >= _CALLERS_MAX:
            self._logged.clear()
        self._logged[who, limited] = (now, 0)
        _access.info(
            "request",
            extra={
                "method": scope["method"],
                "route": "unknown",
                "status": STATUS,
                "duration_ms": round(seconds * 1000, 2),
                "user_id": str(claims.user_id) if claims else None,
                "tenant_id": str(claims.tenant_id) if claims else None,
                "trace_id": trace_id,
                "limited": limited,
                "refused_since": unlogged,
            },
        )


@lru_cache(maxsize=1_000)
def _prepared(language: str, limited: str, retry_after: int) -> tuple[bytes, bytes, tuple[tuple[bytes, bytes], ...]]:
    """The body before and after its trace id, and the headers that do not depend on the request."""
    error = RateLimited(scope=limited, retry_after=retry_after)
    detail = sentence(language, error.code, error.values, error.sentence())
    before, _, after = problem_body(STATUS, error.code, detail, trace_id=_PLACE).partition(_PLACE.encode())
    own = ((b"content-type", MEDIA_TYPE.encode()), (b"retry-after", str(retry_after).encode()))
    return before, after, (*own, *SECURITY_HEADERS)
