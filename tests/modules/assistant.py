"""What the assistant keeps on its own: conversations."""

from sqlalchemy import select

from transactional.assistant.models import Conversation
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session


def a_conversation_is_kept(session: Session) -> None:
    """Under its title."""
    insert_all(session, [Conversation(id=new_id(), title="Revenue")])
    assert session.scalars(select(Conversation.title)).all() == ["Revenue"]


SHARE = (a_conversation_is_kept,)
