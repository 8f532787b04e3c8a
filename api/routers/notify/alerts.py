"""`/api/notify/alert-rules` and `/alerts`: what is watched, and what was found."""

from __future__ import annotations

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
from api.routing import Router, needs
from api.schemas.notify.alerts import BreachOut, RuleIn, RuleMuteIn, RuleOut
from olap.errors import QueryInvalid
from reports.conditions import earlier_questions, question_at, read_rule
from reports.run import check_question
from transactional.identity.models import User
from transactional.kernel.errors import FieldProblem, Invalid, NotFound
from transactional.kernel.ids import new_id
from transactional.kernel.rows import find_one, insert_all, lock_by_id, read, update_all
from transactional.kernel.session import Session
from transactional.report.errors import ReportNotYours
from transactional.report.models import AlertBreach, AlertCheck, AlertRule, WebhookEndpoint
from transactional.report.queries import page

router = Router(prefix="/api/notify", tags=["notify"])


@router.post(
    "/alert-rules",
    summary="Watch a figure or the load",
    status_code=201,
    responses={201: {"model": RuleOut}},
    openapi_extra=needs("alert.manage"),
)
def create(given: RuleIn, request: Request, call: Calling) -> Response:
    """The rule; it is looked at after the next load."""
    _check_definition(request, given)
    users = given.user_ids or ([call.principal.user_id] if call.principal.user_id else [])
    made = AlertRule(
        id=new_id(),
        name=given.name,
        kind=given.kind,
        owner_id=call.principal.user_id,
        definition=given.model_dump(mode="json")["definition"],
        channels=list(dict.fromkeys(given.channels)),
        user_ids=[str(each) for each in dict.fromkeys(users)],
        endpoint_id=given.endpoint_id,
        muted_until=None,
    )

    def work(session: Session) -> dict[str, Any]:
        _check_receivers(session, given)
        insert_all(session, [made])
        return _shown(session, made)

    return call.write(work, status=201)


@router.get(
    "/alert-rules",
    summary="List what is watched",
    responses={200: {"model": envelope_of(RuleOut)}},
    openapi_extra=needs("alert.read"),
)
def rules(call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: UUID | None = None) -> Response:
    """Rules that the asker owns, manages, or is told of; newest first."""

    def work(session: Session) -> tuple[list[dict[str, Any]], UUID | None]:
        wanted = select(AlertRule).where(AlertRule.is_active.is_(True))
        if not call.principal.may("alert.manage"):
            wanted = wanted.where(AlertRule.user_ids.contains([str(call.principal.user_id)]))
        rows, following = page(session, wanted, AlertRule, limit=limit, cursor=cursor)
        return [_shown(session, each) for each in rows], following

    items, following = call.read(work)
    return list_body(items, next_cursor=str(following) if following else None)


