"""The tenants a person works in: which there are, going from one to another, and joining a second login to the own."""

from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.context import Services
from api.database_errors import guarded
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routers.auth.tokens import device_of, entered, in_turn, tenant_shown
from api.routing import SIGNED_IN, Router, asker, needs
from api.schemas.auth import Join, SignedInShown, Switch, TenantShown, TenantsShown
from api.security import services_of
from transactional.flows.alert_logins import alert_new_country
from transactional.identity.services.join_accounts import join_accounts
from transactional.identity.services.sign_in import Credentials, Entrance, SignedIn, TenantChoice, open_tenants
from transactional.identity.services.switch_tenants import switch_tenant
from transactional.kernel.errors import BrokenInvariant, DomainError


def router() -> APIRouter:
    """The routes under `/api/auth` that concern more than one tenant."""
    routes = Router(prefix="/api/auth", tags=["auth"])
    _add_tenants(routes)
    _add_switch(routes)
    _add_join(routes)
    return routes


def _add_tenants(routes: Router) -> None:
    @routes.get(
        "/tenants",
        summary="The tenants one may enter by the own login",
        responses={200: {"model": envelope_of(TenantShown)}},
        openapi_extra=needs(SIGNED_IN),
    )
    def tenants(request: Request) -> Response:
        services, account_id = services_of(request), _account_of(request)

        def work() -> list[TenantChoice]:
            with services.database.outside_tenants() as session:
                return open_tenants(session, account_id)

        return list_body([tenant_shown(each) for each in guarded(work)])


def _add_switch(routes: Router) -> None:
    @routes.post(
        "/switch",
        summary="Go to another of the own tenants: tokens of a sign-in of its own there",
        responses={200: {"model": SignedInShown}},
        openapi_extra=needs(SIGNED_IN),
    )
    def switch(given: Switch, request: Request) -> Response:
        services, account_id = services_of(request), _account_of(request)
        entrance = Entrance(device=device_of(request), tenant=given.tenant, host_tenant_id=_host_of(services, request))

        def work() -> SignedIn | DomainError:
            with services.database.outside_tenants() as session:
                at = services.now()
                outcome = switch_tenant(session, account_id, entrance, keys=services.keys, at=at)
                if isinstance(outcome, SignedIn):
                    alert_new_country(session, outcome.tenant.id, outcome.username, at=at)
                return outcome

        outcome = guarded(work)
        if isinstance(outcome, DomainError):
            raise outcome
        return json_response(entered(outcome))


def _add_join(routes: Router) -> None:
    @routes.post(
        "/join",
        summary="Join another login to the own, which leads into its tenants from then on; the other one ends",
        responses={200: {"model": TenantsShown}},
        openapi_extra=needs(SIGNED_IN),
    )
    def join(given: Join, request: Request) -> Response:
        services, account_id = services_of(request), _account_of(request)
        credentials = Credentials(username=given.username, password=given.password, device=device_of(request))

        def work() -> list[TenantChoice] | DomainError:
            with services.database.outside_tenants() as session:
                return join_accounts(session, account_id, credentials, at=services.now(), hasher=services.hasher)

        found = in_turn(services, work)
        # The other login's access tokens end with it.
        services.rights.forget()
        return json_response({"tenants": [tenant_shown(each) for each in found]})


def _account_of(request: Request) -> UUID:
    account_id = asker(request).account_id
    if account_id is None:
        raise BrokenInvariant("a user without an account is signed in")
    return account_id


def _host_of(services: Services, request: Request) -> UUID | None:
    return services.hosts.tenant_of(request.scope["state"]["host"])
