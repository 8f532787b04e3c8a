"""The company that measurements trade with."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from transactional.catalog.models import Item, ItemCategory, UnitOfMeasure
from transactional.flows.install_company import InstalledCompany, NewCompany, install_company
from transactional.flows.order_to_cash import sell
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.principal import Principal, system_principal
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Database, Session
from transactional.ledger.models import AccountRole
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.scm.models import Customer

LINES = 5
"""Lines of an order."""


@dataclass(slots=True)
class Shop:
    """A company with stock and customers, posting at today's date."""

    database: Database
    principal: Principal
    company: InstalledCompany
    items: list[UUID]
    customers: list[UUID]
    today: date

    def order(self, chance: random.Random, on: date) -> NewOrder:
        """An order of some lines by one of the customers."""
        lines = [NewOrderLine(item, Decimal(chance.randint(1, 5))) for item in chance.sample(self.items, LINES)]
        return NewOrder(self.company.company.id, chance.choice(self.customers), on, lines)


def open_shop(database: Database, *, orders: int) -> Shop:
    """A company with stock of every item, and so many orders of the last 300 days delivered and invoiced."""
    today = datetime.now(UTC).date()
    principal = system_principal(new_id(), channel="bench")
    chance = random.Random(20)  # noqa: S311  # a reproducible mix, no secret
    with database.transaction(principal) as session:
        company = install_company(
            session,
            NewCompany(
                "BENCH", "Bench", "EUR", "DE", years=(today.year - 1, today.year), standard_tax_rate=Decimal("0.2")
            ),
        )
        shop = Shop(database, principal, company, _items(session), _customers(session), today)
        _stock_up(session, shop)
    for start in range(0, orders, 500):
        with database.transaction(principal) as session:
            days = [today - timedelta(days=1 + (start + n) * 300 // orders) for n in range(min(500, orders - start))]
            sell(session, [shop.order(chance, day) for day in days], at=datetime.now(UTC))
    return shop


def _items(session: Session) -> list[UUID]:
    unit = UnitOfMeasure(id=new_id(), code="EA", name="each")
    category = ItemCategory(id=new_id(), code="GOODS", name="Goods")
    insert_all(session, [unit])
    insert_all(session, [category])
    items = [
        Item(
            id=new_id(),
            code=f"I{n}",
            name=f"Item {n}",
            category_id=category.id,
            unit_id=unit.id,
            list_price=Decimal(n + 5),
        )
        for n in range(200)
    ]
    insert_all(session, items)
    return [item.id for item in items]


def _customers(session: Session) -> list[UUID]:
    customers = [
        Customer(id=new_id(), code=f"C{n}", name=f"Customer {n}", currency_code="EUR", country_code="DE")
        for n in range(300)
    ]
    insert_all(session, customers)
    return [customer.id for customer in customers]


def _stock_up(session: Session, shop: Shop) -> None:
    opening = new_id()
    moves = [
        MoveDraft(
            company_id=shop.company.company.id,
            item_id=item,
            warehouse_id=shop.company.warehouse.id,
            location_id=shop.company.location.id,
            kind=MoveKind.OPENING,
            qty=Decimal(1_000_000),
            occurred_on=shop.today - timedelta(days=302),
            origin_type="opening",
            origin_id=opening,
            contra_role=AccountRole.OPENING_EQUITY,
            value_amount=Decimal(3_000_000),
        )
        for item in shop.items
    ]
    post_moves(session, moves, at=datetime.now(UTC))
