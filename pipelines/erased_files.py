"""Texts in the files of the state folder, written over where they stand: processes go on appending to their logs."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipelines.spellings import any_spelling_of

_OTHERS = frozenset({"lake", "secrets.json", "seals.jsonl"})
"""Published anew; secrets; and digests, which hold no text."""
_DATA = "data"
"""The folder of PostgreSQL's own files below `postgres`: rows that were changed are its to clear."""
_DATABASES = frozenset({".db", ".db-wal", ".db-shm"})


def erase_in_files(home: Path, texts: Sequence[str]) -> dict[str, int]:
    """How many places were written over, by file below the state folder."""
    if not texts:
        return {}
    found = re.compile(any_spelling_of(texts).encode(), re.IGNORECASE)
    counted = {path: _write_over(path, found) for path in _files(home)}
    return {str(path.relative_to(home)): count for path, count in counted.items() if count}


def _files(home: Path) -> Iterator[Path]:
    for path in sorted(home.rglob("*")):
        parts = path.relative_to(home).parts
        is_other = parts[0] in _OTHERS or parts[:2] == ("postgres", _DATA) or path.suffix in _DATABASES
        if not is_other and path.is_file() and not path.is_symlink():
            yield path


def _write_over(path: Path, found: re.Pattern[bytes]) -> int:
    count = 0
    with path.open("r+b") as file:
        if not path.stat().st_size:
            return 0
        with mmap.mmap(file.fileno(), 0) as content:
            for match in found.finditer(content):
                content[match.start() : match.end()] = b"x" * (match.end() - match.start())
                count += 1
    return count
