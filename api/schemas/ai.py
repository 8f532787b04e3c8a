"""What the assistant takes and gives."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.metrics import QueryOut


class QuestionBody(BaseModel):
    """A question in the asker's words."""

    model_config = ConfigDict(extra="forbid")

    question: str = Field(examples=["net revenue by region this year"], max_length=10_000)
    locale: str | None = Field(default=None, examples=["en"], max_length=20)


class ReplyOut(BaseModel):
    """An answer with its query and figures, a question back with choices, or a no with its reason."""

    status: Literal["answered", "clarify", "declined"]
    text: str
    metric_query: dict[str, Any] | None
    result: QueryOut | None
    chart: str | None
    citations: list[dict[str, Any]]
    choices: list[str]
    reason: str | None
