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
    understood: list[str] = Field(description="The conditions as they were understood.")
    mended: list[dict[str, str]] = Field(description="Misspelt words and what they were read as.")
    drill: dict[str, Any] | None = Field(description="The body for POST /api/metrics/drill behind the figure.")
    citations: list[dict[str, Any]]
    choices: list[str]
    reason: str | None
    read_by: Literal["rules", "model"] = Field(description="Who read the question; a model's reading is told.")
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
