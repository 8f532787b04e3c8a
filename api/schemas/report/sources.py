"""What comes in and goes out of the routes of data sources; a secret comes in and never goes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from api.schemas.report.reports import Name

SourceName = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9_]{1,39}$")]
_Host = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=253, pattern=r"^[^\s/,@]+$")]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]
_Url = Annotated[str, StringConstraints(max_length=2000, pattern=r"^https?://[^\s@]+$")]
_Secret = Annotated[SecretStr, Field(min_length=1, max_length=1000)]
_Ssl = Literal["prefer", "require", "verify-full"]
_MAY_WRITE = "When it was just tested: what its login could write. Reports never do; one that can only read is better."
_OF_KIND = {"postgres": ("host", "database", "username", "password"), "csv": ()}
_EXAMPLE = {"name": "branches", "kind": "csv", "content": "city,rent\nUlm,900\n"}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceFields(_Body):
    """Where a source is and how to get in: of a PostgreSQL server, or of a CSV file at an address or right here."""

    label: Name | None = None
    description: str | None = Field(default=None, max_length=1000)
    host: _Host | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    database: _Text | None = None
    ssl: _Ssl | None = None
    url: _Url | None = Field(default=None, description="Where the CSV file is; read anew by every report.")
    username: _Text | None = None
    password: _Secret | None = Field(default=None, description="Sealed when it is kept, and never told again.")
    content: _Secret | None = Field(
        default=None, max_length=900_000, description="The CSV file itself; sealed as a password is."
    )


class SourceIn(SourceFields):
    """A new source outside; it is kept only if it answers."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"name": "branches", "kind": "csv", "content": "city,rent\nUlm,900\n"}]},
    )

    name: SourceName = Field(description="What reports call it; it stays.", examples=["old_shop"])
    kind: Literal["postgres", "csv"]

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        missing = [name for name in _OF_KIND[self.kind] if getattr(self, name) is None]
        if missing:
            raise PydanticCustomError("source_incomplete", "needs {fields}", {"fields": ", ".join(missing)})
        if self.kind == "csv" and (self.url is None) == (self.content is None):
            raise PydanticCustomError("source_incomplete", "needs {fields}", {"fields": "url or content, one of both"})
        return self


class SourceChange(SourceFields):
    """A change of a source; whoever changes where it is or who reads it gives the password again."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class SourceColumnOut(BaseModel):
    """A column of a source's table."""

    name: str
    type: Literal["number", "date", "instant", "boolean", "text", "other"]


class TableOut(BaseModel):
    """A table that a report can read."""

    name: str
    columns: list[SourceColumnOut]


class SourceOut(BaseModel):
    """A named source: a mart with its load, or a place outside with the time it was last found in order."""

    name: str
    label: str
    kind: Literal["mart", "postgres", "csv"]
    description: str | None = None
    owner: str
    loaded_at: str | None = Field(default=None, description="Of a mart: when its rows were loaded.")
    data_version: str | None = None
    id: UUID | None = Field(default=None, description="Of a source outside.")
    settings: dict[str, Any] | None = None
    tested_at: datetime | None = None
    may_write: str | None = Field(default=None, description=_MAY_WRITE)
    version: int | None = None


class SourceTestOut(BaseModel):
    """What testing a source found."""

    tables: int
    may_write: str | None = Field(default=None, description=_MAY_WRITE)
    tested_at: datetime


class StatementIn(_Body):
    """A statement for a source outside."""

    statement: str = Field(min_length=1, max_length=20_000, examples=["select city, count(*) from shops group by city"])
    limit: int = Field(default=1000, ge=1, le=10_000)
