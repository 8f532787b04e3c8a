"""What nodes of a tree leave open, the nearest one above them says."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID


def ancestry(nodes: Mapping[UUID, Any], node_id: UUID | None) -> Iterator[UUID]:
    """A node and those above it, nearest first."""
    seen: set[UUID] = set()
    while node_id is not None and node_id not in seen and node_id in nodes:
        seen.add(node_id)
        yield node_id
        node_id = nodes[node_id].parent_id


def inherited(nodes: Mapping[UUID, Any], node_id: UUID | None, name: str) -> Any:
    """What a node says under a name, or the nearest one above it that says something."""
    said = (getattr(nodes[each], name) for each in ancestry(nodes, node_id))
    return next((value for value in said if value is not None), None)
