"""`/api/notify/alert-rules`: what is watched; each rule is tested against the past before it is saved."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from api.calls import Calling
from api.lists import envelope_of, list_body
from api.rendering import json_response
from api.resources import expected_version
from api.routers.notify.door import check_receivers, rehearsed, shown_breaches, shown_rule, standard_rules, values_of
from api.routing import Router, needs
from api.schemas.notify.alerts import (
    BreachOut,
    RehearsalOut,
    RuleChangeIn,
    RuleIn,
    RuleMuteIn,
    RuleOut,
    RuleTestIn,
    RuleVersionOut,
    StandardIn,
)
from transactional.kernel.errors import FieldProblem, Invalid, NotAllowed
from transactional.kernel.ids import new_id
from transactional.kernel.rows import update_all
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach, AlertRule, AlertRuleVersion
from transactional.report.queries import page
from transactional.report.services.keep_alert_rules import (
    acknowledge,
    change_rule,
    create_rules,
    end_rule,
    get_rule,
    lock_rule,
    rules_seen,
)

router = Router(prefix="/api/notify", tags=["notify"])
_RULE: dict[int | str, dict[str, Any]] = {200: {"model": RuleOut}}


@router.post(
    "/alert-rules",
    summary="Watch a figure, the load or the program itself",
    status_code=201,
    responses={201: {"model": RuleOut}},
    openapi_extra=needs("alert.manage"),
)
def create(given: RuleIn, request: Request, call: Calling) -> Response:
    """The rule, and what it would have done in the last seven days."""
    past = rehearsed(request, given, call)
    made = AlertRule(id=new_id(), owner_id=call.principal.user_id, muted_until=None, **values_of(given, call))

    def work(session: Session) -> dict[str, Any]:
        check_receivers(session, given)
        create_rules(session, [made])
        return shown_rule(session, made, request) | {"rehearsal": past}

    return call.write(work, status=201)


@router.post(
    "/alert-rules/test",
    summary="Test a rule against the past",
    responses={200: {"model": RehearsalOut}},
    openapi_extra=needs("alert.manage"),
)
def test(given: RuleTestIn, request: Request, call: Calling) -> Response:
    """When the rule would have fired, of whom and until when; nothing is saved."""
    return json_response(rehearsed(request, given, call, days=given.days))


@router.post(
    "/alert-rules/standard",
    summary="Watch what operators need",
    status_code=201,
    responses={201: {"model": envelope_of(RuleOut)}},
    openapi_extra=needs("alert.manage"),
)
def standard(given: StandardIn, request: Request, call: Calling) -> Response:
    """The standard rules that were not there yet, for the caller: instances, processor, memory, disk, pool, figures."""
    if not call.principal.may("status.read"):
        raise NotAllowed(right="status.read")

    def work(session: Session) -> dict[str, Any]:
        there = {*session.scalars(select(AlertRule.standard_key).where(AlertRule.standard_key.is_not(None)))}
        missing = [each for each in standard_rules(call, given) if each.standard_key not in there]
        made = create_rules(session, missing)
        return {"items": [shown_rule(session, each, request) for each in made], "next_cursor": None}

    return call.write(work, status=201)


@router.get(
    "/alert-rules",
    summary="List what is watched",
    responses={200: {"model": envelope_of(RuleOut)}},
    openapi_extra=needs("alert.read"),
)
def rules(
    request: Request, call: Calling, limit: Annotated[int, Query(ge=1, le=500)] = 100, cursor: UUID | None = None
) -> Response:
    """The asker's own rules and those whose breaches the asker is told of; newest first."""

    def work(session: Session) -> tuple[list[dict[str, Any]], UUID | None]:
        wanted = select(AlertRule).where(AlertRule.is_active.is_(True), *rules_seen(call.principal))
        rows, following = page(session, wanted, AlertRule, limit=limit, cursor=cursor)
        return [shown_rule(session, each, request) for each in rows], following

    items, following = call.read(work)
    return list_body(items, next_cursor=str(following) if following else None)


@router.get("/alert-rules/{id}", summary="A rule", responses=_RULE, openapi_extra=needs("alert.read"))
def one(id: UUID, request: Request, call: Calling) -> Response:  # noqa: A002
    """The rule with its state."""
    return json_response(
        call.read(lambda session: shown_rule(session, get_rule(session, id, by=call.principal), request))
    )


