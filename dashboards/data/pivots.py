"""Cross tables: asked with the reader's rights, stepped from, and taken along as files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.data.metrics import reader
from dashboards.session import api

PATH = "/api/metrics/pivot"


def ask_pivot(definition: Mapping[str, Any]) -> Mapping[str, Any]:
    """The cross table of a definition.  Raises: Problem."""
    found: Mapping[str, Any] = reader().post(PATH, definition)
    return found


def step_from(definition: Mapping[str, Any], cell: Mapping[str, Any], direction: str, to: str) -> Mapping[str, Any]:
    """The cross table one step from a cell; its definition is in `query`.  Raises: Problem."""
    body = {"pivot": definition, "cell": cell, "direction": direction, "to": to}
    found: Mapping[str, Any] = reader().post(f"{PATH}/step", body)
    return found


def file_of(definition: Mapping[str, Any], kind: str) -> bytes:
    """What one sees of a cross table as a file.  Raises: Problem."""
    return api().ask_file(f"{PATH}/export?format={kind}", definition)
