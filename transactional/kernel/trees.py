"""What nodes of a tree leave open, the nearest one above them says."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID


def inherited(nodes: Mapping[UUID, Any], node_id: UUID | None, name: str) -> Any:
    """What a node says under a name, or the nearest one above it that says something."""
    seen: set[UUID] = set()
    while node_id is not None and node_id not in seen and node_id in nodes:
        seen.add(node_id)
        node = nodes[node_id]
        if getattr(node, name) is not None:
            return getattr(node, name)
        node_id = node.parent_id
    return None
