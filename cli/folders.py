"""Folders that an operator names and that cannot be used."""

from __future__ import annotations

from pathlib import Path

from runtime.settings import Settings


def unusable_folder(error: OSError, settings: Settings) -> str | None:
    """What is wrong with the state folder or the archive, by its setting; None where the error is of something else."""
    if not isinstance(error.filename, str):
        return None
    at = Path(error.filename)
    for name, folder in (("QOOERP_HOME", settings.home), ("QOOERP_ARCHIVE_DIR", settings.given_archive_dir)):
        if folder is not None and (at.is_relative_to(folder) or folder.is_relative_to(at)):
            return f"{name}: {folder} cannot be used ({at}: {error.strerror}). Name a folder that may be written to."
    return None
