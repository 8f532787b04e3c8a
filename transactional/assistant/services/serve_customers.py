"""What customers want of a person: written down, taken, answered, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import String, cast, func, select

from transactional.assistant.errors import NoCustomer
from transactional.assistant.models import ConversationTurn, ServiceRequest
from transactional.assistant.states import SERVICE_REQUEST_MOVES, ServiceRequestKind, ServiceRequestState
from transactional.identity.models import User
from transactional.kernel.errors import invalid
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all, lock_by_id, update_all
from transactional.kernel.session import Session
from transactional.kernel.states import move_to
from transactional.scm.models import Customer

CUSTOMERS_OF_USER = "customer_ids"
"""The attribute of a user that says for which customers the user asks."""


@dataclass(frozen=True, slots=True)
class NewServiceRequest:
    """What is to be written down."""

    customer_id: UUID
    conversation_id: UUID
    kind: ServiceRequestKind
    subject: str
    document_number: str | None = None


def customer_of(session: Session, *, by: Principal) -> UUID:
    """The customer for whom a user asks.  Raises: NoCustomer."""
    attributes = session.scalar(select(User.attributes).where(User.id == by.user_id)) or {}
    named = [str(each) for each in attributes.get(CUSTOMERS_OF_USER) or []]
    found = session.scalar(select(Customer.id).where(cast(Customer.id, String).in_(named)).limit(1))
    if found is None:
        raise NoCustomer
    return found


def open_handover(session: Session, conversation_id: UUID) -> UUID | None:
    """The request by which a conversation waits for a person already."""
    waiting = (ServiceRequestState.OPEN, ServiceRequestState.TAKEN)
    return session.scalar(
        select(ServiceRequest.id)
        .where(ServiceRequest.conversation_id == conversation_id, ServiceRequest.state.in_(waiting))
        .where(ServiceRequest.kind == ServiceRequestKind.HANDOVER)
        .order_by(ServiceRequest.id)
        .limit(1)
    )


def file_requests(session: Session, wanted: Sequence[NewServiceRequest], *, by: Principal) -> list[ServiceRequest]:
    """The requests, open."""
    made = [
        ServiceRequest(
            id=new_id(),
            tenant_id=by.tenant_id,
            created_by=by.user_id,
            customer_id=each.customer_id,
            conversation_id=each.conversation_id,
            kind=each.kind,
            subject=each.subject.replace("\x00", " ")[:1000],
            document_number=each.document_number,
            state=ServiceRequestState.OPEN,
        )
        for each in wanted
    ]
    insert_all(session, made)
    return made


def take_requests(session: Session, ids: Sequence[UUID], *, at: datetime, by: Principal) -> list[ServiceRequest]:
    """The requests, dealt with by the asker from now on.  Raises: NotFound, TransitionRefused."""
    requests = lock_by_id(session, ServiceRequest, ids)
    for each in requests:
        move_to(each, ServiceRequestState.TAKEN, SERVICE_REQUEST_MOVES)
        each.taken_by, each.taken_at = by.user_id, at
    update_all(session, requests, ServiceRequest.state, ServiceRequest.taken_by, ServiceRequest.taken_at)
    return requests


def answer_requests(session: Session, ids: Sequence[UUID], *, text: str, at: datetime) -> list[ServiceRequest]:
    """The requests with their answer, which stands in the customer's conversation as well.

    Raises: NotFound, TransitionRefused, Invalid without a text.
    """
    if not text.strip():
        raise invalid("answer", "say something", "missing")
    requests = lock_by_id(session, ServiceRequest, ids)
    for each in requests:
        move_to(each, ServiceRequestState.ANSWERED, SERVICE_REQUEST_MOVES)
        each.answer, each.answered_at = text, at
    update_all(session, requests, ServiceRequest.state, ServiceRequest.answer, ServiceRequest.answered_at)
    _tell(session, requests, text)
    return requests


def close_requests(session: Session, ids: Sequence[UUID], *, at: datetime) -> list[ServiceRequest]:
    """The requests, closed.  Raises: NotFound, TransitionRefused."""
    requests = lock_by_id(session, ServiceRequest, ids)
    for each in requests:
        move_to(each, ServiceRequestState.CLOSED, SERVICE_REQUEST_MOVES)
        each.closed_at = at
    update_all(session, requests, ServiceRequest.state, ServiceRequest.closed_at)
    return requests


def _tell(session: Session, requests: Sequence[ServiceRequest], text: str) -> None:
    """The answer as the next turn of each conversation."""
    turn = ConversationTurn
    numbers = session.execute(
        select(turn.conversation_id, func.max(turn.turn_number))
        .where(turn.conversation_id.in_([each.conversation_id for each in requests]))
        .group_by(turn.conversation_id)
    )
    last: dict[UUID, int] = {row[0]: row[1] for row in numbers}
    turns = [
        turn(
            id=new_id(),
            tenant_id=each.tenant_id,
            conversation_id=each.conversation_id,
            turn_number=last.get(each.conversation_id, 0) + 1,
            question=each.subject,
            status="answered",
            reply={"status": "answered", "text": text, "by_person": True, "service_request_id": str(each.id)},
        )
        for each in requests
    ]
    insert_all(session, turns)
