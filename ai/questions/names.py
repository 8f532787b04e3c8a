"""What members are called besides their names, where that is the same in every company."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

NAMES = Path(__file__).parent / "vocabulary" / "names.toml"


@cache
def other_names() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The other names of members, by their dimension and value."""
    declared = tomllib.loads(NAMES.read_text(encoding="utf-8"))
    return {
        (dimension, value): tuple(listed.split("|"))
        for dimension, members in declared.items()
        for value, listed in members.items()
    }
