"""Cross tables: asked with the reader's rights, and stepped from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.data.metrics import reader

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
