"""What a backup says of itself, and whether its files are still what it says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import file_digest
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError

_FILE = "manifest.json"


class BackupRefused(RuntimeError):
    """A backup cannot be made, trusted or restored; the message says why and what to do."""


class BackupKind(StrEnum):
    """A cluster is the embedded server's data, file by file; a dump is the tables of a server the user brought."""

    CLUSTER = "cluster"
    DUMP = "dump"


class Manifest(BaseModel):
    """One backup: when it was whole, by what it was made, and the SHA-256 of each of its files."""

    model_config = ConfigDict(frozen=True)

    kind: BackupKind
    whole_at: datetime
    """From this instant on the backup, with the archived log, holds every commit."""
    revision: str
    server_version: int
    log: str | None
    """The folder of the archive where the log after it is, if it is archived."""
    files: dict[str, str]

    def write(self, folder: Path) -> None:
        """Keep it beside the files it names."""
        (folder / _FILE).write_text(self.model_dump_json(indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """The manifest of a backup.  Raises: BackupRefused where there is none that can be read."""
        try:
            return cls.model_validate_json((folder / _FILE).read_bytes())
        except FileNotFoundError:
            raise BackupRefused(f"{folder} is no backup: it has no {_FILE}.") from None
        except ValidationError as error:
            raise BackupRefused(f"{folder / _FILE} is damaged: {error.error_count()} fields cannot be read.") from None

    def check_files(self, folder: Path) -> None:
        """Raises: BackupRefused naming every file that is damaged, missing or was put there later."""
        present = digests(folder)
        problems = [
            *(f"{name} is missing" for name in sorted(self.files.keys() - present.keys())),
            *(f"{name} does not belong to it" for name in sorted(present.keys() - self.files.keys())),
            *(
                f"{name} is damaged"
                for name in sorted(self.files.keys() & present.keys())
                if self.files[name] != present[name]
            ),
        ]
        if problems:
            raise BackupRefused(f"The backup {folder} is not what was written: {_some(problems)}. Use another one.")


def digests(folder: Path) -> dict[str, str]:
    """The SHA-256 of each file below a folder but the manifest, by its path in the folder."""
    return {
        str(path.relative_to(folder)): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / _FILE
    }


def whole_backups(archive: Path) -> list[tuple[datetime, Path]]:
    """The finished backups in an archive folder, oldest first; unreadable ones raise when they are chosen."""
    folders = [path.parent for path in archive.glob(f"*/{_FILE}")]
    return sorted((Manifest.read(folder).whole_at, folder) for folder in folders)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _some(problems: Sequence[str], most: int = 5) -> str:
    shown = ", ".join(problems[:most])
    return shown if len(problems) <= most else f"{shown} and {len(problems) - most} more"
