"""`/api/notify/subscriptions`: reports that are sent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Call, Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routers.report.door import saved
from api.routing import Router, needs
from api.schemas.notify.subscriptions import LetterOut, RecipientIn, SubscriptionIn, SubscriptionOut
from reports.definition import Definition
from reports.run import check_definition
from reports.schedule import read_schedule
from reports.sending.office import Office
from reports.sending.plan import period_ends
from reports.sending.receivers import NotSent, is_allowed
from reports.sending.write import report_letter, source_of
from transactional.identity.models import User
from transactional.kernel.errors import FieldProblem, Invalid, NotFound, Refused
from transactional.kernel.ids import new_id
from transactional.kernel.rows import find_one, read
from transactional.kernel.session import Session
from transactional.report.errors import ScopeNotHeld
from transactional.report.models import Delivery, Recipient, Subscription, WebhookEndpoint
from transactional.report.queries import page, roles_of
from transactional.report.services.subscribe import end_subscription, get_subscription, subscribe

router = Router(prefix="/api/notify/subscriptions", tags=["notify"])
_FOLLOWING = 5


class NotSentNow(Refused):
    """Somebody would get nothing."""

    code = "not_sent"
    message = "Nothing would be sent: {reason}."


class PreviewTooWide(ScopeNotHeld):
    """A preview would show what the asker may not see."""

    code = "preview_too_wide"
    message = "Only somebody who sees all of a report may look at it as {role} does."


@router.post(
    "",
    summary="Have a report sent",
    status_code=201,
    responses={201: {"model": SubscriptionOut}},
    openapi_extra=needs("report.create"),
)
def create(given: SubscriptionIn, call: Calling) -> Response:
    """The subscription with its next five moments."""
    saved(call, given.report_id)
    with refusals():
        schedule = read_schedule(given.schedule)

    def work(session: Session) -> dict[str, Any]:
        _check(session, given, call)
        due_at = schedule.following(call.services.now(), period_ends(session))
        values = given.model_dump(exclude={"recipients"}, mode="python")
        new = Subscription(id=new_id(), owner_id=call.principal.user_id, due_at=due_at, **values)
        recipients = [Recipient(id=new_id(), **each.model_dump()) for each in given.recipients]
        return shown(session, subscribe(session, new, recipients))

    return call.write(work, status=201)


@router.get(
    "",
    summary="List subscriptions",
    responses={200: {"model": envelope_of(SubscriptionOut)}},
    openapi_extra=needs("report.read"),
)
def listed(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: UUID | None = None) -> Response:
    """Those the asker owns or manages; newest first."""

    def work(session: Session) -> tuple[list[dict[str, Any]], UUID | None]:
        wanted = select(Subscription)
        if not call.principal.may("report.manage"):
            wanted = wanted.where(Subscription.owner_id == call.principal.user_id)
        rows, following = page(session, wanted, Subscription, limit=limit, cursor=cursor)
        return [shown(session, each) for each in rows], following

    items, following = call.read(work)
    return list_body(items, next_cursor=str(following) if following else None)


@router.get(
    "/{id}", summary="A subscription", responses={200: {"model": SubscriptionOut}}, openapi_extra=needs("report.read")
)
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The subscription with its next five moments."""
    return json_response(call.read(lambda session: shown(session, get_subscription(session, id, by=call.principal))))


