"""The pointer file: the one place that says which versions of all marts belong together."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

_CONFIRM_SECONDS = 5.0


class PublishedVersion(BaseModel):
    """One consistent set of marts, by the Delta version of each.

    `batches` names for each mart the batch that changed it last; `run_id` the batch that published, so that a lake
    beside another database is recognised.
    """

    model_config = ConfigDict(frozen=True)

    version: int
    marts: Mapping[str, int]
    watermark: datetime
    loaded_at: datetime
    checks: Sequence[Mapping[str, Any]]
    batch_id: int
    run_id: UUID
    batches: Mapping[str, int]


def read_pointer(lake_dir: Path) -> PublishedVersion | None:
    """What is published now, or nothing before the first time."""
    try:
        return PublishedVersion.model_validate_json((lake_dir / "version.json").read_bytes())
    except FileNotFoundError:
        return None


def confirm_pointer(lake_dir: Path) -> None:
    """Say that what is published is still all there is: a quiet company's figures do not grow late."""
    file = lake_dir / "confirmed"
    try:
        if time.time() - file.stat().st_mtime < _CONFIRM_SECONDS:
            return
    except FileNotFoundError:
        lake_dir.mkdir(parents=True, exist_ok=True)
    file.touch()


def move_pointer(lake_dir: Path, version: PublishedVersion) -> None:
    """Publish a set: readers see the old set or the new one, also after a power failure."""
    fresh = lake_dir / "version.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(version.model_dump_json(indent=2))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(lake_dir / "version.json")
