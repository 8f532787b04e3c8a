"""A small company with everything the books need: chart, periods, number series, warehouses, items."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from transactional.catalog.models import Item, ItemCategory, UnitOfMeasure
from transactional.checks import Finding, check_tenant
from transactional.inventory.models import Location, MoveKind, StockMove, Warehouse
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import stock_values
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all, read
from transactional.kernel.session import Session
from transactional.ledger.models import Account, AccountMapping, AccountRole, JournalLine
from transactional.ledger.services.install_chart import install_chart
from transactional.ledger.services.open_fiscal_years import open_fiscal_years
from transactional.organization.models import Company
from transactional.platform.services.install_number_series import install_number_series


@dataclass(frozen=True, slots=True)
class Books:
    """A company ready to post, and the ids a test needs."""

    company_id: UUID
    accounts: dict[str, UUID]
    warehouse_ids: tuple[UUID, ...]
    location_ids: dict[UUID, UUID]
    """The default location of each warehouse."""
    unit_id: UUID
    category_id: UUID

    @property
    def warehouse_id(self) -> UUID:
        """The first warehouse."""
        return self.warehouse_ids[0]

    @property
    def location_id(self) -> UUID:
        """The default location of the first warehouse."""
        return self.location_ids[self.warehouse_ids[0]]


def make_books(
    session: Session,
    *,
    code: str = "ACME",
    currency_code: str = "EUR",
    years: Sequence[int] = (2025, 2026),
    warehouse_count: int = 2,
) -> Books:
    """A company in its own currency with calendar fiscal years, all periods open."""
    company = Company(id=new_id(), code=code, name=code.title(), currency_code=currency_code, country_code="DE")
    insert_all(session, [company])
    accounts = install_chart(session, company.id)
    install_number_series(session, company.id)
    open_fiscal_years(session, company.id, [date(year, 1, 1) for year in years])
    warehouses = [make_warehouse(session, company.id, f"{code}-{number}") for number in range(1, warehouse_count + 1)]
    unit = UnitOfMeasure(id=new_id(), code=f"EA-{code}"[:20], name="each", is_whole=False)
    category = ItemCategory(id=new_id(), code=f"GOODS-{code}", name="Goods")
    insert_all(session, [unit])
    insert_all(session, [category])
    return Books(
        company_id=company.id,
        accounts=_by_code(accounts),
        warehouse_ids=tuple(warehouse for warehouse, _ in warehouses),
        location_ids=dict(warehouses),
        unit_id=unit.id,
        category_id=category.id,
    )


def make_warehouse(
    session: Session, company_id: UUID, code: str, *, allows_negative: bool = False
) -> tuple[UUID, UUID]:
    """A warehouse and its default location."""
    warehouse = Warehouse(
        id=new_id(), code=code, name=f"Warehouse {code}", company_id=company_id, allows_negative=allows_negative
    )
    location = Location(id=new_id(), warehouse_id=warehouse.id, code="MAIN", name="Main", is_default=True)
    insert_all(session, [warehouse])
    insert_all(session, [location])
    return warehouse.id, location.id


def make_items(
    session: Session,
    books: Books,
    count: int = 1,
    *,
    costing_method: str = "moving_average",
    standard_cost: Decimal | None = None,
) -> list[UUID]:
    """Stock items of one costing method."""
    items = [
        Item(
            id=new_id(),
            code=f"{costing_method[:3].upper()}-{new_id().hex[-10:]}",
            name=f"Item {number}",
            category_id=books.category_id,
            unit_id=books.unit_id,
            costing_method=costing_method,
            standard_cost=standard_cost,
        )
        for number in range(1, count + 1)
    ]
    insert_all(session, items)
    return [item.id for item in items]


def _by_code(accounts: Sequence[Account]) -> dict[str, UUID]:
    return {account.code: account.id for account in accounts}


class Stock:
    """Moves of one item in one warehouse, in few words."""

    def __init__(
        self, session: Session, books: Books, item_id: UUID, at: datetime, warehouse_id: UUID | None = None
    ) -> None:
        self.session = session
        self.books = books
        self.item_id = item_id
        self.at = at
        self.warehouse_id = warehouse_id or books.warehouse_id

    def draft(self, kind: MoveKind, qty: Decimal | int | str, on: date, **options: Any) -> MoveDraft:
        """A move of the item, against the account its kind usually stands against."""
        location_id = options.pop("location_id", None) or self.books.location_ids[self.warehouse_id]
        options.setdefault("contra_role", _CONTRA.get(kind))
        return MoveDraft(
            company_id=self.books.company_id,
            item_id=self.item_id,
            warehouse_id=self.warehouse_id,
            location_id=location_id,
            kind=kind,
            qty=Decimal(qty),
            occurred_on=on,
            origin_type=options.pop("origin_type", "test"),
            origin_id=options.pop("origin_id", None) or new_id(),
            **options,
        )

    def post(self, *drafts: MoveDraft) -> list[StockMove]:
        return post_moves(self.session, drafts, at=self.at)

    def receive(self, qty: Decimal | int | str, value: str | None, on: date) -> StockMove:
        given = None if value is None else Decimal(value)
        return self.post(self.draft(MoveKind.RECEIPT, qty, on, value_amount=given))[0]

    def issue(self, qty: Decimal | int | str, on: date) -> StockMove:
        return self.post(self.draft(MoveKind.DELIVERY, -Decimal(qty), on))[0]

    def take_back(self, move: StockMove, qty: Decimal | int | str, on: date) -> StockMove:
        return self.post(self.draft(MoveKind.SALES_RETURN, qty, on, reverses_id=move.id))[0]

    def send_back(self, move: StockMove, qty: Decimal | int | str, on: date, value: str | None = None) -> StockMove:
        given = None if value is None else Decimal(value)
        draft = self.draft(MoveKind.PURCHASE_RETURN, -Decimal(qty), on, reverses_id=move.id, value_amount=given)
        return self.post(draft)[0]

    def state(self) -> tuple[Decimal, Decimal]:
        """Quantity and value in the warehouse."""
        found = {value.warehouse_id: value for value in stock_values(self.session, [self.item_id])}
        value = found[self.warehouse_id]
        return value.qty, value.value_amount

    def moves(self) -> list[StockMove]:
        """All moves of the item as they were written."""
        return read(
            self.session, select(StockMove).where(StockMove.item_id == self.item_id).order_by(StockMove.sequence)
        )

    def gl(self, role: str) -> Decimal:
        """The balance of the company's account of a role."""
        return account_of_role(self.session, self.books.company_id, role)