@router.post(
    "/{id}/end",
    summary="Stop sending a report",
    responses={200: {"model": SubscriptionOut}},
    openapi_extra=needs("report.create"),
)
def end(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The subscription, of which nothing more is sent."""
    return call.write(lambda session: shown(session, end_subscription(session, id, by=call.principal)))


@router.get(
    "/{id}/recipients/{recipient_id}/preview",
    summary="What a receiver would get now",
    responses={200: {"model": LetterOut}},
    openapi_extra=needs("report.read"),
)
def preview(id: UUID, recipient_id: UUID, request: Request, call: Calling) -> Response:  # noqa: A002
    """The letter, with the receiver's rights and in the receiver's language."""
    office = Office(call.services.settings, call.services.database, numbers_of(request), call.services.now)

    def work(session: Session) -> Any:
        get_subscription(session, id, by=call.principal)
        wanted = select(Recipient).where(Recipient.id == recipient_id, Recipient.subscription_id == id)
        found = find_one(session, wanted)
        if found is None:
            raise NotFound(kind="recipient", id=recipient_id)
        pretended = Delivery(
            subscription_id=id,
            recipient_id=found.id,
            user_id=found.user_id,
            address=found.address,
            endpoint_id=found.endpoint_id,
        )
        return found, source_of(office, session, pretended)

    recipient, source = call.read(work)
    if isinstance(source, NotSent):
        raise NotSentNow(reason=source.reason)
    if recipient.user_id != call.principal.user_id:
        _check_sees_all(request, call, Definition.from_data(source.definition.definition), source.receiver.name)
    with refusals():
        letter = report_letter(office, source, source.receiver.asker, source.receiver.asker.locale)
    names = [f"{name}.{kind}" for name, kind, _ in letter.files]
    return json_response({"subject": letter.subject, "text": letter.text, "html": letter.html, "files": names})


def _check_sees_all(request: Request, call: Call, definition: Definition, name: str) -> None:
    """Nothing for somebody whose own view of a report lacks nothing: a preview must not widen it."""
    if call.principal.row_filters or call.principal.hidden_fields:
        raise PreviewTooWide(role=name)
    with refusals():
        check_definition(numbers_of(request), definition, asker_of(request))


def _check(session: Session, given: SubscriptionIn, call: Call) -> None:
    problems: list[FieldProblem] = []
    for index, each in enumerate(given.recipients):
        problems += _recipient_problems(session, f"recipients/{index}", each, given)
    if problems:
        raise Invalid(problems)
    held = call.principal.may("report.manage") or given.scope_role_id in roles_of(session, call.principal.user_id)
    if given.scope_role_id is not None and not held:
        raise ScopeNotHeld(role=str(given.scope_role_id))


def _recipient_problems(session: Session, path: str, each: RecipientIn, given: SubscriptionIn) -> list[FieldProblem]:
    named = [name for name in ("user_id", "address", "endpoint_id") if getattr(each, name) is not None]
    wanted = {"webhook": ["endpoint_id"], "in_app": ["user_id"]}.get(each.channel)
    if len(named) != 1 or (wanted and named != wanted) or (each.channel == "mail" and named == ["endpoint_id"]):
        reason = "mail goes to a user_id or an address, in_app to a user_id, webhook to an endpoint_id"
        return [FieldProblem(path, reason, "one_receiver")]
    if each.user_id and not _is_there(session, User, each.user_id):
        return [FieldProblem(f"{path}/user_id", "there is no such user", "unknown_user")]
    if each.endpoint_id and not _is_there(session, WebhookEndpoint, each.endpoint_id):
        return [FieldProblem(f"{path}/endpoint_id", "there is no such endpoint", "unknown_endpoint")]
    found = []
    if each.address and not is_allowed(session, each.address):
        found.append(
            FieldProblem(f"{path}/address", "the domain is not on the list of allowed ones", "domain_not_allowed")
        )
    if not each.user_id and given.scope_role_id is None:
        found.append(FieldProblem("scope_role_id", "is needed for receivers that are no users", "missing"))
    return found


def _is_there(session: Session, model: Any, id_: UUID) -> bool:
    return session.execute(select(model.id).where(model.id == id_)).first() is not None


def shown(session: Session, found: Subscription) -> dict[str, Any]:
    """A subscription for JSON."""
    recipients = read(session, select(Recipient).where(Recipient.subscription_id == found.id).order_by(Recipient.id))
    return {
        "id": found.id,
        "report_id": found.report_id,
        "owner_id": found.owner_id,
        "name": found.name,
        "schedule": found.schedule,
        "formats": list(found.formats),
        "late_after_minutes": found.late_after_minutes,
        "scope_role_id": found.scope_role_id,
        "due_at": found.due_at,
        "is_active": found.is_active,
        "following": _following(session, found),
        "recipients": [
            {
                "id": each.id,
                "channel": each.channel,
                "user_id": each.user_id,
                "address": each.address,
                "endpoint_id": each.endpoint_id,
                "unsubscribed_at": each.unsubscribed_at,
            }
            for each in recipients
        ],
    }


def _following(session: Session, found: Subscription) -> list[datetime]:
    """The next five moments."""
    if found.due_at is None or not found.is_active:
        return []
    schedule, periods, moments = read_schedule(found.schedule), period_ends(session), [found.due_at]
    while len(moments) < _FOLLOWING:
        moment = schedule.following(moments[-1], periods)
        if moment is None:
            break
        moments.append(moment)
    return moments
