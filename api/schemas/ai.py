"""What the assistant takes and gives."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.metrics import QueryOut


class QuestionBody(BaseModel):
    """A question in the asker's words."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=["net revenue by region this year"], max_length=10_000)
    locale: str | None = Field(default=None, examples=["en"], max_length=20)
    conversation_id: UUID | None = Field(default=None, description="Goes on with a conversation: follow-ups change it.")


class FeedbackBody(BaseModel):
    """What the asker thinks of an answer."""

    model_config = ConfigDict(extra="forbid")

    is_helpful: bool
    remark: str = Field(default="", max_length=1_000)


class ConversationOut(BaseModel):
    """A conversation of the asker."""

    id: UUID
    title: str
    created_at: datetime


class ConversationsOut(BaseModel):
    """The asker's conversations, the newest first."""

    items: list[ConversationOut]
    next_cursor: str | None = None
    total: int | None = None


class TurnOut(BaseModel):
    """One question with its reply."""

    number: int
    question: str
    reply: dict[str, Any]
    is_helpful: bool | None
    remark: str


class TurnsOut(BaseModel):
    """The questions of a conversation, the oldest first."""

    items: list[TurnOut]
    next_cursor: str | None = None
    total: int | None = None


class ReplyOut(BaseModel):
    """An answer with its query and figures, a question back with choices, or a no with its reason."""

    conversation_id: UUID
    turn: int
    status: Literal["answered", "clarify", "declined"]
    text: str
    metric_query: dict[str, Any] | None
    result: QueryOut | None
    derived: dict[str, Any] | None = Field(description="What was worked out from the rows: a share, a count, a mean.")
    chart: str | None
    understood: list[str] = Field(description="Every condition as understood, with those no query has words for.")
    working: dict[str, Any] | None = Field(
        default=None,
        description="What was done with the rows of the query: its kind, bounds, place, and the other query it took.",
    )
    mended: list[dict[str, str]] = Field(description="Misspelt words and what they were read as.")
    drill: dict[str, Any] | None = Field(description="The body for POST /api/metrics/drill behind the figure.")
    citations: list[dict[str, Any]]
    choices: list[str]
    reason: str | None
    read_by: Literal["rules", "model", "documents"] = Field(description="Who read the question; a model is told.")
    other: dict[str, Any] | None = Field(description="The same by the other figure that the words may mean.")
    parts: list[dict[str, Any]] = Field(description="The replies, where several questions were asked in one.")


class ModelCallOut(BaseModel):
    """One call of the language model; neither question nor answer is kept."""

    at: datetime
    purpose: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost: str
    milliseconds: int
    outcome: str = Field(description="accepted, or why it was not.")


class ModelCallsOut(BaseModel):
    """The tenant's calls of the language model, the newest first."""

    items: list[ModelCallOut]
    next_cursor: str | None = None
    total: int | None = None


class KnowledgeDocumentOut(BaseModel):
    """A document of the knowledge base."""

    id: UUID
    source: str
    title: str
    roles: list[str]
    revision: int
    state: Literal["ready", "unreadable"]
    reason: str = Field(description="Why it is unreadable: broken, encrypted, no_text, not_text or too_long.")
    pieces: int
    embedding: str = Field(description="What made its vectors; empty where words alone find it.")
    updated_at: datetime


class KnowledgeDocumentsOut(BaseModel):
    """The documents that the asker may read."""

    items: list[KnowledgeDocumentOut]
    next_cursor: str | None = None
    total: int | None = None


class ReportWishBody(BaseModel):
    """What a report is to show, in the asker's words."""

    model_config = ConfigDict(extra="forbid")

    wish: str = Field(min_length=1, max_length=10_000, examples=["net revenue by region this year"])
    name: str | None = Field(default=None, min_length=1, max_length=120)
    locale: str | None = Field(default=None, max_length=20)


class ReportMadeOut(BaseModel):
    """A report that was made with its summary, or why none was."""

    status: Literal["made", "clarify", "declined"]
    text: str = Field(description="The summary, each number of it out of the result; or the reason.")
    report: dict[str, Any] | None
    answer: dict[str, Any]
    nearest: list[str] = Field(description="Metrics that are near to what was wished.")
