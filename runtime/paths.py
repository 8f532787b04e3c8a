"""Where the project lives, and whether another system user could read a folder."""

from __future__ import annotations

import stat
from pathlib import Path

PROJECT_FOLDER = Path(__file__).resolve().parent.parent


def private_folder(folder: Path) -> Path:
    """The folder, made if it was absent, closed to other users."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return folder


def open_to_others(path: Path) -> bool:
    """Whether any user of the machine may walk from the root down to this path; parts not made yet count as open."""
    resolved = path.resolve()
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (resolved, *resolved.parents) if folder.exists())
