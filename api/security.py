"""From a request to the one who asks, with the rights held now."""

import time
from dataclasses import replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from api.context import Services
from transactional.identity.errors import NotAuthenticated, TenantMismatch
from transactional.identity.models import Tenant
from transactional.identity.queries import ActiveUser, find_active_user
from transactional.identity.tokens import Claims, read_access_token
from transactional.kernel.field_access import compile_access, hidden_codes
from transactional.kernel.policy import Place, compile_filters
from transactional.kernel.principal import Principal, system_principal
from transactional.organization.queries import place_of
from transactional.resources import SEALED, THINGS

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
    principal = services.rights.find(token)
    if principal is None:
        principal = await run_in_threadpool(_look_up, services, token)
    _check_tenant(request, services, principal)
    return replace(principal, trace_id=request.scope["state"]["trace_id"])


def _look_up(services: Services, token: str) -> Principal:
    claims = read_access_token(services.keys, token)
    principal = load_principal(services, claims)
    services.rights.keep(token, principal, claims.expires_at - time.time())
    return principal


def load_principal(services: Services, claims: Claims) -> Principal:
    """The user of a token as the database knows them now.  Raises: NotAuthenticated."""
    with services.database.transaction(system_principal(claims.tenant_id, channel="api")) as session:
        user = find_active_user(session, claims.user_id, claims.session_id)
        if user is None:
            raise NotAuthenticated
        place = replace(place_of(session, user.id, user.unit_id), attributes=user.attributes)
        slug = session.get_one(Tenant, claims.tenant_id).slug
        session.expunge_all()
    return principal_of(user, place, claims, slug)


def principal_of(user: ActiveUser, place: Place, claims: Claims, slug: str) -> Principal:
    """A user's roles and place as rights, row filters and access to fields."""
    access, filters = compile_access(user.grants), compile_filters(user.grants, place, THINGS)
    sealed = SEALED if access or filters else frozenset()
    return Principal(
        tenant_id=claims.tenant_id,
        user_id=user.id,
        name=user.name,
        permissions=frozenset().union(*[grant.permissions for grant in user.grants]),
        data_scope=_widest([grant.data_scope for grant in user.grants]),
        unit_ids=place.unit_ids,
        company_ids=place.company_ids,
        employee_id=place.employee_id,
        hidden_fields=hidden_codes(access) | sealed,
        field_access=access,
        row_filters=filters,
        locale=user.locale,
        time_zone=user.time_zone,
        channel="api",
        session_id=claims.session_id,
        account_id=user.account_id,
        tenant_slug=slug,
    )


_SCOPES = ("own", "unit", "subtree", "company", "all")


def _widest(scopes: list[str]) -> str:
    return max(scopes, key=_SCOPES.index, default="own")


def _check_tenant(request: Request, services: Services, principal: Principal) -> None:
    named = request.headers.get(TENANT_HEADER)
    if named is not None and named not in {str(principal.tenant_id), principal.tenant_slug}:
        raise TenantMismatch
    of_host = services.hosts.tenant_of(request.scope["state"]["host"])
    if of_host is not None and of_host != principal.tenant_id:
        raise TenantMismatch
