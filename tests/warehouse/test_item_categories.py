"""An item moves to other categories: balances of the past stay where they were, those of today follow it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from uuid import UUID

import duckdb
import pytest

from olap.manifest import parse_manifest
from olap.plan import Request
from olap.vocabulary import Vocabulary, build
from pipelines.checks.reconciliation import reconcile
from tests.factories.documents import make_item, make_shop, stock_up
from tests.warehouse.warehouse import Row, Warehouse
from transactional.catalog.models import Item, ItemCategory
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.inventory.services.recost_items import recost_all
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.rows import insert_all, read_by_id, update_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import AccountRole
from transactional.organization.models import Company

pytestmark = pytest.mark.timeout(900)

D = Decimal
TODAY = datetime.now(UTC).date()
STOCK = ("dim_items_history", "dim_item_categories", "fct_stock_moves", "fct_stock_months")
BUILT = (*STOCK, "fct_journal_lines")
Levels = dict[str, tuple[Decimal, Decimal]]


def ago(days: int) -> date:
    """A day before today."""
    return TODAY - timedelta(days=days)


@dataclass
class Filing:
    """A shop of chairs and tables, and what its numbers were after each step."""

    warehouse: Warehouse
    database: Database
    tenant_id: UUID
    ids: dict[str, UUID]
    lake: duckdb.DuckDBPyConnection = field(default_factory=duckdb.connect)
    grown: dict[str, list[Row]] = field(default_factory=dict)

    def write(self, *steps: object) -> None:
        """Carry steps out in one transaction."""
        by = system_principal(self.tenant_id, channel="test", user_id=new_id())
        with self.database.transaction(by) as session:
            for step in steps:
                step(session, self.ids)  # type: ignore[operator]  # a step

    def batch(self, *, recorded_before: int = 0) -> None:
        """Land what was written, as if recorded so many days ago, and bring the marts up to date."""
        landed = self.warehouse.load()
        self.warehouse.connection.execute(
            "update raw.audit_log set at = at - make_interval(days => %s)"
            " where _batch_id = (select max(_batch_id) from raw.audit_log)",
            [recorded_before],
        )
        self.warehouse.take_in(landed)
        self.lake.close()
        self.lake = self.warehouse.lake_of(self.tenant_id)
        self.grown = {mart: self.warehouse.rows(mart) for mart in STOCK}

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names users know."""
        return build(parse_manifest(self.warehouse.manifest_text))

    def ask(self, metric: str, dimensions: Sequence[str], end: date, start: date | None = None) -> list[Row]:
        """A metric's rows as a user would be told them."""
        request = Request((metric,), None, tuple(dimensions), (), start, end, as_of=end)
        return self.lake.execute(self.vocabulary.planner.tree(request).sql(dialect="duckdb")).fetchall()

    def by_category(self, metric: str, end: date, start: date | None = None) -> dict[str, Decimal]:
        """A metric's figures by item category."""
        return dict(self.ask(metric, ["item_category"], end, start))

    def levels(self, on: date) -> Levels:
        """Stock value and quantity by item category as of a day, where there is any."""
        values, quantities = self.by_category("stock_value", on), self.by_category("stock_quantity", on)
        return {name: (value, quantities[name]) for name, value in values.items()}


def _open(session: Session, ids: dict[str, UUID]) -> None:
    shop = make_shop(session, years=(TODAY.year - 1, TODAY.year))
    ids |= {"company": shop.company_id, "warehouse": shop.warehouse_id, "location": shop.location_id}
    ids |= {"Goods": shop.category_id}
    for name in ("Seats", "Antiques"):
        category = ItemCategory(id=new_id(), code=name.upper(), name=name)
        insert_all(session, [category])
        ids[name] = category.id
    for name in ("chair", "table"):
        ids[name] = make_item(session, shop, name.upper())
    stock_up(session, shop, ids["chair"], "10", "60", ago(90))
    stock_up(session, shop, ids["table"], "2", "150", ago(90))


def _chairs(session: Session, ids: dict[str, UUID], kind: MoveKind, qty: str, value: str | None, on: date) -> None:
    move = MoveDraft(
        company_id=ids["company"],
        item_id=ids["chair"],
        warehouse_id=ids["warehouse"],
        location_id=ids["location"],
        kind=kind,
        qty=D(qty),
        occurred_on=on,
        origin_type="opening",
        origin_id=new_id(),
        contra_role=AccountRole.OPENING_EQUITY,
        value_amount=None if value is None else D(value),
    )
    post_moves(session, [move], at=datetime.now(UTC))


def _file_chair_under(session: Session, ids: dict[str, UUID], category: str) -> None:
    [chair] = read_by_id(session, Item, [ids["chair"]]).values()
    chair.category_id = ids[category]
    update_all(session, [chair], Item.category_id)


@pytest.fixture
def filing(warehouse: Warehouse) -> Iterator[Filing]:
    """Ten chairs for 600 and two tables for 300, both under goods for ninety days."""
    database = Database(warehouse.settings.database_url("app"))
    filing = Filing(warehouse, database, new_id(), {})
    try:
        filing.write(_open)
        filing.batch(recorded_before=100)
        yield filing
    finally:
        filing.lake.close()
        database.close()


