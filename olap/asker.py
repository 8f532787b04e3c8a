"""Who asks for a number, and what of it that asker may see."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Condition = Mapping[str, Any]
"""`{"field": "customer.region_id", "operator": "in", "values": [...]}`; see `olap.policies` for what each one does."""

RowFilters = Mapping[str, Sequence[Sequence[Condition]]]
"""Thing by thing the alternatives under which a row is seen; an absent thing is free, an empty list hides all."""


@dataclass(frozen=True)
class Asker:
    """An asker as plain data, so that this package need not know how rights are kept."""

    tenant_id: str
    permissions: frozenset[str] = frozenset()
    row_filters: RowFilters = field(default_factory=dict)
    hidden_fields: frozenset[str] = frozenset()
    locale: str = "en"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Asker:
        """The asker out of the plain form in which the rights of a principal are handed over."""
        return cls(
            tenant_id=str(data["tenant_id"]),
            permissions=frozenset(data.get("permissions", ())),
            row_filters=dict(data.get("row_filters", {})),
            hidden_fields=frozenset(data.get("hidden_fields", ())),
            locale=str(data.get("locale", "en")),
        )

    def may(self, right: str) -> bool:
        """Whether a right is held, by name, by `<prefix>.*` at any level, or by `*`."""
        parts = right.split(".")
        wider = {".".join([*parts[:depth], "*"]) for depth in range(len(parts))}
        return right in self.permissions or bool(wider & self.permissions)

    @cached_property
    def policy_hash(self) -> str:
        """A text that is the same for two askers only where both see the same rows and columns."""
        seen = {
            "tenant": self.tenant_id,
            "rows": {thing: list(map(list, every)) for thing, every in sorted(self.row_filters.items())},
            "hidden": sorted(self.hidden_fields),
            "rights": sorted(self.permissions),
        }
        return _hash_of(seen)

    @cached_property
    def scope_hash(self) -> str:
        """A text that stays the same while the asker sees the same rows and fields of what is open; empty for all."""
        rows = {thing: list(map(list, every)) for thing, every in sorted(self.row_filters.items())}
        return _hash_of({"rows": rows, "hidden": sorted(self.hidden_fields)}) if rows or self.hidden_fields else ""


def _hash_of(seen: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()[:24]
