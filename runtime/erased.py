"""Who was erased, told outside the database: by ids alone, beside the seals and beside the backups.

A backup of before an erasure holds the person. Whoever restores it finds here who has to be forgotten again.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from runtime.settings import Settings

FILE = "erasures.jsonl"


class Erased(BaseModel):
    """A person whose data was replaced by a pseudonym; nothing here names the person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    erasure_id: UUID
    tenant_id: UUID
    subject_kind: str
    subject_id: UUID


def keep_erased(settings: Settings, erased: Iterable[Erased]) -> None:
    """Nothing: state folder and archive name these persons, on disk, each once.  Raises: OSError."""
    for folder in (settings.home, settings.archive_dir):
        if folder == settings.home or settings.given_archive_dir is not None or folder.exists():
            _add(folder, erased)


def carry_erased(source: Path, target: Path) -> None:
    """Nothing: the list of one folder is part of another's too."""
    _add(target, read_erased(source))


def read_erased(folder: Path) -> Sequence[Erased]:
    """The persons that a folder's list names, in the order of their erasure.  Raises: ValueError for a damaged list."""
    path = folder / FILE
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    return [Erased.model_validate_json(line) for line in lines]


def _add(folder: Path, erased: Iterable[Erased]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    known = set(read_erased(folder))
    fresh = [each for each in erased if each not in known]
    if not fresh:
        return
    with (folder / FILE).open("a", encoding="utf-8") as file:
        file.writelines(f"{each.model_dump_json()}\n" for each in fresh)
        file.flush()
        os.fsync(file.fileno())
