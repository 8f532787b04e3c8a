"""Each check finds the fault it is there for, and says where."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import create_engine, orm, text
from sqlalchemy.engine import make_url

from runtime.settings import Settings
from tests.conftest import NOW
from tests.factories.books import Stock, make_books, make_items
from transactional.checks import all_checks, run_checks
from transactional.inventory.models import MoveKind
from transactional.inventory.services.reserve_stock import Demand, reserve_stock
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal
from transactional.kernel.session import Database

DAY = date(2026, 3, 2)

FAULTS = [
    ("I1", "update ledger.journal_lines set amount = amount + 1 where line_number = 1"),
    ("I1", "update ledger.journal_lines set currency_amount = currency_amount + 1 where line_number = 1"),
    ("I2", "update inventory.stock_balances set on_hand_qty = on_hand_qty + 1"),
    ("I2", "update inventory.cost_balances set value_amount = value_amount + 0.01"),
    ("I2", "update inventory.cost_layers set remaining_qty = remaining_qty + 1"),
    ("I2", "update inventory.stock_balances set reserved_qty = 0"),
    ("I2", "update ledger.ledger_heads set carried_position = chain_position"),
    ("I3", "update inventory.stock_moves set occurred_on = occurred_on + 1 where qty < 0"),
    ("I3", "update inventory.stock_moves set value_amount = value_amount + 1 where qty < 0"),
    ("I3", "update ledger.journal_lines set warehouse_id = null"),
    ("I3", "update inventory.cost_balances set qty = 0"),
    ("I4", "update inventory.stock_moves set occurred_on = '2026-01-01' where qty < 0"),
    (
        "I5",
        (
            "update ledger.account_mappings set account_id = (select account_id from ledger.account_mappings as other"
            " where other.role = 'opening_equity') where role = 'receivable'"
        ),
    ),
    (
        "I5",
        (
            "update ledger.account_mappings set account_id = (select account_id from ledger.account_mappings as other"
            " where other.role = 'opening_equity') where role = 'grni'"
        ),
    ),
    ("I6", "update ledger.journal_entries set number = number + 10 where chain_position = 2"),
    ("I6", "update ledger.ledger_heads set chain_position = chain_position + 1"),
    ("I7", "update ledger.journal_entries set posted_on = posted_on + 40"),
    ("I7", "update ledger.journal_lines set posted_on = posted_on + 1"),
    ("I8", "update inventory.stock_moves set journal_entry_id = null"),
    ("I8", "update ledger.journal_entries set origin_id = gen_random_uuid()"),
    ("I10", "update ledger.journal_lines set description = 'x' where line_number = 1"),
]


@pytest.fixture
def superuser(settings: Settings) -> Iterator[orm.Session]:
    engine = create_engine(make_url(settings.admin_database_url()).set(drivername="postgresql+psycopg"))
    with orm.Session(engine) as session:
        session.execute(text("set session_replication_role = replica"))
        yield session
    engine.dispose()


@pytest.mark.feature("FIN-32")
@pytest.mark.parametrize(("invariant", "fault"), FAULTS)
def test_a_planted_fault_is_found(
    settings: Settings, superuser: orm.Session, database: Database, principal: Principal, invariant: str, fault: str
) -> None:
    with database.transaction(principal) as session:
        books = make_books(session)
        [item] = make_items(session, books, costing_method="fifo")
        stock = Stock(session, books, item, NOW)
        stock.post(stock.draft(MoveKind.OPENING, 3, DAY, value_amount=Decimal(10)))
        stock.post(stock.draft(MoveKind.ISSUE, -1, DAY))
        reserve_stock(
            session,
            [
                Demand(
                    item_id=item,
                    warehouse_id=books.warehouse_id,
                    qty=Decimal(1),
                    origin_type="test",
                    origin_id=new_id(),
                    origin_line_id=new_id(),
                )
            ],
        )
    assert run_checks(settings) == []
    superuser.execute(text(fault))
    superuser.commit()
    findings = [finding for finding in run_checks(settings) if finding.invariant == invariant]
    assert {finding.tenant_id for finding in findings} == {principal.tenant_id}


def test_every_invariant_has_its_checks() -> None:
    assert {check.invariant for check in all_checks()} == {f"I{number}" for number in range(1, 10)}
