"""Incidents and findings: explained, fixed, muted until a day, judged."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from api.calls import Call, Calling
from api.routing import Router, needs
from api.verbs import act, answers
from transactional.kernel.resource import Resource
from transactional.kernel.schema import Strict, text_of
from transactional.kernel.session import Session
from transactional.watch.resources import FINDINGS, INCIDENTS
from transactional.watch.services.answer_incidents import (
    Mute,
    close_findings,
    close_incidents,
    give_feedback,
    incident_of,
    mute_findings,
    mute_incidents,
)
from transactional.watch.states import IncidentState

NOTE_LENGTH_MAX = 1_000
REASON_LENGTH_MAX = 500


class NoteIn(Strict):
    """What there is to say."""

    note: text_of(NOTE_LENGTH_MAX, length_min=1)  # type: ignore[valid-type]


class MuteIn(Strict):
    """Until which day, why, and how much."""

    until: date
    reason: text_of(REASON_LENGTH_MAX, length_min=1)  # type: ignore[valid-type]
    is_whole_subject: bool = Field(
        default=False,
        description="Whether all that is found alike about the same supplier, customer or item is meant; without it "
        "only what was found in these documents. A figure without documents is always meant with its member.",
    )

    def mute(self) -> Mute:
        """As the watchman takes it."""
        return Mute(self.until, self.reason, self.is_whole_subject)


class FeedbackIn(Strict):
    """Whether it was worth telling."""

    is_useful: bool
    note: text_of(NOTE_LENGTH_MAX, length_min=1) | None = None  # type: ignore[valid-type]


Verb = Callable[[Session, UUID, Any, Call], Any]


def _explain_incident(session: Session, key: UUID, given: NoteIn, call: Call) -> None:
    close_incidents(session, [key], IncidentState.EXPLAINED, note=given.note, at=call.services.now())


def _fix_incident(session: Session, key: UUID, given: NoteIn, call: Call) -> None:
    close_incidents(session, [key], IncidentState.FIXED, note=given.note, at=call.services.now())


def _mute_incident(session: Session, key: UUID, given: MuteIn, call: Call) -> None:
    mute_incidents(session, [key], given.mute(), at=call.services.now())


def _judge_incident(session: Session, key: UUID, given: FeedbackIn, call: Call) -> None:
    at = call.services.now()
    give_feedback(session, key, finding_id=None, is_useful=given.is_useful, note=given.note, at=at)


def _explain_finding(session: Session, key: UUID, given: NoteIn, call: Call) -> None:
    close_findings(session, [key], IncidentState.EXPLAINED, note=given.note, at=call.services.now())


def _fix_finding(session: Session, key: UUID, given: NoteIn, call: Call) -> None:
    close_findings(session, [key], IncidentState.FIXED, note=given.note, at=call.services.now())


def _mute_finding(session: Session, key: UUID, given: MuteIn, call: Call) -> None:
    mute_findings(session, [key], given.mute(), at=call.services.now())


def _judge_finding(session: Session, key: UUID, given: FeedbackIn, call: Call) -> None:
    at, incident_id = call.services.now(), incident_of(session, key)
    give_feedback(session, incident_id, finding_id=key, is_useful=given.is_useful, note=given.note, at=at)


def _router(resource: Resource, explain: Verb, fix: Verb, mute: Verb, judge: Verb) -> Router:
    routes = Router(prefix=resource.path, tags=["ai"])
    told, thing = answers(resource), resource.thing

    @routes.post(
        "/{id}/explain",
        name=f"explain_{thing}",
        summary=f"Explain: {thing}",
        responses=told,
        openapi_extra=needs(f"{thing}.explain"),
    )
    def explain_one(id: UUID, given: NoteIn, call: Calling) -> Response:  # noqa: A002
        return act(call, resource, id, lambda session: explain(session, id, given, call))

    @routes.post(
        "/{id}/fix", name=f"fix_{thing}", summary=f"Fix: {thing}", responses=told, openapi_extra=needs(f"{thing}.fix")
    )
    def fix_one(id: UUID, given: NoteIn, call: Calling) -> Response:  # noqa: A002
        return act(call, resource, id, lambda session: fix(session, id, given, call))

    @routes.post(
        "/{id}/mute",
        name=f"mute_{thing}",
        summary=f"Mute: {thing}",
        responses=told,
        openapi_extra=needs(f"{thing}.mute"),
    )
    def mute_one(id: UUID, given: MuteIn, call: Calling) -> Response:  # noqa: A002
        return act(call, resource, id, lambda session: mute(session, id, given, call))

    @routes.post(
        "/{id}/feedback",
        name=f"judge_{thing}",
        summary=f"Say whether it was worth telling: {thing}",
        responses=told,
        openapi_extra=needs(f"{thing}.feedback"),
    )
    def judge_one(id: UUID, given: FeedbackIn, call: Calling) -> Response:  # noqa: A002
        return act(call, resource, id, lambda session: judge(session, id, given, call))

    return routes


def router() -> Router:
    """The verbs of incidents and of findings."""
    both = Router()
    both.include_router(
        _router(INCIDENTS, _explain_incident, _fix_incident, _mute_incident, _judge_incident),
    )
    both.include_router(_router(FINDINGS, _explain_finding, _fix_finding, _mute_finding, _judge_finding))
    return both