@pytest.mark.feature("3.5.2")
@pytest.mark.feature("3.5.11")
def test_stock_by_category_of_a_past_day_stays_when_an_item_moves_to_another(filing: Filing) -> None:
    goods = {"Goods": (D(900), D(12))}
    assert filing.levels(TODAY) == goods

    # Filed under seats forty days ago; chairs that arrive later are seats from the beginning.
    filing.write(lambda session, ids: _file_chair_under(session, ids, "Seats"))
    filing.batch(recorded_before=40)
    filing.write(lambda session, ids: _chairs(session, ids, MoveKind.OPENING, "5", "300", ago(20)))
    filing.batch()
    assert filing.levels(ago(41)) == goods
    assert filing.levels(ago(40)) == {"Goods": (D(300), D(2)), "Seats": (D(600), D(10))}
    assert filing.levels(TODAY) == {"Goods": (D(300), D(2)), "Seats": (D(900), D(15))}

    # Twice on one day: where the item is at its end counts.
    filing.write(lambda session, ids: _file_chair_under(session, ids, "Goods"))
    filing.write(lambda session, ids: _file_chair_under(session, ids, "Antiques"))
    filing.batch()
    past = {"Goods": (D(300), D(2)), "Seats": (D(900), D(15))}
    assert filing.levels(ago(31)) == {"Goods": (D(300), D(2)), "Seats": (D(600), D(10))}
    assert filing.levels(ago(1)) == past
    assert filing.levels(TODAY) == {"Goods": (D(300), D(2)), "Antiques": (D(900), D(15))}

    # A gift for the time before the first change goes all the way with the others.
    filing.write(lambda session, ids: _chairs(session, ids, MoveKind.OPENING, "1", "60", ago(60)))
    filing.batch()
    assert filing.levels(ago(41)) == {"Goods": (D(960), D(13))}
    assert filing.levels(ago(1)) == {"Goods": (D(300), D(2)), "Seats": (D(960), D(16))}
    assert filing.levels(TODAY) == {"Goods": (D(300), D(2)), "Antiques": (D(960), D(16))}
    _nothing_else_is_moved(filing)
    _what_waits_is_marked(filing)


def _what_waits_is_marked(filing: Filing) -> None:
    """Values that a backdated move may still correct are provisional to whoever reads the mart, until they are not."""
    assert not any(is_provisional for _, is_provisional, _ in _moves(filing))
    filing.write(
        _value_nothing_at_once,
        lambda session, ids: _chairs(session, ids, MoveKind.OPENING, "2", "160", ago(50)),
    )
    filing.batch()
    marked = _moves(filing)
    chair = filing.ids["chair"]
    assert {(on, item) for on, is_provisional, item in marked if is_provisional} == {
        (on, item) for on, _, item in marked if item == chair and on >= ago(50)
    }
    assert len({on for on, is_provisional, _ in marked if is_provisional}) == 4, "days of moves and reclassifications"
    _books_and_rebuild_agree(filing)
    filing.write(lambda session, _: recost_all(session, at=datetime.now(UTC)))
    filing.batch()
    assert not any(is_provisional for _, is_provisional, _ in _moves(filing))


def _moves(filing: Filing) -> list[Row]:
    return filing.warehouse.select(
        "select moved_on, is_provisional, item_id from marts.fct_stock_moves where tenant_id = %(tenant)s",
        tenant=filing.tenant_id,
    )


def _value_nothing_at_once(session: Session, ids: dict[str, UUID]) -> None:
    [company] = read_by_id(session, Company, [ids["company"]]).values()
    company.recost_moves_max = 0
    update_all(session, [company], Company.recost_moves_max)


def _nothing_else_is_moved(filing: Filing) -> None:
    """Reclassifications are told apart by category alone: they neither come in nor go out."""
    assert filing.ask("stock_receipts_quantity", (), TODAY) == [(D(18),)]
    assert filing.ask("stock_issues_quantity", (), TODAY) == [(D(0),)]
    assert filing.ask("stock_value_change", (), TODAY, ago(19)) == [(D(0),)]
    received = filing.by_category("stock_receipts_value", TODAY)
    assert received == {"Goods": D(960), "Seats": D(300), "Antiques": D(0)}
    assert filing.by_category("stock_value_change", TODAY, ago(19)) == {
        "Goods": D(0),
        "Seats": D(-960),
        "Antiques": D(960),
    }
    names = filing.vocabulary.names
    assert [names.items_of(each)["item_category"].path for each in ("stock_value", "stock_value_days")] == [
        ("item_category_then",),
        ("item",),
    ]


def _books_and_rebuild_agree(filing: Filing) -> None:
    warehouse = filing.warehouse
    results = {result.name: result.passed for result in reconcile(warehouse.connection, warehouse.marts())}
    assert results["stock_by_item"]
    assert results["stock_and_ledger"]
    failed = [
        result.unique_id
        for result in warehouse.dbt.run("test", select=["fct_stock_moves", "fct_stock_months", "dim_item_categories"])
        if not result.succeeded
    ]
    assert failed == []
    grown = filing.grown
    warehouse.build(full=True, select=BUILT)
    assert {mart: warehouse.rows(mart) for mart in STOCK} == grown
