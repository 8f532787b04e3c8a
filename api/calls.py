"""One request, one transaction: opened, retried, answered once for each idempotency key, and committed here."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from api.context import Services
from api.database_errors import guarded, is_worth_retrying
from api.rendering import JSON, to_json
from runtime.tracing import span
from transactional.kernel.errors import DomainError, FieldProblem, Invalid, NotFound
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session
from transactional.kernel.writes import Write

Result = TypeVar("Result")
TRIES_MAX = 3
_KEY = re.compile(r"^[\x21-\x7e]{1,200}$")
_CLAIM = (
    "insert into kernel.idempotency_keys (tenant_id, user_id, key, request_hash)"
    " values (%(tenant)s, %(user)s, %(key)s, %(hash)s) on conflict do nothing"
)
_FOUND = (
    "select request_hash, status_code, body from kernel.idempotency_keys"
    " where tenant_id = %(tenant)s and user_id = %(user)s and key = %(key)s"
)
_KEEP = (
    "update kernel.idempotency_keys set status_code = %(status)s, body = %(body)s"
    " where tenant_id = %(tenant)s and user_id = %(user)s and key = %(key)s"
)


class KeyReused(Invalid):
    """An idempotency key came with another request."""

    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request: use a new one."


class _AnsweredBefore(Exception):
    """The key has been claimed by an earlier request; no error of the domain, so that no service takes it for one."""


class Call:
    """A request that was let in: who asks, and the way to the database."""

    def __init__(self, request: Request, services: Services, principal: Principal, body: bytes) -> None:
        """Remember what the transaction will need."""
        self.request = request
        self.services = services
        self.principal = principal
        self._body = body
        self._is_file = False

    def sign_body(self, digest: bytes) -> None:
        """Take the digest of an uploaded file for what the request said; an idempotency key holds for that file."""
        self._body = digest
        self._is_file = True

    def read(self, work: Callable[[Session], Result]) -> Result:
        """What the work finds, in a transaction of the asker's tenant."""
        return self._placed(lambda: self._in_transaction(work, is_one_document=False))

    def write(
        self,
        work: Callable[[Session], Any],
        *,
        status: int = 200,
        headers: Callable[[Any], Mapping[str, str]] | None = None,
    ) -> Response:
        """The work's result as an answer; the same key gets the same answer and no second effect."""
        return self._placed(
            lambda: self._in_transaction(
                lambda session: self._answer(session, work, status, headers), is_one_document=not self._is_file
            )
        )

    def _in_transaction(self, work: Callable[[Session], Result], *, is_one_document: bool) -> Result:
        with (
            span("service", channel=self.principal.channel),
            self.services.database.transaction(self.principal, is_one_document=is_one_document) as session,
        ):
            return work(session)

    def _answer(
        self,
        session: Session,
        work: Callable[[Session], Any],
        status: int,
        headers: Callable[[Any], Mapping[str, str]] | None,
    ) -> Response:
        key = idempotency_key(self.request)
        names = {"tenant": self.principal.tenant_id, "user": self.principal.user_id, "key": key}
        claim = None
        if key is not None:
            # Before anything the work asks: a copy of the request that runs now waits here until the first one has
            # committed, and learns with the first answer it looks at that it is a copy.
            claim = Write(_CLAIM, {**names, "hash": self._hash()}, 1, _AnsweredBefore())
            session.write(claim)
        try:
            result = work(session)
            if not session.in_transaction() or (claim is not None and claim.answer is None):
                session.send_waiting()  # it looked at nothing
        except _AnsweredBefore:
            session.rollback()
            return self._replay(session, names)
        body = to_json(result) if status != 204 else b""  # noqa: PLR2004  # no content
        if key is not None:
            kept = {**names, "status": status, "body": body.decode()}
            session.write(Write(_KEEP, kept, 1))
        return Response(body, status, dict(headers(result)) if headers else None, JSON)

    def _replay(self, session: Session, names: Mapping[str, Any]) -> Response:
        [(request_hash, status_code, body)] = session.send(_FOUND, names).rows()
        if request_hash != self._hash():
            raise KeyReused([FieldProblem("Idempotency-Key", "was used for another request", "idempotency_key_reused")])
        return Response(body or "", status_code or 200, {"Idempotent-Replayed": "true"}, JSON)

    def _hash(self) -> str:
        target = f"{self.request.method} {self.request.url.path}?{self.request.url.query}\n"
        return hashlib.sha256(target.encode() + self._body).hexdigest()

    def _placed(self, attempt: Callable[[], Result]) -> Result:
        """What the attempt gives; a record that is missing is named with the place in the body that asked for it."""
        try:
            return self._retried(attempt)
        except NotFound as missing:
            missing.path = path_of(str(missing.values.get("id", "")), self._body) if not self._is_file else None
            raise

    @staticmethod
    def _retried(attempt: Callable[[], Result]) -> Result:
        for _ in range(TRIES_MAX - 1):
            try:
                return guarded(attempt)
            except DomainError as refusal:
                if not (isinstance(refusal.__cause__, DBAPIError) and is_worth_retrying(refusal.__cause__)):
                    raise
        return guarded(attempt)


def idempotency_key(request: Request) -> str | None:
    """What tells the request from others of the same sender, if it says so.  Raises: Invalid."""
    key = request.headers.get("idempotency-key")
    if key is not None and not _KEY.match(key):
        raise Invalid([FieldProblem("Idempotency-Key", "is not 1 to 200 plain characters", "bad_key")])
    return key


def path_of(key: str, body: bytes) -> str | None:
    """The first place of an id in a body of JSON, as `lines/0/item_id`; none where it is not in there."""
    try:
        waiting: list[tuple[str, Any]] = [("", json.loads(body))] if key else []
    except ValueError:
        # What reads has no use for a body, and may be sent any.
        return None
    while waiting:
        path, value = waiting.pop(0)
        if isinstance(value, str) and value.strip().lower() == key:
            return path.removeprefix("/")
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        waiting += [(f"{path}/{name}", each) for name, each in inner]
    return None


async def call_of(request: Request) -> Call:
    """The call a request makes; its route has let it in."""
    is_file = request.headers.get("content-type", "").startswith("multipart/")
    body = b"" if is_file else await request.body()
    state = request.scope["state"]
    return Call(request, request.app.state.services, state["principal"], body)


Calling = Annotated[Call, Depends(call_of)]
"""What an endpoint takes to get at its asker and the database."""