@router.get(
    "/alert-rules/{id}", summary="A rule", responses={200: {"model": RuleOut}}, openapi_extra=needs("alert.read")
)
def one(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The rule with its state."""
    return json_response(call.read(lambda session: _shown(session, _seen(session, id, call))))


@router.post(
    "/alert-rules/{id}/mute",
    summary="Tell nothing of a rule until a date",
    responses={200: {"model": RuleOut}},
    openapi_extra=needs("alert.manage"),
)
def mute(id: UUID, given: RuleMuteIn, call: Calling) -> Response:  # noqa: A002
    """The rule; a breach that lasts longer than the muting is told when it ends."""
    if given.until is not None and given.until <= call.services.now():
        raise Invalid([FieldProblem("until", "is over already", "past")])

    def work(session: Session) -> dict[str, Any]:
        rule = _changeable(session, id, call)
        rule.muted_until = given.until
        update_all(session, [rule], AlertRule.muted_until)
        return _shown(session, rule)

    return call.write(work)


@router.post(
    "/alert-rules/{id}/end",
    summary="Stop watching",
    responses={200: {"model": RuleOut}},
    openapi_extra=needs("alert.manage"),
)
def end(id: UUID, call: Calling) -> Response:  # noqa: A002
    """The rule, which is looked at no more; its breaches stay in the list."""

    def work(session: Session) -> dict[str, Any]:
        rule = _changeable(session, id, call)
        rule.is_active = False
        update_all(session, [rule], AlertRule.is_active)
        return _shown(session, rule)

    return call.write(work)


@router.get(
    "/alerts",
    summary="List breaches",
    responses={200: {"model": envelope_of(BreachOut)}},
    openapi_extra=needs("alert.read"),
)
def alerts(
    call: Calling,
    rule_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: UUID | None = None,
) -> Response:
    """Breaches of the rules that the asker sees, newest first."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        wanted = select(AlertBreach)
        if rule_id is not None:
            wanted = wanted.where(AlertBreach.rule_id == rule_id)
        if not call.principal.may("alert.manage"):
            seen = select(AlertRule.id).where(AlertRule.user_ids.contains([str(call.principal.user_id)]))
            wanted = wanted.where(AlertBreach.rule_id.in_(seen))
        return page(session, wanted, AlertBreach, limit=limit, cursor=cursor)

    rows, following = call.read(work)
    return list_body([_breach(each) for each in rows], next_cursor=str(following) if following else None)


def _check_definition(request: Request, given: RuleIn) -> None:
    with refusals():
        try:
            rule = read_rule({**given.definition, "kind": given.kind})
        except QueryInvalid as error:
            raise _at_definition(error) from error
        if rule.question is None:
            return
        numbers, asker = numbers_of(request), asker_of(request)
        today = numbers.today()
        questions = [question_at(rule, today), *(earlier_questions(rule, today) if rule.kind == "change" else [])]
        try:
            check_question(numbers, questions[0], asker)
        except QueryInvalid as error:
            raise _at_definition(error) from error


def _at_definition(error: QueryInvalid) -> Invalid:
    return Invalid([FieldProblem(f"definition/{each.path}", each.reason, each.code) for each in error.problems])


def _check_receivers(session: Session, given: RuleIn) -> None:
    problems = [
        FieldProblem(f"user_ids/{index}", "there is no such user", "unknown_user")
        for index, each in enumerate(given.user_ids)
        if session.execute(select(User.id).where(User.id == each)).first() is None
    ]
    endpoint = given.endpoint_id
    if endpoint and find_one(session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint)) is None:
        problems.append(FieldProblem("endpoint_id", "there is no such endpoint", "unknown_endpoint"))
    if problems:
        raise Invalid(problems)


def _seen(session: Session, rule_id: UUID, call: Call) -> AlertRule:
    found = find_one(session, select(AlertRule).where(AlertRule.id == rule_id))
    me = str(call.principal.user_id)
    if found is None or not (call.principal.may("alert.manage") or me in found.user_ids):
        raise NotFound(kind="alert rule", id=rule_id)
    return found


def _changeable(session: Session, rule_id: UUID, call: Call) -> AlertRule:
    [found] = lock_by_id(session, AlertRule, [rule_id])
    if found.owner_id != call.principal.user_id and not call.principal.may("report.manage"):
        raise ReportNotYours(kind="alert rule")
    return found


def _shown(session: Session, rule: AlertRule) -> dict[str, Any]:
    known = find_one(session, select(AlertCheck).where(AlertCheck.rule_id == rule.id))
    wanted = select(AlertBreach).where(AlertBreach.rule_id == rule.id, AlertBreach.closed_at.is_(None))
    breaches = read(session, wanted.order_by(AlertBreach.id))
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": rule.kind,
        "owner_id": rule.owner_id,
        "definition": rule.definition,
        "channels": list(rule.channels),
        "user_ids": list(rule.user_ids),
        "endpoint_id": rule.endpoint_id,
        "is_active": rule.is_active,
        "muted_until": rule.muted_until,
        "state": "unknown" if known is None or known.error else "breached" if breaches else "ok",
        "checked_at": known.checked_at if known else None,
        "data_version": known.data_version if known else None,
        "error": known.error if known else None,
        "open_breaches": [_breach(each) for each in breaches],
    }


def _breach(found: AlertBreach) -> dict[str, Any]:
    return {name: getattr(found, name) for name in BreachOut.model_fields}
