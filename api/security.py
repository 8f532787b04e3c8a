"""From a request to the one who asks, with the rights held now."""

import time
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.context import Services
from runtime.tracing import current as current_trace
from transactional.identity.errors import NotAuthenticated, TenantMismatch
from transactional.identity.tokens import Claims, read_access_token
from transactional.kernel.principal import Principal, system_principal
from transactional.principals import find_principal

TENANT_HEADER = "x-tenant"


def services_of(request: Request) -> Services:
    """The shared services of the application a request came to."""
    services: Services = request.app.state.services
    return services


def bearer_of(request: Request) -> str:
    """The token a request carries.  Raises: NotAuthenticated."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise NotAuthenticated
    return token.strip()


async def authenticate(request: Request) -> Principal:
    """Who asks, with rights no older than a second.  Raises: NotAuthenticated, TenantMismatch."""
    services, token = services_of(request), bearer_of(request)
    began = time.perf_counter_ns()
    principal = services.rights.find(token)
    services.telemetry.look_up("rights", found=principal is not None)
    if (trace := current_trace.get()) is not None:
        trace.note("cache", began, time.perf_counter_ns(), cache="rights", found=principal is not None)
    if principal is None:
        principal = await services.rights.look_up(token, lambda: run_in_threadpool(_look_up, services, token))
    _check_tenant(request, services, principal)
    return replace(principal, trace_id=request.scope["state"]["trace_id"])


def _look_up(services: Services, token: str) -> Principal:
    claims = read_access_token(services.keys, token)
    principal = load_principal(services, claims)
    services.rights.keep(token, principal, claims.expires_at - time.time())
    return principal


def load_principal(services: Services, claims: Claims) -> Principal:
    """The user of a token as the database knows them now.  Raises: NotAuthenticated."""
    asker = system_principal(claims.tenant_id, channel="api")
    with services.database.transaction(asker, is_one_document=True) as session:
        found = find_principal(session, claims.user_id, claims.session_id)
    if found is None:
        raise NotAuthenticated
    return found[0]


def _check_tenant(request: Request, services: Services, principal: Principal) -> None:
    named = request.headers.get(TENANT_HEADER)
    if named is not None and named not in {str(principal.tenant_id), principal.tenant_slug}:
        raise TenantMismatch
    of_host = services.hosts.tenant_of(request.scope["state"]["host"])
    if of_host is not None and of_host != principal.tenant_id:
        raise TenantMismatch
