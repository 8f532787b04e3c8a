"""Signing in and out, and the tokens in between."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Form
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling, idempotency_key
from api.context import Services
from api.database_errors import guarded
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routing import SIGNED_IN, Router, asker, is_open, needs
from api.schemas.auth import Me, PasswordChange, Refresh, SessionShown, SignedInShown, Tokens
from api.security import bearer_of, services_of
from transactional.flows.alert_logins import alert_new_country
from transactional.identity.errors import TooManyTries
from transactional.identity.models import LoginSession
from transactional.identity.services.change_passwords import change_password
from transactional.identity.services.end_sessions import end_sessions
from transactional.identity.services.open_sessions import Device, OpenedSession
from transactional.identity.services.refresh_sessions import Asked, refresh_session
from transactional.identity.services.sign_in import Credentials, SignedIn, TenantChoice, sign_in
from transactional.identity.tokens import read_access_token
from transactional.kernel.errors import BrokenInvariant, DomainError, NotFound

Result = TypeVar("Result")
_WAIT_SECONDS = 5.0


def router() -> APIRouter:
    """The routes under `/api/auth`."""
    routes = Router(prefix="/api/auth", tags=["auth"])
    _add_sign_in(routes)
    _add_refresh(routes)
    _add_sign_out(routes)
    _add_sessions(routes)
    _add_password(routes)
    _add_me(routes)
    return routes


def device_of(request: Request) -> Device:
    """Where a request comes from."""
    agent = request.headers.get("user-agent", "")[:300].replace("\x00", "")
    country = services_of(request).countries.of(request)
    return Device(request.client.host if request.client else None, agent, country)


def _add_sign_in(routes: Router) -> None:
    @routes.post(
        "/token",
        summary="Sign in with user name and password",
        responses={200: {"model": SignedInShown}},
        openapi_extra=is_open("it is how one gets a token"),
    )
    def token(
        request: Request,
        username: Annotated[str, Form(min_length=1, max_length=200)],
        password: Annotated[str, Form(min_length=1, max_length=256)],
        tenant: Annotated[str | None, Form(max_length=40)] = None,
    ) -> Response:
        services = services_of(request)
        at_host = services.hosts.tenant_of(request.scope["state"]["host"])
        given = Credentials(
            username=username.replace("\x00", ""),
            password=password,
            device=device_of(request),
            tenant=tenant,
            host_tenant_id=at_host,
        )
        return json_response(entered(in_turn(services, lambda: _sign_in(services, given))))


def in_turn(services: Services, work: Callable[[], Result | DomainError]) -> Result:
    """What a piece of work finds that computes the hash of a password, which few at a time may do."""
    if not services.sign_ins.acquire(timeout=_WAIT_SECONDS):
        raise TooManyTries(retry_after=int(_WAIT_SECONDS))
    try:
        outcome = guarded(work)
    finally:
        services.sign_ins.release()
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome


def entered(found: SignedIn) -> dict[str, Any]:
    """A sign-in as it is answered: the pair of tokens, the tenant they are for, and the others there are."""
    return _pair(found.session) | {
        "tenant": tenant_shown(found.tenant),
        "tenants": [tenant_shown(each) for each in found.tenants],
    }


def _sign_in(services: Services, given: Credentials) -> SignedIn | DomainError:
    with services.database.outside_tenants() as session:
        at = services.now()
        outcome = sign_in(session, given, keys=services.keys, at=at, hasher=services.hasher)
        if isinstance(outcome, SignedIn):
            alert_new_country(session, outcome.tenant.id, given.username, at=at)
        return outcome


def _arrived_at(request: Request, services: Services) -> datetime:
    """When the request was here, however long it has waited for its turn."""
    waited = time.perf_counter_ns() - request.scope["state"]["began_ns"]
    return services.now() - timedelta(microseconds=waited / 1000)


def _pair(opened: OpenedSession) -> dict[str, Any]:
    return {
        "access_token": opened.access_token,
        "token_type": "bearer",
        "refresh_token": opened.refresh_token,
        "expires_in": opened.expires_in,
    }


def tenant_shown(choice: TenantChoice) -> dict[str, Any]:
    """A tenant one may enter."""
    return {"id": choice.id, "slug": choice.slug, "name": choice.name}


def _add_refresh(routes: Router) -> None:
    @routes.post(
        "/refresh",
        summary="Change a refresh token for the next pair",
        responses={200: {"model": Tokens}},
        openapi_extra=is_open("the refresh token is the proof"),
    )
    def refresh(given: Refresh, request: Request) -> Response:
        services = services_of(request)
        asked = Asked(_arrived_at(request, services), idempotency_key(request))

        def work() -> OpenedSession | DomainError:
            with services.database.outside_tenants() as session:
                return refresh_session(session, given.refresh_token, asked, keys=services.keys, now=services.now)

        outcome = guarded(work)
        if isinstance(outcome, DomainError):
            # The family may just have ended: its access tokens end with it.
            services.rights.forget()
            raise outcome
        return json_response(_pair(outcome))


def _add_sign_out(routes: Router) -> None:
    @routes.post(
        "/logout",
        summary="Sign out here",
        status_code=204,
        openapi_extra=is_open("signing out twice has to succeed twice; a token of ours is needed all the same"),
    )
    def logout(request: Request) -> Response:
        services = services_of(request)
        claims = read_access_token(services.keys, bearer_of(request), expired_too=True)

        def work() -> None:
            with services.database.outside_tenants() as session:
                end_sessions(session, [claims.session_id], at=services.now())

        guarded(work)
        services.rights.forget()
        return Response(status_code=204)


def _add_sessions(routes: Router) -> None:
    @routes.get(
        "/sessions",
        summary="Where one is signed in",
        responses={200: {"model": envelope_of(SessionShown)}},
        openapi_extra=needs(SIGNED_IN),
    )
    def sessions(request: Request) -> Response:
        services, principal = services_of(request), asker(request)

        def work() -> list[dict[str, Any]]:
            with services.database.outside_tenants() as session:
                found = session.scalars(
                    select(LoginSession)
                    .where(LoginSession.account_id == principal.account_id, LoginSession.ended_at.is_(None))
                    .order_by(LoginSession.last_used_at.desc())
                    .limit(500)
                )
                return [_session(each, principal.session_id) for each in found]

        return list_body(guarded(work))

    @routes.delete("/sessions/{id}", summary="Sign out on a device", status_code=204, openapi_extra=needs(SIGNED_IN))
    def end(id: UUID, request: Request) -> Response:  # noqa: A002
        services, principal = services_of(request), asker(request)

        def work() -> int:
            with services.database.outside_tenants() as session:
                return end_sessions(session, [id], account_id=principal.account_id, at=services.now())

        if not guarded(work):
            raise NotFound(kind="session", id=id)
        services.rights.forget()
        return Response(status_code=204)


def _session(found: LoginSession, current: UUID | None) -> dict[str, Any]:
    return {
        "id": found.id,
        "agent": found.agent,
        "address": found.address,
        "created_at": found.created_at,
        "last_used_at": found.last_used_at,
        "is_current": found.id == current,
    }


def _add_password(routes: Router) -> None:
    @routes.post(
        "/password",
        summary="Change the own password; every other session ends",
        status_code=204,
        openapi_extra=needs(SIGNED_IN),
    )
    def change(given: PasswordChange, request: Request) -> Response:
        services, principal = services_of(request), asker(request)
        if principal.account_id is None:
            raise BrokenInvariant("a user without an account is signed in")
        account_id = principal.account_id

        def work() -> DomainError | None:
            with services.database.outside_tenants() as session:
                return change_password(
                    session,
                    account_id,
                    current=given.current_password,
                    fresh=given.password,
                    keep=principal.session_id,
                    device=device_of(request),
                    at=services.now(),
                    hasher=services.hasher,
                )

        refusal = guarded(work)
        if refusal is not None:
            raise refusal
        services.rights.forget()
        return Response(status_code=204)


def _add_me(routes: Router) -> None:
    @routes.get(
        "/me", summary="Who one is and what one may", responses={200: {"model": Me}}, openapi_extra=needs(SIGNED_IN)
    )
    def me(call: Calling) -> Response:
        principal = call.principal
        return json_response(
            {
                "id": principal.user_id,
                "name": principal.name,
                "tenant_id": principal.tenant_id,
                "tenant": principal.tenant_slug,
                "locale": principal.locale,
                "time_zone": principal.time_zone,
                "permissions": sorted(principal.permissions),
                "data_scope": principal.data_scope,
                "hidden_fields": sorted(principal.hidden_fields),
            }
        )
