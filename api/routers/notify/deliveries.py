"""What was sent, and how one ends it: the log, notices, unsubscribing, domains, endpoints."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from sqlalchemy import or_, select
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.calls import Calling
from api.context import Services
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routing import Router, is_open, needs
from api.schemas.notify.notices import NoticeOut
from api.schemas.notify.subscriptions import DeliveryOut, EndpointIn, EndpointOut, SettingsIn, SettingsOut
from reports.sending.receivers import allowed_domains, read_unsubscribe
from reports.webhook import WebhookRefused, check_address, key_of
from transactional.kernel.errors import NotFound, Refused, invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.models import Delivery, Notice, NotifySettings, Subscription, WebhookEndpoint
from transactional.report.queries import page
from transactional.report.services.subscribe import unsubscribe

router = Router(prefix="/api/notify", tags=["notify"])
_SHOWN = tuple(DeliveryOut.model_fields)


class NotUnconfirmed(Refused):
    """Only what may have been lost is sent again."""

    code = "not_unconfirmed"
    message = "This delivery is {state}: only unconfirmed and failed ones are sent again."


@router.get(
    "/deliveries",
    summary="What was sent to whom",
    responses={200: {"model": envelope_of(DeliveryOut)}},
    openapi_extra=needs("report.read"),
)
def deliveries(
    call: Calling,
    subscription_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: UUID | None = None,
) -> Response:
    """The log, newest first: of one's own subscriptions and what one received; all of it for managers."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        wanted = select(Delivery)
        if subscription_id:
            wanted = wanted.where(Delivery.subscription_id == subscription_id)
        if not call.principal.may("report.manage"):
            own = select(Subscription.id).where(Subscription.owner_id == call.principal.user_id)
            wanted = wanted.where(or_(Delivery.user_id == call.principal.user_id, Delivery.subscription_id.in_(own)))
        return page(session, wanted, Delivery, limit=limit, cursor=cursor)

    rows, following = call.read(work)
    return list_body([_shown(each) for each in rows], next_cursor=str(following) if following else None)


