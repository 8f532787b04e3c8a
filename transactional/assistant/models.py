"""Words that a company gives its figures, and conversations with what was answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from transactional.kernel.model import TenantRow, reference, short_text, unique


class AssistantTerm(TenantRow):
    """A company's own word for a metric, such as sales for what was ordered."""

    __tablename__ = "assistant_terms"
    __table_args__ = (unique("phrase"), {"schema": "assistant"})

    phrase: Mapped[str] = short_text(80)
    metric_name: Mapped[str] = short_text(120)


class Conversation(TenantRow):
    """Questions of one user that build upon each other."""

    __tablename__ = "conversations"
    __table_args__ = ({"schema": "assistant", "info": {"audited": False}},)

    title: Mapped[str] = mapped_column(String(200))


class ConversationTurn(TenantRow):
    """One question with what was answered; `plan` is what a follow-up changes."""

    __tablename__ = "conversation_turns"
    __table_args__ = (
        unique("conversation_id", "turn_number"),
        {"schema": "assistant", "info": {"audited": False}},
    )

    conversation_id: Mapped[UUID] = reference("assistant.conversations")
    turn_number: Mapped[int] = mapped_column(Integer)
    question: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = short_text(20)
    reply: Mapped[dict[str, Any]] = mapped_column(JSONB)
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    is_helpful: Mapped[bool | None] = mapped_column()
    remark: Mapped[str] = mapped_column(String(1000), server_default=text("''"))


class ModelCall(TenantRow):
    """A question put to a language model, with what it took; neither question nor answer is kept."""

    __tablename__ = "model_calls"
    __table_args__ = ({"schema": "assistant", "info": {"audited": False}},)

    purpose: Mapped[str] = short_text(40)
    model_name: Mapped[str] = mapped_column(String(200))
    prompt_tokens: Mapped[int] = mapped_column(Integer)
    completion_tokens: Mapped[int] = mapped_column(Integer)
    cost: Mapped[Decimal] = mapped_column(Numeric(18, 6))
    milliseconds: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(500))
