"""Which dimensions lie within which: the ways down from a figure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from olap.manifest import Manifest

HIERARCHIES: Mapping[str, tuple[str, ...]] = {
    "calendar": ("year", "quarter", "month", "day"),
    "fiscal_calendar": ("fiscal_year", "fiscal_period", "day"),
    "regions": ("region_group", "region", "customer"),
    "customer_categories": ("customer_category_group", "customer_category", "customer"),
    "item_categories": ("item_category_group", "item_category", "item"),
    "supplier_categories": ("supplier_category_group", "supplier_category", "supplier"),
    "accounts": ("account_type", "statement_line", "account"),
    "warehouses": ("company", "warehouse", "location"),
    "salespeople": ("salesperson_unit", "salesperson"),
    "buyers": ("buyer_unit", "buyer"),
}
"""Levels from the widest to the narrowest."""


def hierarchies(manifest: Manifest, names: Collection[str] | None = None) -> dict[str, tuple[str, ...]]:
    """The hierarchies of a manifest, without levels that it lacks or that are not among the names given."""
    known = {*manifest.dimension_names, *manifest.grains} if names is None else {*names, *manifest.grains}
    found = {name: tuple(level for level in levels if level in known) for name, levels in HIERARCHIES.items()}
    return {name: levels for name, levels in found.items() if len(levels) > 1}


def next_levels(manifest: Manifest, name: str) -> list[str]:
    """The levels right below a dimension, one a hierarchy."""
    found = [
        levels[levels.index(name) + 1]
        for levels in hierarchies(manifest).values()
        if name in levels and levels.index(name) + 1 < len(levels)
    ]
    return list(dict.fromkeys(found))


def level_above(manifest: Manifest, name: str) -> str | None:
    """The level right above a dimension in the first hierarchy that has one."""
    return next(
        (
            levels[levels.index(name) - 1]
            for levels in hierarchies(manifest).values()
            if name in levels and levels.index(name)
        ),
        None,
    )
