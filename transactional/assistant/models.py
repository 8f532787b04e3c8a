"""Words that a company gives its figures, and conversations with what was answered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pgvector.sqlalchemy import Vector
from sqlalchemy import CheckConstraint, Computed, ForeignKeyConstraint, Index, Integer, Numeric, String, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from transactional.assistant.states import ServiceRequestKind, ServiceRequestState
from transactional.assistant.vectors import nearest_index
from transactional.kernel.model import TenantRow, one_of, rate, reference, short_text, unique


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


class ServiceRequest(TenantRow):
    """What a customer wants that only a person may do or say, with the conversation that led to it."""

    __tablename__ = "service_requests"
    __table_args__ = (
        one_of("kind", ServiceRequestKind),
        one_of("state", ServiceRequestState),
        Index("ix_service_requests_customer_id", "tenant_id", "customer_id"),
        {"schema": "assistant"},
    )

    customer_id: Mapped[UUID] = reference("scm.customers")
    conversation_id: Mapped[UUID] = reference("assistant.conversations")
    kind: Mapped[str] = short_text(20)
    document_number: Mapped[str | None] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(1000))
    state: Mapped[str] = mapped_column(String(20), server_default="open")
    taken_by: Mapped[UUID | None]
    taken_at: Mapped[datetime | None]
    answer: Mapped[str | None] = mapped_column(String(4000))
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


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


class KnowledgeDocument(TenantRow):
    """A file that answers may cite; the same source again replaces its text."""

    __tablename__ = "knowledge_documents"
    __table_args__ = (unique("source"), {"schema": "assistant"})

    source: Mapped[str] = mapped_column(String(300))
    title: Mapped[str] = mapped_column(String(300))
    role_codes: Mapped[list[str]] = mapped_column(ARRAY(String(40)), server_default=text("'{}'"))
    """Who may read it; empty for all who may read knowledge."""
    content_hash: Mapped[str] = short_text(64)
    revision: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    state: Mapped[str] = short_text(20)
    reason: Mapped[str] = mapped_column(String(200), server_default=text("''"))
    piece_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    embedding_name: Mapped[str] = mapped_column(String(200), server_default=text("''"))


class KnowledgePiece(TenantRow):
    """A part of a document with the place where it stands, its words, and its vector where one was made."""

    __tablename__ = "knowledge_pieces"
    __table_args__ = (
        unique("document_id", "position"),
        Index("knowledge_pieces_words", "words", postgresql_using="gin"),
        nearest_index("knowledge_pieces"),
        {"schema": "assistant", "info": {"audited": False}},
    )

    document_id: Mapped[UUID] = reference("assistant.knowledge_documents")
    position: Mapped[int] = mapped_column(Integer)
    place: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(TSVECTOR, Computed("kernel.search_words(place || ' ' || body)", persisted=True))
    embedding_name: Mapped[str] = mapped_column(String(200), server_default=text("''"))
    embedding: Mapped[Any | None] = mapped_column(Vector())


class ItemVector(TenantRow):
    """What an item is called and where it belongs, as a vector: for what is like it.

    Made of landed rows by the worker, again where the item's words or the model have changed; gone with the item.
    """

    __tablename__ = "item_vectors"
    __table_args__ = (
        unique("item_id"),
        ForeignKeyConstraint(
            ["tenant_id", "item_id"], ["catalog.items.tenant_id", "catalog.items.id"], ondelete="CASCADE"
        ),
        nearest_index("item_vectors"),
        {"schema": "assistant", "info": {"audited": False}},
    )

    item_id: Mapped[UUID]
    words_hash: Mapped[str] = short_text(32)
    """Of the words it was made from: another one says that they have changed."""
    embedding_name: Mapped[str] = mapped_column(String(200))
    embedding: Mapped[Any | None] = mapped_column(Vector())
    """Nothing where the words make no vector."""


class CompletionRule(TenantRow):
    """From which confidence on an empty field of new records is filled in without asking."""

    __tablename__ = "completion_rules"
    __table_args__ = (
        unique("thing", "field"),
        CheckConstraint("confidence_min > 0 and confidence_min <= 1", name="confidence_min"),
        {"schema": "assistant"},
    )

    thing: Mapped[str] = short_text(80)
    field: Mapped[str] = short_text(80)
    confidence_min: Mapped[Decimal] = rate()
