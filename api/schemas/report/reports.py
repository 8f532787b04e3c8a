"""What comes in and goes out of the routes of reports."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from api.schemas.metrics import ColumnOut, EvidenceOut

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Format = Literal["csv", "xlsx", "pdf", "parquet"]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DefinitionIn(_Body):
    """What a report shows: a question as `/api/metrics/query` or `/pivot` takes it, and what moves with the day."""

    kind: Literal["table", "pivot", "rows"] = Field(
        default="table", description="Figures as a table or a pivot; or rows of one of `/api/report/sources`."
    )
    question: dict[str, Any] = Field(examples=[{"metrics": ["net_revenue"], "group_by": ["customer"], "totals": True}])
    period: str | None = Field(default=None, examples=["last_month"])
    chart: dict[str, Any] | None = Field(default=None, examples=[{"type": "bar", "metric": "net_revenue"}])
    parameters: list[dict[str, Any]] = Field(default_factory=list, examples=[[{"name": "region", "field": "region"}]])
    title: dict[str, str] = Field(default_factory=dict, examples=[{"en": "Revenue", "zh": "收入"}])

    def as_data(self) -> dict[str, Any]:
        """The definition as plain data, without what was not said."""
        return self.model_dump(exclude_unset=True, mode="json") | {"kind": self.kind}


class RunIn(_Body):
    """What is said when a report is run."""

    parameters: dict[str, Any] = Field(default_factory=dict)
    period: str | dict[str, Any] | None = Field(default=None, description="Days instead of the definition's.")
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class AskIn(RunIn):
    """A definition that is not saved, to be run."""

    definition: DefinitionIn


class ExportIn(RunIn):
    """A report to be written to a file."""

    format: Format


class RunJobIn(ExportIn):
    """A file to be written in the background: of a saved report, or of a definition."""

    report_id: UUID | None = None
    definition: DefinitionIn | None = None


class ReportIn(_Body):
    """A new report."""

    name: Name
    description: str | None = Field(default=None, max_length=1000)
    definition: DefinitionIn


class ReportChange(_Body):
    """A change of a report; another definition becomes its next version."""

    name: Name | None = None
    description: str | None = Field(default=None, max_length=1000)
    definition: DefinitionIn | None = None
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class CopyIn(_Body):
    """What a copy is called."""

    name: Name | None = None


class ReportOut(BaseModel):
    """A report without its figures."""

    id: UUID
    name: str
    description: str | None
    owner_id: UUID
    definition_version: int
    library_key: str | None
    version: int
    updated_at: datetime | None = None
    definition: dict[str, Any] | None = None
    may_edit: bool | None = None


class VersionOut(BaseModel):
    """A report's definition as saved once."""

    number: int
    created_at: datetime
    created_by: UUID | None
    definition: dict[str, Any]


class TemplateOut(BaseModel):
    """A ready report."""

    key: str
    area: str
    name: str
    definition: dict[str, Any]


class SheetOut(BaseModel):
    """A report's figures; rows are keyed by column name, `levels` tell totals (above 0) from rows."""

    title: str
    columns: list[ColumnOut]
    rows: list[dict[str, Any]]
    levels: list[int]
    totals: dict[str, Any] | None
    evidence: EvidenceOut
    left_out: list[str]
    definition_version: int | None
    is_preview: bool
    notes: dict[str, Any]
    chart: dict[str, Any] | None


class ShareIn(_Body):
    """To whom something is shown."""

    kind: Literal["user", "role", "link"]
    access: Literal["view", "edit"] = "view"
    user_id: UUID | None = None
    role_id: UUID | None = Field(default=None, description="The readers, or for a link the scope it reads with.")
    expires_at: AwareDatetime | None = Field(default=None, description="When a link ends; at most a year ahead.")


class ShareOut(BaseModel):
    """A share; a link's address is told once."""

    id: UUID
    kind: str
    access: str
    user_id: UUID | None
    role_id: UUID | None
    expires_at: datetime | None
    revoked_at: datetime | None
    url: str | None = None


class RunOut(BaseModel):
    """A run in the background."""

    id: UUID
    report_id: UUID | None
    name: str
    format: str
    state: str
    rows_done: int
    rows_total: int | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    data_version: str | None
    error: str | None
