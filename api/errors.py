"""From refusals to answers: one problem shape (RFC 9457), one table of statuses."""

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.neighbours import neighbours_of
from api.rate_limits import RateLimited
from api.reasons import choices_in, reason_in
from api.translations import FALLBACK, language_of, sentence, word_in
from transactional.identity.errors import NotAuthenticated, TooManyTries
from transactional.kernel.errors import (
    SORTS,
    DomainError,
    FieldProblem,
    Invalid,
    NotAllowed,
    NotFound,
    Refused,
    StaleVersion,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
_log = logging.getLogger("api.errors")


class Gone(DomainError):
    """A link is past its time."""

    code = "gone"
    message = "This link has expired."


class PreconditionFailed(StaleVersion):
    """The version in If-Match is not the present one."""


class VersionMissing(DomainError):
    """A change has to say which version it is about."""

    code = "version_missing"
    message = "Say which version you change: send it as `version` or in If-Match."


class TooLarge(DomainError):
    """More bytes than we take."""

    code = "too_large"
    message = "The body has more than {limit} bytes."


class UnsupportedFile(DomainError):
    """A kind of file we do not read."""

    code = "unsupported_file"
    message = "Send a CSV, XLSX or Parquet file."


class Busy(Unavailable):
    """More requests than this process can answer in time."""

    code = "busy"
    message = "The server is busy: try again in a moment."


_STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (NotAuthenticated, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (PreconditionFailed, 412),
    (Refused, 409),
    (Gone, 410),
    (TooLarge, 413),
    (UnsupportedFile, 415),
    (Invalid, 422),
    (VersionMissing, 428),
    (TooManyTries, 429),
    (RateLimited, 429),
    (Unavailable, 503),
)


class WrongField(BaseModel):
    """One wrong input."""

    model_config = ConfigDict(extra="forbid")

    path: str = Field(description="Where it is, as `lines/0/qty`.")
    reason: str = Field(description="What is wrong with it, in the reader's language.")
    code: str = Field(description="The same, stable.")


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str = Field(description="Stable; decide by this one.")
    detail: str = Field(description="A sentence that says what to do, in the reader's language.")
    errors: list[WrongField] = Field(default_factory=list)
    trace_id: str = Field(description="Found in the access log.")


def status_of(error: DomainError) -> int:
    """The HTTP status of a refusal."""
    return next((status for family, status in _STATUSES if isinstance(error, family)), 409)


def problem_response(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Response:
    """A problem as an answer."""
    trace_id = request.scope.get("state", {}).get("trace_id", "")
    body = problem_body(status, code, detail, trace_id=trace_id, errors=errors, more=more)
    return Response(body, status, headers, MEDIA_TYPE)


def problem_body(
    status: int,
    code: str,
    detail: str,
    *,
    trace_id: str,
    errors: Iterable[Mapping[str, str]] = (),
    more: Mapping[str, Any] | None = None,
) -> bytes:
    """A problem as JSON."""
    body = {
        "type": f"urn:qooerp:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": list(errors),
        "trace_id": trace_id,
        **(more or {}),
    }
    return orjson.dumps(body, default=str)


def _language(request: Request) -> str:
    principal = request.scope.get("state", {}).get("principal")
    return language_of(request, principal.locale if principal else "en")


_TOLD = ("rows", "likely")
"""Values of a refusal that clients get as they are."""


def domain_response(request: Request, error: DomainError) -> Response:
    """A refusal as an answer."""
    language, status = _language(request), status_of(error)
    values = {name: word_in(language, value) if name in SORTS else value for name, value in error.values.items()}
    if "sentence" in values:
        values["sentence"] = reason_in(language, str(values["sentence"])) or values["sentence"]
    detail = sentence(language, error.code, values, error.sentence())
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        headers["Retry-After"] = str(error.values.get("retry_after", 1))
    errors = [_wrong_field(language, problem) for problem in _problems(error)]
    more = {name: error.values[name] for name in _TOLD if name in error.values}
    return problem_response(request, status, error.code, detail, errors=errors, headers=headers, more=more)


def _problems(error: DomainError) -> list[FieldProblem]:
    if isinstance(error, NotFound) and error.path is not None:
        return [FieldProblem(error.path, error.sentence(), "unknown_reference")]
    return error.problems if isinstance(error, Invalid) else []


def _wrong_field(language: str, problem: Any) -> dict[str, str]:
    reason = problem.reason
    if language != FALLBACK:
        values = {"reason": problem.reason}
        reason = reason_in(language, reason) or sentence(language, f"field.{problem.code}", values, reason)
    return {"path": problem.path, "reason": reason, "code": problem.code}


def validation_response(request: Request, errors: Iterable[Any]) -> Response:
    """All that is wrong with an input's shape, as an answer."""
    language = _language(request)
    listed = [wrong_shape(language, error, request) for error in errors]
    detail = sentence(language, Invalid.code, {"count": len(listed)}, Invalid.message)
    return problem_response(request, 422, Invalid.code, detail, errors=listed)


def wrong_shape(language: str, error: Any, request: Request) -> dict[str, str]:
    """One complaint of pydantic as a wrong field; of a name that nobody knows, with those that are known there."""
    location = [str(part) for part in error["loc"]]
    if location and location[0] in {"body", "query", "path", "header"}:
        location = location[1:] or location
    code = str(error["type"])
    if code == "json_invalid":
        location = ["body"]
    values = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    if "expected" in values:
        values["expected"] = choices_in(language, values["expected"])
    known = neighbours_of(request, location) if code == "extra_forbidden" else []
    if known:
        values["known"] = ", ".join(known)
    reason = sentence(language, f"field.{code}.known" if known else f"field.{code}", values, str(error["msg"]))
    return {"path": "/".join(location), "reason": reason, "code": code}


def unexpected_response(request: Request) -> Response:
    """The answer to a defect of ours: a trace id and nothing of the inside."""
    detail = sentence(_language(request), "internal", {}, "Something went wrong on our side.")
    return problem_response(request, 500, "internal", detail)


_HTTP_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_file",
}


def install_handlers(app: FastAPI) -> None:
    """Answer every refusal in the one problem shape."""

    async def on_domain(request: Request, error: Exception) -> Response:
        assert_is(error, DomainError)
        return domain_response(request, error)  # type: ignore[arg-type]

    async def on_validation(request: Request, error: Exception) -> Response:
        return validation_response(request, error.errors())  # type: ignore[attr-defined]

    async def on_http(request: Request, error: Exception) -> Response:
        status = int(error.status_code)  # type: ignore[attr-defined]
        code = _HTTP_CODES.get(status, "http_error")
        detail = sentence(_language(request), f"http.{status}", {}, HTTPStatus(status).phrase)
        headers = {"Allow": _allowed(request)} if status == HTTPStatus.METHOD_NOT_ALLOWED else error.headers  # type: ignore[attr-defined]
        return problem_response(request, status, code, detail, headers=headers)

    app.add_exception_handler(DomainError, on_domain)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)


def _allowed(request: Request) -> str:
    """Every method that the address takes: each has a route of its own."""
    matching = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    methods = {method for route in matching for method in getattr(route, "methods", None) or ()}
    return ", ".join(sorted(methods | {"HEAD"} if "GET" in methods else methods))


def assert_is(error: Exception, family: type[Exception]) -> None:
    """Nothing for an error of the family; others are raised again."""
    if not isinstance(error, family):
        raise error