def stock_findings(session: Session) -> list[Finding]:
    """What is wrong with the books of stock alone: the moves of these tests have no purchase documents behind them."""
    return check_tenant(session, ("I1", "I2", "I3", "I4", "I6", "I7", "I8", "I10"))


_CONTRA = {
    MoveKind.OPENING: AccountRole.OPENING_EQUITY,
    MoveKind.RECEIPT: AccountRole.GRNI,
    MoveKind.PURCHASE_RETURN: AccountRole.GRNI,
    MoveKind.DELIVERY: AccountRole.COGS,
    MoveKind.SALES_RETURN: AccountRole.COGS,
    MoveKind.ADJUSTMENT: AccountRole.INVENTORY_ADJUSTMENT,
    MoveKind.ISSUE: AccountRole.EXPENSE,
    MoveKind.TRANSFER_OUT: AccountRole.IN_TRANSIT,
    MoveKind.TRANSFER_IN: AccountRole.IN_TRANSIT,
    MoveKind.REVALUATION: AccountRole.INVENTORY_REVALUATION,
}


def account_of_role(session: Session, company_id: UUID, role: str) -> Decimal:
    """The balance of the account that plays a role for the whole company."""
    statement = (
        select(func.coalesce(func.sum(JournalLine.amount), 0))
        .join(AccountMapping, AccountMapping.account_id == JournalLine.account_id)
        .where(AccountMapping.company_id == company_id, AccountMapping.role == role)
    )
    return Decimal(session.scalar(statement) or 0)