@router.patch("/alert-rules/{id}", summary="Change a rule", responses=_RULE, openapi_extra=needs("alert.manage"))
def change(id: UUID, given: RuleChangeIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """The rule in its next version, and what it would have done in the last seven days."""
    expected, _ = expected_version(request, given.version)
    past = rehearsed(request, given, call)

    def work(session: Session) -> dict[str, Any]:
        check_receivers(session, given)
        changed = change_rule(session, id, values_of(given, call), expected=expected, by=call.principal)
        return shown_rule(session, changed, request) | {"rehearsal": past}

    return call.write(work)


@router.get(
    "/alert-rules/{id}/versions",
    summary="List a rule's versions",
    responses={200: {"model": envelope_of(RuleVersionOut)}},
    openapi_extra=needs("alert.read"),
)
def versions(
    id: UUID,  # noqa: A002
    call: Calling,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: UUID | None = None,
) -> Response:
    """The rule as it was each time it was saved, newest first."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        get_rule(session, id, by=call.principal)
        wanted = select(AlertRuleVersion).where(AlertRuleVersion.rule_id == id)
        return page(session, wanted, AlertRuleVersion, limit=limit, cursor=cursor)

    rows, following = call.read(work)
    items = [
        {"number": each.number, "saved_at": each.created_at, "saved_by": each.created_by, "rule": each.rule}
        for each in rows
    ]
    return list_body(items, next_cursor=str(following) if following else None)


@router.post(
    "/alert-rules/{id}/mute",
    summary="Tell nothing of a rule until a date",
    responses=_RULE,
    openapi_extra=needs("alert.manage"),
)
def mute(id: UUID, given: RuleMuteIn, request: Request, call: Calling) -> Response:  # noqa: A002
    """The rule; a breach that lasts longer than the muting is told when it ends."""
    if given.until is not None and given.until <= call.services.now():
        raise Invalid([FieldProblem("until", "is over already", "past")])

    def work(session: Session) -> dict[str, Any]:
        rule = lock_rule(session, id, by=call.principal)
        rule.muted_until = given.until
        update_all(session, [rule], AlertRule.muted_until)
        return shown_rule(session, rule, request)

    return call.write(work)


@router.post(
    "/alert-rules/{id}/acknowledge",
    summary="Say that a breach is being looked at",
    responses=_RULE,
    openapi_extra=needs("alert.read"),
)
def acknowledged(id: UUID, request: Request, call: Calling) -> Response:  # noqa: A002
    """The rule; nothing open of it is escalated any more."""

    def work(session: Session) -> dict[str, Any]:
        rule = get_rule(session, id, by=call.principal)
        acknowledge(session, id, by=call.principal, at=call.services.now())
        return shown_rule(session, rule, request)

    return call.write(work)


@router.post("/alert-rules/{id}/end", summary="Stop watching", responses=_RULE, openapi_extra=needs("alert.manage"))
def end(id: UUID, request: Request, call: Calling) -> Response:  # noqa: A002
    """The rule, which is looked at no more; its breaches stay in the list."""
    return call.write(lambda session: shown_rule(session, end_rule(session, id, by=call.principal), request))


@router.get(
    "/alerts",
    summary="List breaches",
    responses={200: {"model": envelope_of(BreachOut)}},
    openapi_extra=needs("alert.read"),
)
def alerts(
    call: Calling,
    request: Request,
    rule_id: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: UUID | None = None,
) -> Response:
    """Breaches of the rules that the asker sees, newest first; a figure that the asker may not see is withheld."""

    def work(session: Session) -> tuple[list[Any], UUID | None]:
        wanted = select(AlertBreach)
        if rule_id is not None:
            wanted = wanted.where(AlertBreach.rule_id == rule_id)
        seen = rules_seen(call.principal)
        if seen:
            wanted = wanted.where(AlertBreach.rule_id.in_(select(AlertRule.id).where(*seen)))
        rows, following = page(session, wanted, AlertBreach, limit=limit, cursor=cursor)
        return shown_breaches(session, rows, request), following

    items, following = call.read(work)
    return list_body(items, next_cursor=str(following) if following else None)