@router.post(
    "/deliveries/{id}/send-again",
    summary="Send once more what may have been lost",
    responses={200: {"model": DeliveryOut}},
    openapi_extra=needs("report.manage"),
)
def send_again(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The delivery, waiting again; under the same Message-ID, so that a receiver who has it knows."""

    def work(session: Session) -> dict[str, Any]:
        [found] = lock_by_id(session, Delivery, [id])
        if found.state not in {"unconfirmed", "failed"}:
            raise NotUnconfirmed(state=found.state)
        found.state, found.attempts, found.next_try_at = "waiting", 0, call.services.now()
        update_all(session, [found], Delivery.state, Delivery.attempts, Delivery.next_try_at)
        return _shown(found)

    return call.write(work)


@router.get(
    "/notices",
    summary="What one was told in the program",
    responses={200: {"model": envelope_of(NoticeOut)}},
    openapi_extra=needs("signed-in"),
)
def notices(
    call: Calling,
    unread: bool = False,  # noqa: FBT001, FBT002  # a parameter of the address
    limit: Annotated[int, Query(ge=1, le=500)] = 50,
    cursor: UUID | None = None,
) -> Response:
    """One's own, newest first."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        wanted = select(Notice).where(Notice.user_id == call.principal.user_id)
        wanted = wanted.where(Notice.read_at.is_(None)) if unread else wanted
        return page(session, wanted, Notice, limit=limit, cursor=cursor)

    rows, following = call.read(work)
    return list_body([_notice(each) for each in rows], next_cursor=str(following) if following else None)


@router.post(
    "/notices/{id}/read",
    summary="Have read a notice",
    responses={200: {"model": NoticeOut}},
    openapi_extra=needs("signed-in"),
)
def read_notice(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The notice, read."""

    def work(session: Session) -> dict[str, Any]:
        [found] = lock_by_id(session, Notice, [id], Notice.user_id == call.principal.user_id)
        found.read_at = found.read_at or call.services.now()
        update_all(session, [found], Notice.read_at)
        return _notice(found)

    return call.write(work)


_UNSUBSCRIBE = is_open("the link in a mail ends that mail for its receiver and can do nothing else")


@router.get("/unsubscribe/{token}", summary="Ask before ending a mail", openapi_extra=_UNSUBSCRIBE)
def ask_unsubscribe(request: Request, token: str = Path(max_length=200)) -> Response:
    """A page with one button: what merely follows links ends nothing."""
    _named(request, token)
    return HTMLResponse(
        '<!doctype html><meta charset="utf-8"><title>qooerp</title><form method="post" style="margin:4em">'
        '<button style="font-size:1.1em;padding:.6em 1.2em">Unsubscribe · 退订</button></form>'
    )


@router.post("/unsubscribe/{token}", summary="End a mail", status_code=204, openapi_extra=_UNSUBSCRIBE)
def end_mail(request: Request, token: str = Path(max_length=200)) -> Response:
    """Nothing: its receiver gets no more of it.  Source: RFC 8058, one click."""
    services: Services = request.app.state.services
    tenant_id, recipient_id = _named(request, token)
    with services.database.transaction(system_principal(tenant_id, channel="link")) as session:
        unsubscribe(session, recipient_id, at=services.now())
    return Response(status_code=204)


def _named(request: Request, token: str) -> tuple[UUID, UUID]:
    found = read_unsubscribe(request.app.state.services.settings, token)
    if found is None:
        raise NotFound(kind="link", id="")
    return found


@router.get(
    "/settings",
    summary="To which domains mail may go",
    responses={200: {"model": SettingsOut}},
    openapi_extra=needs("notify.manage"),
)
def settings(call: Calling) -> Response:
    """The allowed domains outside."""
    return json_response({"allowed_domains": sorted(call.read(allowed_domains))})


@router.post(
    "/settings",
    summary="Set to which domains mail may go",
    responses={200: {"model": SettingsOut}},
    openapi_extra=needs("notify.manage"),
)
def set_settings(given: SettingsIn, call: Calling) -> Response:
    """The allowed domains outside."""

    def work(session: Session) -> dict[str, Any]:
        domains = sorted(set(given.allowed_domains))
        known = read(session, select(NotifySettings).with_for_update())
        if known:
            known[0].allowed_domains = domains
            update_all(session, known[:1], NotifySettings.allowed_domains)
        else:
            insert_all(session, [NotifySettings(name="settings", allowed_domains=domains)])
        return {"allowed_domains": domains}

    return call.write(work)


@router.get(
    "/endpoints",
    summary="Addresses told by HTTP",
    responses={200: {"model": envelope_of(EndpointOut)}},
    openapi_extra=needs("notify.manage"),
)
def endpoints(call: Calling) -> Response:
    """Without their signing keys."""
    rows = call.read(lambda session: read(session, select(WebhookEndpoint).order_by(WebhookEndpoint.id)))
    return list_body([_endpoint(each) for each in rows])


@router.post(
    "/endpoints",
    summary="Have an address told by HTTP",
    status_code=201,
    responses={201: {"model": EndpointOut}},
    openapi_extra=needs("notify.manage"),
)
def create_endpoint(given: EndpointIn, call: Calling) -> Response:
    """The endpoint with its signing key, which is told this once."""
    try:
        check_address(call.services.settings, given.url)
    except WebhookRefused as error:
        raise invalid("url", str(error), "private_address") from error
    made = WebhookEndpoint(id=new_id(), name=given.name, url=given.url)

    def work(session: Session) -> dict[str, Any]:
        insert_all(session, [made])
        return _endpoint(made) | {"signing_key": key_of(call.services.settings, made.id)}

    return call.write(work, status=201)


def _endpoint(found: WebhookEndpoint) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "url": found.url, "is_active": found.is_active, "signing_key": None}


def _shown(found: Delivery) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _SHOWN}


def _notice(found: Notice) -> dict[str, Any]:
    return {name: getattr(found, name) for name in NoticeOut.model_fields}
