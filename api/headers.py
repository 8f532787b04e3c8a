"""What the first and the last to touch a request know of its headers."""

import re
from secrets import token_hex

from starlette.types import Scope

SECURITY_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"cache-control", b"no-store"),
)
_TRACE = re.compile(r"^[A-Za-z0-9-]{8,40}$")
_TRACEPARENT = re.compile(r"^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$")


def header(scope: Scope, name: bytes) -> str:
    """The first header of this lower-case name; empty where there is none."""
    for given, value in scope["headers"]:
        if given == name:
            return str(value, "latin-1")
    return ""


def trace_id_of(scope: Scope) -> str:
    """The id that the sender gave the request, else a new one."""
    named = header(scope, b"x-correlation-id")
    if _TRACE.match(named):
        return named
    parent = _TRACEPARENT.match(header(scope, b"traceparent"))
    return parent[1] if parent else token_hex(16)
