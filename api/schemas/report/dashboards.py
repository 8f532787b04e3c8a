"""What comes in and goes out of the routes of dashboards."""

from __future__ import annotations

from typing import Any
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


class DashboardIn(_Body):
    """A new dashboard."""

    name: Name
    tiles: list[TileIn] = Field(min_length=1, max_length=24)

    def as_data(self) -> dict[str, Any]:
        """The tiles as plain data."""
        return {
            "tiles": [
                {"id": each.id or str(place), "title": each.title, "definition": each.definition.as_data()}
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


class ShowIn(_Body):
    """One filter and one period for all tiles."""

    where: list[FilterBody] = Field(default_factory=list)
    period: str | dict[str, Any] | None = None


class TileOut(SheetOut):
    """A tile's figures."""

    id: str
    unfiltered: list[str]


class ShownOut(BaseModel):
    """The tiles that the reader may see, from one load."""

    data_version: str | None
    loaded_at: str | None
    tiles: list[TileOut]
