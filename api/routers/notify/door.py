"""What routes of alert rules share: understanding, testing and showing a rule."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from starlette.requests import Request

import reports
from api.calls import Call
from api.routers.metrics.door import asker_of, numbers_of, refusals
from api.routing import asker
from api.schemas.notify.alerts import BreachOut, RehearsalOut, RuleIn, StandardIn
from olap.errors import QueryInvalid
from reports.conditions import Rule, earlier_questions, question_at, read_new_rule
from reports.rehearsal import asking, rehearse
from reports.run import check_question
from reports.seen import Seen
from reports.words import language_of
from runtime.measurements import Measurements
from transactional.identity.models import User
from transactional.kernel.arrays import any_of
from transactional.kernel.errors import FieldProblem, Invalid, NotAllowed
from transactional.kernel.ids import new_id
from transactional.kernel.rows import find_one, read
from transactional.kernel.session import Session
from transactional.report.models import AlertBreach, AlertCheck, AlertRule, WebhookEndpoint
from transactional.report.services.keep_alert_rules import VERSIONED

SAVED_DAYS = 7
STANDARD = Path(reports.__file__).parent / "standard_rules.yaml"
_FIRINGS_SHOWN = 100


def values_of(given: RuleIn, call: Call) -> dict[str, Any]:
    """The columns of a rule."""
    users = given.user_ids or ([call.principal.user_id] if call.principal.user_id else [])
    return {name: getattr(given, name) for name in VERSIONED} | {
        "definition": given.model_dump(mode="json")["definition"],
        "channels": list(dict.fromkeys(given.channels)),
        "user_ids": [str(each) for each in dict.fromkeys(users)],
        "escalate_user_ids": [str(each) for each in dict.fromkeys(given.escalate_user_ids)],
    }


def rehearsed(request: Request, given: RuleIn, call: Call, *, days: int = SAVED_DAYS) -> dict[str, Any]:
    """What a rule would have done.  Raises: Invalid where it cannot be evaluated; NotAllowed, MetricForbidden."""
    rule = understood(request, given, call)
    with refusals():
        past = rehearse(
            rule,
            for_minutes=given.for_minutes,
            days=days,
            now=call.services.now(),
            measurements=Measurements(call.services.settings.home),
            ask=asking(numbers_of(request), rule, asker_of(request)),
        )
    shown = {
        "since": past.since,
        "until": past.until,
        "firing_count": len(past.firings),
        "firings": past.firings[:_FIRINGS_SHOWN],
    }
    return RehearsalOut.model_validate(shown, from_attributes=True).model_dump()


def understood(request: Request, given: RuleIn, call: Call) -> Rule:
    """The rule, where it means something to its maker.  Raises: Invalid naming every wrong part; NotAllowed."""
    with refusals():
        try:
            rule = read_new_rule({**given.definition, "kind": given.kind})
        except QueryInvalid as error:
            raise _at_definition(error) from error
        if rule.kind == "measurement" and not call.principal.may("status.read"):
            raise NotAllowed(right="status.read")
        if rule.question is None:
            return rule
        numbers, asker = numbers_of(request), asker_of(request)
        today = numbers.today()
        questions = [question_at(rule, today), *(earlier_questions(rule, today) if rule.kind == "change" else [])]
        try:
            check_question(numbers, questions[0], asker)
        except QueryInvalid as error:
            raise _at_definition(error) from error
    return rule


def _at_definition(error: QueryInvalid) -> Invalid:
    return Invalid([FieldProblem(f"definition/{each.path}", each.reason, each.code) for each in error.problems])


def check_receivers(session: Session, given: RuleIn) -> None:
    """Nothing where everybody who is to be told is there.  Raises: Invalid."""
    problems = [
        FieldProblem(f"{field}/{index}", "there is no such user", "unknown_user")
        for field in ("user_ids", "escalate_user_ids")
        for index, each in enumerate(getattr(given, field))
        if session.execute(select(User.id).where(User.id == each)).first() is None
    ]
    endpoint = given.endpoint_id
    if endpoint and find_one(session, select(WebhookEndpoint).where(WebhookEndpoint.id == endpoint)) is None:
        problems.append(FieldProblem("endpoint_id", "there is no such endpoint", "unknown_endpoint"))
    if problems:
        raise Invalid(problems)


def shown_rule(session: Session, rule: AlertRule, request: Request) -> dict[str, Any]:
    """A rule with its state and what is open of it."""
    known = find_one(session, select(AlertCheck).where(AlertCheck.rule_id == rule.id))
    wanted = select(AlertBreach).where(AlertBreach.rule_id == rule.id, AlertBreach.closed_at.is_(None))
    breaches = read(session, wanted.order_by(AlertBreach.id))
    told = ("id", "version", "definition_version", "owner_id", "standard_key", "is_active", "muted_until")
    seen = _seen(rule, request)
    return {name: getattr(rule, name) for name in (*told, *VERSIONED)} | {
        "state": _state(known, breaches),
        "checked_at": known.checked_at if known else None,
        "data_version": known.data_version if known else None,
        "error": known.error if known else None,
        "open_breaches": [_shown_breach(each, seen) for each in breaches],
        "rehearsal": None,
    }


def _state(known: AlertCheck | None, breaches: list[AlertBreach]) -> str:
    if known is None or known.error or known.checked_at is None:
        return "unknown"
    if breaches:
        return "breached"
    return "pending" if known.pending else "ok"


def shown_breaches(session: Session, breaches: Sequence[AlertBreach], request: Request) -> list[dict[str, Any]]:
    """Breaches of any rules, each as the asker may see it."""
    wanted = select(AlertRule).where(any_of(AlertRule.id, {each.rule_id for each in breaches}))
    seen = {rule.id: _seen(rule, request) for rule in read(session, wanted)}
    return [_shown_breach(each, seen[each.rule_id]) for each in breaches]


def _seen(rule: AlertRule, request: Request) -> Seen:
    return Seen(numbers_of(request), rule, asker_of(request), asker(request).user_id)


def _shown_breach(found: AlertBreach, seen: Seen) -> dict[str, Any]:
    shown = {name: getattr(found, name) for name in BreachOut.model_fields if name != "withheld"}
    for name in ("figure", "closing_figure"):
        told = seen.figure(found.member, shown[name]) if shown[name] is not None else None
        if told != shown[name]:
            return (
                shown | dict.fromkeys(("figure", "closing_figure")) | {"member": "", "expected": "", "withheld": told}
            )
    return shown | {"withheld": None}


def standard_rules(call: Call, given: StandardIn) -> list[AlertRule]:
    """The rules that operators need, for the caller, in the caller's language."""
    me, language = str(call.principal.user_id), language_of(call.principal.locale)
    return [
        AlertRule(
            id=new_id(),
            owner_id=call.principal.user_id,
            standard_key=each["key"],
            name=each["name"][language],
            kind=each.get("kind", "measurement"),
            definition=each["definition"],
            severity=each["severity"],
            for_minutes=each["for_minutes"],
            channels=list(dict.fromkeys(given.channels)),
            user_ids=[me],
            fallback_channel=None if "in_app" in given.channels else "in_app",
            endpoint_id=None,
            escalate_after_minutes=None,
            escalate_user_ids=[],
            muted_until=None,
        )
        for each in yaml.safe_load(STANDARD.read_text(encoding="utf-8"))
    ]
