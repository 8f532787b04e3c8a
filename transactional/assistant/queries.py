"""What the assistant looks up of a tenant and of one of its users."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.assistant.errors import ConversationNotFound
from transactional.assistant.models import AssistantTerm, Conversation, ConversationTurn, ModelCall
from transactional.kernel.principal import Principal
from transactional.kernel.session import Session

CONVERSATIONS_MAX, REPLIES_BACK_MAX = 50, 5


def terms_of(session: Session) -> Mapping[str, str]:
    """The company's own words for metrics."""
    rows = session.execute(select(AssistantTerm.phrase, AssistantTerm.metric_name))
    return {row[0]: row[1] for row in rows}


def check_conversation(session: Session, conversation_id: UUID, *, by: Principal) -> None:
    """Nothing where the conversation is the asker's own.  Raises: ConversationNotFound."""
    owner = session.execute(select(Conversation.created_by).where(Conversation.id == conversation_id)).first()
    if owner is None or owner[0] != by.user_id:
        raise ConversationNotFound(id=str(conversation_id))


def last_plan(session: Session, conversation_id: UUID, *, by: Principal) -> Mapping[str, Any] | None:
    """What the last answered question of a conversation came to.  Raises: ConversationNotFound."""
    check_conversation(session, conversation_id, by=by)
    found = session.execute(
        select(ConversationTurn.plan)
        .where(ConversationTurn.conversation_id == conversation_id, ConversationTurn.status == "answered")
        .order_by(ConversationTurn.turn_number.desc())
        .limit(1)
    ).first()
    return found[0] if found else None


def conversations_of(session: Session, *, by: Principal) -> list[dict[str, Any]]:
    """The asker's conversations, the newest first."""
    rows = session.execute(
        select(Conversation.id, Conversation.title, Conversation.created_at)
        .where(Conversation.created_by == by.user_id)
        .order_by(Conversation.id.desc())
        .limit(CONVERSATIONS_MAX)
    )
    return [{"id": str(row[0]), "title": row[1], "created_at": row[2]} for row in rows]


def last_replies(session: Session, conversation_id: UUID, *, by: Principal) -> list[Mapping[str, Any]]:
    """The last replies of a conversation, the newest first.  Raises: ConversationNotFound."""
    check_conversation(session, conversation_id, by=by)
    turn = ConversationTurn
    newest = select(turn.reply).where(turn.conversation_id == conversation_id).order_by(turn.turn_number.desc())
    return list(session.scalars(newest.limit(REPLIES_BACK_MAX)))


def turns_of(session: Session, conversation_id: UUID, *, by: Principal | None) -> list[dict[str, Any]]:
    """The questions of a conversation with their replies, the oldest first.

    `by` is whose conversation it has to be; None where a service request has opened it to who deals with it.
    Raises: ConversationNotFound.
    """
    if by is not None:
        check_conversation(session, conversation_id, by=by)
    turn = ConversationTurn
    rows = session.execute(
        select(turn.turn_number, turn.question, turn.reply, turn.is_helpful, turn.remark)
        .where(turn.conversation_id == conversation_id)
        .order_by(turn.turn_number)
    )
    return [
        {"number": row[0], "question": row[1], "reply": row[2], "is_helpful": row[3], "remark": row[4]} for row in rows
    ]


def tokens_since(session: Session, since: datetime) -> int:
    """The tokens that the tenant's questions to models took since an instant."""
    used = func.coalesce(func.sum(ModelCall.prompt_tokens + ModelCall.completion_tokens), 0)
    return int(session.execute(select(used).where(ModelCall.created_at >= since)).scalar_one())


def model_calls_of(session: Session, limit: int) -> list[dict[str, Any]]:
    """The tenant's last calls of models, the newest first."""
    call = ModelCall
    rows = session.execute(
        select(
            call.created_at, call.purpose, call.model_name, call.prompt_tokens, call.completion_tokens, call.cost,
            call.milliseconds, call.outcome,
        )
        .order_by(call.id.desc())
        .limit(limit)
    )  # fmt: skip
    names = ("at", "purpose", "model", "prompt_tokens", "completion_tokens", "cost", "milliseconds", "outcome")
    return [dict(zip(names, row, strict=True)) for row in rows]
