"""Questions and answers kept in a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from transactional.assistant.errors import ConversationNotFound
from transactional.assistant.models import Conversation, ConversationTurn
from transactional.assistant.queries import check_conversation
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session

TITLE_CHARACTERS = 200


def keep_turn(
    session: Session,
    conversation_id: UUID | None,
    question: str,
    reply: Mapping[str, Any],
    plan: Mapping[str, Any] | None,
    *,
    by: Principal,
) -> tuple[UUID, int]:
    """The conversation and the turn's number in it; without a conversation a new one begins.

    Raises: ConversationNotFound.
    """
    shown = question.replace("\x00", " ")
    if conversation_id is None:
        conversation_id = new_id()
        title = shown[:TITLE_CHARACTERS]
        insert_all(
            session, [Conversation(id=conversation_id, tenant_id=by.tenant_id, created_by=by.user_id, title=title)]
        )
    else:
        check_conversation(session, conversation_id, by=by)
        # Two questions at once stand in a row: the second waits for the first one's number.
        session.execute(select(Conversation.id).where(Conversation.id == conversation_id).with_for_update())
    last = session.execute(
        select(func.coalesce(func.max(ConversationTurn.turn_number), 0)).where(
            ConversationTurn.conversation_id == conversation_id
        )
    ).scalar_one()
    turn = ConversationTurn(
        id=new_id(),
        tenant_id=by.tenant_id,
        created_by=by.user_id,
        conversation_id=conversation_id,
        turn_number=int(last) + 1,
        question=shown,
        status=str(reply["status"]),
        reply=dict(reply),
        plan=dict(plan) if plan else None,
    )
    insert_all(session, [turn])
    return conversation_id, int(last) + 1


def judge_turn(
    session: Session,
    conversation_id: UUID,
    turn_number: int,
    *,
    is_helpful: bool,
    remark: str,
    by: Principal,
) -> None:
    """Keep what the asker thinks of an answer.  Raises: ConversationNotFound."""
    check_conversation(session, conversation_id, by=by)
    found = session.execute(
        update(ConversationTurn)
        .where(ConversationTurn.conversation_id == conversation_id, ConversationTurn.turn_number == turn_number)
        .values(is_helpful=is_helpful, remark=remark)
        .returning(ConversationTurn.id)
    ).first()
    if found is None:
        raise ConversationNotFound(id=f"{conversation_id}/{turn_number}")
