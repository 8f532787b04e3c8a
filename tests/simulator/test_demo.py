"""A demo tenant in small: it trades for two years through the services, and its books hold."""

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from runtime.settings import Settings
from simulator.demo import DemoTenant, make_tenant
from tests.rounds import rounds
from transactional.checks import run_checks
from transactional.finance.models import Invoice, Payment
from transactional.identity.models import Tenant, User
from transactional.inventory.models import StockMove
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database
from transactional.ledger.models import JournalEntry, JournalLine
from transactional.organization.models import Unit
from transactional.production.models import ProductionOrder
from transactional.project.models import Project
from transactional.purchase.models import PurchaseReceipt
from transactional.sales.models import Delivery, SalesOrder

TUESDAY = date(2026, 3, 17)
"""The last week it trades in is one day long, so that whatever is dated later in a week lies in the future."""
HAPPENED = (
    (SalesOrder, SalesOrder.ordered_on),
    (Delivery, Delivery.delivered_on),
    (Invoice, Invoice.invoiced_on),
    (Payment, Payment.paid_on),
    (PurchaseReceipt, PurchaseReceipt.received_on),
    (StockMove, StockMove.occurred_on),
    (JournalEntry, JournalEntry.posted_on),
)
DAYS = (date(2026, 11, 22), date(2027, 1, 1), date(2027, 2, 1), date(2028, 2, 29))
"""A Sunday, the first day of a year, the first of a month, and the day that few years have."""
SMALL = DemoTenant("small", "Small Outdoor GmbH", seed=3, share=1.0)


@pytest.mark.timeout(300)
def test_a_small_company_trades_and_its_books_hold(settings: Settings, database: Database) -> None:
    make_tenant(settings, SMALL, scale=0.01, today=TUESDAY)
    make_tenant(settings, SMALL, scale=0.01)
    with database.outside_tenants() as session:
        [tenant_id] = session.scalars(select(Tenant.id)).all()
    with database.transaction(system_principal(tenant_id, channel="test")) as session:
        count, first, last = session.execute(
            select(func.count(), func.min(SalesOrder.ordered_on), func.max(SalesOrder.ordered_on))
        ).one()
        latest = {model.__tablename__: session.scalar(select(func.max(day))) for model, day in HAPPENED}
        seats = dict(session.execute(select(Unit.code, User.name).join(User, User.unit_id == Unit.id)).all())
        assert seats == {
            "SALES": "Sales manager",
            "LOGISTICS": "Warehouse clerk",
            "FINANCE": "Accountant",
            "BUYING": "Buyer",
        }
        closed = select(func.count(), func.sum(ProductionOrder.produced_qty), func.sum(ProductionOrder.scrapped_qty))
        orders, kits, spoilt = session.execute(closed.where(ProductionOrder.state == "closed")).one()
        assert (orders > 20, kits > 80, spoilt > 0) == (True, True, True)
        used = session.scalars(select(Project.code).join(JournalLine, JournalLine.project_id == Project.id).distinct())
        assert set(used) == {"P-HUTS", "P-SCHOOL", "P-FAIR", "P-SHOP"}
    assert count > 40
    assert {table: day for table, day in latest.items() if day is None or day >= TUESDAY} == {}
    assert (last - first).days > 600
    assert run_checks(settings) == []
    truth = json.loads((settings.home / "demo" / "truth-small.json").read_text(encoding="utf-8"))
    assert truth["planted"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("today", DAYS[: rounds(1, len(DAYS))], ids=date.isoformat)
def test_a_demo_can_be_made_on_any_day(settings: Settings, today: date) -> None:
    make_tenant(settings, SMALL, scale=0.01, today=today)
    truth = json.loads((settings.home / "demo" / "truth-small.json").read_text(encoding="utf-8"))
    assert len(truth["planted"]) == 9
    assert run_checks(settings) == []
