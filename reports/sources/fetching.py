"""A CSV file at an address outside, fetched from the very machine that was checked."""

from __future__ import annotations

import time

import httpx

from reports.addresses import AddressRefused, parts_of, reachable, request_to
from reports.sources.places import BYTES_MAX, SECONDS_MAX
from transactional.kernel.errors import FieldProblem, Invalid

_REFUSED = frozenset({401, 403})


class NotFetched(Exception):
    """No file came; which field of the source is to blame."""

    def __init__(self, path: str, reason: str, code: str) -> None:
        """Keep why."""
        self.path, self.reason, self.code = path, reason, code
        super().__init__(reason)

    def as_invalid(self) -> Invalid:
        """The same as a wrong field."""
        return Invalid([FieldProblem(self.path, self.reason, self.code)])


def fetch(url: str, username: str | None, password: str | None, *, networks: str) -> bytes:
    """The bytes at an address.  Raises: NotFetched."""
    try:
        parts = parts_of(url)
    except AddressRefused as refusal:
        raise NotFetched("url", str(refusal), "bad_address") from refusal
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        address = reachable(parts.hostname or "", port, networks)
    except AddressRefused as refusal:
        raise NotFetched("url", str(refusal), "source_address") from refusal
    auth = httpx.BasicAuth(username, password or "") if username else None
    try:
        with httpx.Client(timeout=SECONDS_MAX, trust_env=False, follow_redirects=False) as client:
            request = request_to(client, "GET", url, address, headers={"Accept": "text/csv"})
            answer = client.send(request, auth=auth, stream=True)
            return _body(answer)
    except httpx.HTTPError as error:
        raise NotFetched("url", f"no answer: {type(error).__name__}", "no_answer") from error


def _body(answer: httpx.Response) -> bytes:
    """The whole body, as long as it is neither too large nor too slow."""
    if answer.status_code in _REFUSED:
        raise NotFetched("password", "the server refuses this user name and password", "wrong_password")
    if answer.status_code != httpx.codes.OK:
        raise NotFetched("url", f"the server answers {answer.status_code}", "no_answer")
    until = time.monotonic() + SECONDS_MAX
    found = bytearray()
    for part in answer.iter_bytes():
        found += part
        if len(found) > BYTES_MAX:
            raise NotFetched("url", f"the file has more than {BYTES_MAX // 1_000_000} MB", "unreadable_file")
        if time.monotonic() > until:
            raise NotFetched("url", f"it took longer than {SECONDS_MAX} seconds", "no_answer")
    return bytes(found)
