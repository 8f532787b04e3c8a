"""What comes in and goes out of the routes of dashboards."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.metrics import FilterBody
from api.schemas.report.reports import DefinitionIn, Name, SheetOut


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TileIn(_Body):
    """One question of a dashboard."""

    id: str | None = Field(default=None, max_length=40)
    title: str = Field(default="", max_length=200)
    definition: DefinitionIn
    width: Literal["third", "half", "full"] = "half"


class DashboardIn(_Body):
    """A new dashboard."""

    name: Name
    tiles: list[TileIn] = Field(min_length=1, max_length=24)

    def as_data(self) -> dict[str, Any]:
        """The tiles as plain data."""
        return {
            "tiles": [
                {
                    "id": each.id or str(place),
                    "title": each.title,
                    "width": each.width,
                    "definition": each.definition.as_data(),
                }
                for place, each in enumerate(self.tiles, start=1)
            ]
        }


class DashboardChange(DashboardIn):
    """A dashboard as it is to be."""

    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


class DashboardOut(BaseModel):
    """A dashboard without its figures."""

    id: UUID
    name: str
    owner_id: UUID
    version: int
    tiles: list[dict[str, Any]]
    may_edit: bool | None = None


class VersionOut(BaseModel):
    """A dashboard as it was saved once."""

    number: int
    name: str
    at: datetime
    by: UUID | None
    tiles: list[dict[str, Any]]


class BoardOut(BaseModel):
    """A ready dashboard."""

    key: str
    name: str
    tiles: list[dict[str, Any]]


class ShowIn(_Body):
    """One filter and one period for all tiles."""

    where: list[FilterBody] = Field(default_factory=list)
    period: str | dict[str, Any] | None = None
    compare: Literal["previous_period", "previous_year", "none"] | None = Field(
        default=None, description="What the tiles told beside another range are told beside."
    )


class TileOut(SheetOut):
    """A tile's figures."""

    id: str
    width: str
    unfiltered: list[str]
    where: list[dict[str, Any]]


class ShownOut(BaseModel):
    """The tiles that the reader may see, from one load."""

    data_version: str | None
    loaded_at: str | None
    tiles: list[TileOut]
