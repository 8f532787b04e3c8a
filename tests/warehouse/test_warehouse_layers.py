"""Layers of stock, brought up to date batch by batch, are those that a build from scratch makes."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any
from uuid import UUID

import pytest
from psycopg import sql

from pipelines.dbt.incremental import MartChange, day_column, fresh_rows
from tests.warehouse.story import Story
from tests.warehouse.warehouse import Row, Warehouse
from transactional.kernel.ids import new_id

pytestmark = pytest.mark.timeout(900)

MART = "fct_stock_layers"
BATCHES = 40
FIRST_DAY = date(2025, 1, 1)
DAYS = 12


@dataclass
class Timeline:
    """An item in a warehouse whose stock never falls below nothing on any day."""

    item_id: UUID
    moved: dict[date, int] = field(default_factory=lambda: dict.fromkeys(all_days(), 0))

    def draw(self, dice: random.Random) -> tuple[date, int]:
        """The day and quantity of a move, of any day in the past; as much as is free is taken out now and then."""
        day = dice.choice(all_days())
        levels = accumulate(self.moved.values())
        free = min(level for on, level in zip(all_days(), levels, strict=True) if on >= day)
        quantity = dice.randint(1, 9)
        if free and dice.random() < 0.6:
            quantity = -free if dice.random() < 0.4 else -dice.randint(1, free)
        self.moved[day] += quantity
        return day, quantity


def all_days() -> list[date]:
    """The days on which the test moves goods."""
    return [FIRST_DAY + timedelta(days=index) for index in range(DAYS)]


@pytest.fixture
def timelines(warehouse: Warehouse, story: Story) -> Iterator[list[Timeline]]:
    """Two items without moves, one of them costed by layers, for the length of one transaction."""
    with warehouse.connection.transaction(force_rollback=True):
        made = []
        for method in ("fifo", "average"):
            item = new_id()
            warehouse.connection.execute(
                "insert into marts.dim_items select (jsonb_populate_record(item, jsonb_build_object("
                "'item_id', %s::uuid, 'costing_method', %s::text))).* from marts.dim_items as item"
                " where tenant_id = %s limit 1",
                [item, method, story.tenant_id],
            )
            made.append(Timeline(item))
        yield made


def book(warehouse: Warehouse, story: Story, timeline: Timeline, dice: random.Random, batch: int) -> None:
    """One row of the move mart, as a batch would have written it."""
    day, quantity = timeline.draw(dice)
    values: Mapping[str, Any] = {
        "move_id": new_id(),
        "item_id": timeline.item_id,
        "moved_on": day,
        "quantity": quantity,
        "value_amount": Decimal(quantity * dice.randint(100, 300)) / 100,
        "move_kind": "receipt" if quantity > 0 else dice.choice(["delivery", "transfer"]),
        "document_type": "stock_document",
        "document_id": new_id(),
        "is_provisional": False,
        "_batch_id": batch,
    }
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    given = sql.SQL(", ").join(map(sql.Placeholder, values))
    warehouse.connection.execute(
        sql.SQL(
            "insert into marts.fct_stock_moves (tenant_id, company_id, currency_code, warehouse_id, {})"
            " select tenant_id, company_id, currency_code, warehouse_id, {} from marts.fct_stock_moves"
            " where tenant_id = %(tenant_id)s and warehouse_id = %(warehouse_id)s limit 1"
        ).format(columns, given),
        {**values, "tenant_id": story.tenant_id, "warehouse_id": story.ids["warehouse"]},
    )


def published(lake: list[Row], change: MartChange) -> list[Row]:
    """What readers see after a change was published: told keys go, where their days are looked through."""
    assert change.rows is not None
    names = [column.name for column in change.columns]
    key = [names.index(name) for name in change.plan.key]
    day = names.index(day_column(change.columns) or "")
    gone = set(change.keys)
    kept = [row for row in lake if not (tuple(row[at] for at in key) in gone and row[day] in change.days)]
    return kept + change.rows


def test_layers_by_batches_are_those_from_scratch_and_few_rows_are_written(
    warehouse: Warehouse, story: Story, timelines: list[Timeline]
) -> None:
    dice = random.Random(20250101)  # noqa: S311  # a fixed seed, no secret
    whole = warehouse.whole_query(MART)
    [mart] = [each for each in warehouse.plan.marts if each.name == MART]
    [(floor,)] = warehouse.select(f"select max(_batch_id) from marts.{MART}")
    lake = warehouse.select(f"select * from marts.{MART}")
    written = 0
    for batch in range(floor + 1, floor + 1 + BATCHES):
        for _ in range(dice.randint(1, 3)):
            book(warehouse, story, dice.choice(timelines), dice, batch)
        if dice.random() < 0.1:
            warehouse.connection.execute(
                "update marts.dim_items set _batch_id = %s, costing_method = %s where item_id = %s",
                [batch, dice.choice(["fifo", "average"]), timelines[0].item_id],
            )
        warehouse.connection.execute(sql.SQL("delete from {}").format(fresh_rows(mart)))
        warehouse.writer.compute(mart)
        change = warehouse.writer.apply(mart)
        assert change is not None
        written += change.rows_written
        lake = published(lake, change)
        expected = set(warehouse.select(whole))
        assert set(warehouse.select(f"select * from marts.{MART}")) == expected
        assert len(lake) == len(expected)
        assert set(lake) == expected
    items = [timeline.item_id for timeline in timelines]
    [(left,)] = warehouse.select(f"select count(*) from marts.{MART} where item_id = any(%(items)s)", items=items)
    assert 0 < written < BATCHES * left
