"""Whoever may not see what items cost finds it in no collection about stock or production."""

from __future__ import annotations

import re

import pytest

from transactional.kernel.resource import fields_of
from transactional.resources import RESOURCES

TELLS_COST = re.compile(r"(^|_)(value|cost|contra|amount)(_|$)")
NO_AMOUNT = {
    "cost_share": "a share of a whole that is not told",
    "cost_on": "a day",
    "costing_method": "a word",
}


@pytest.mark.feature("PERM-10")
def test_amounts_of_stock_and_production_are_hidden_with_the_cost_of_items() -> None:
    open_ones = []
    for resource in RESOURCES:
        if resource.module not in {"inventory", "production"}:
            continue
        tables = [(resource.plural, resource.model, resource.guarded)]
        tables += [(f"{resource.plural}/{each.name}", each.model, each.guarded) for each in resource.lines]
        open_ones += [
            f"{place}.{name}"
            for place, model, guards in tables
            for name in fields_of(model.__table__)
            if TELLS_COST.search(name)
            and not name.endswith("_id")
            and name not in NO_AMOUNT
            and guards.get(name) != "item.cost"
        ]
    assert open_ones == []
