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
    derived: dict[str, Any] | None = Field(description="What was worked out from the rows: a share, a count, a mean.")
    chart: str | None
    understood: list[str] = Field(description="The conditions as they were understood.")
    mended: list[dict[str, str]] = Field(description="Misspelt words and what they were read as.")
    drill: dict[str, Any] | None = Field(description="The body for POST /api/metrics/drill behind the figure.")
    citations: list[dict[str, Any]]
    choices: list[str]
    reason: str | None
    other: dict[str, Any] | None = Field(description="The same by the other figure that the words may mean.")
    parts: list[dict[str, Any]] = Field(description="The replies, where several questions were asked in one.")
