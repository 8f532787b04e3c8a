"""A trading company with customers, suppliers and items: what documents need beyond the books."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from transactional.catalog.models import Item, ItemCategory, PriceListLine, UnitOfMeasure
from transactional.flows.install_company import InstalledCompany, NewCompany, install_company
from transactional.inventory.models import MoveKind
from transactional.inventory.postings import MoveDraft
from transactional.inventory.queries import stock_levels
from transactional.inventory.services.post_moves import post_moves
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.models import Account, AccountRole, JournalLine
from transactional.organization.models import ExchangeRate
from transactional.sales.models import SalesOrder, SalesOrderLine
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.specs import NewOrder, NewOrderLine
from transactional.scm.models import Customer, Supplier

D = Decimal
MONDAY = date(2026, 3, 16)
NOW = datetime(2026, 3, 16, 9, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Shop:
    """A company that buys and sells, and the ids a test needs."""

    installed: InstalledCompany
    unit_id: UUID
    category_id: UUID
    customer_id: UUID
    supplier_id: UUID

    @property
    def company_id(self) -> UUID:
        """The company."""
        return self.installed.company.id

    @property
    def warehouse_id(self) -> UUID:
        """Its warehouse."""
        return self.installed.warehouse.id

    @property
    def location_id(self) -> UUID:
        """The warehouse's default location."""
        return self.installed.location.id


def make_shop(
    session: Session,
    *,
    code: str = "SHOP",
    currency_code: str = "EUR",
    tax_rate: str = "0.2",
    rounds_tax_per_line: bool = True,
    years: Sequence[int] = (2025, 2026),
) -> Shop:
    """A German company with one customer without credit limit and one supplier, 20 percent tax."""
    new = NewCompany(
        code=code,
        name=code.title(),
        currency_code=currency_code,
        country_code="DE",
        years=years,
        standard_tax_rate=D(tax_rate),
        rounds_tax_per_line=rounds_tax_per_line,
        # The days of tests are fixed; whatever the clock says, they are not too far ahead.
        future_days_max=None,
    )
    installed = install_company(session, new)
    unit = UnitOfMeasure(id=new_id(), code=f"EA-{code}"[:20], name="each", is_whole=True)
    category = ItemCategory(id=new_id(), code=f"GOODS-{code}", name="Goods")
    insert_all(session, [unit])
    insert_all(session, [category])
    customer_id = make_customer(session, f"C-{code}", currency_code=currency_code)
    supplier_id = make_supplier(session, f"S-{code}", currency_code=currency_code)
    return Shop(installed, unit.id, category.id, customer_id, supplier_id)


def make_customer(
    session: Session,
    code: str,
    *,
    currency_code: str = "EUR",
    credit_limit: str | None = None,
    payment_term_id: UUID | None = None,
    is_blocked: bool = False,
    tax_class: str = "standard",
) -> UUID:
    """A customer in Germany."""
    customer = Customer(
        id=new_id(),
        code=code,
        name=f"Customer {code}",
        currency_code=currency_code,
        country_code="DE",
        credit_limit_amount=None if credit_limit is None else D(credit_limit),
        payment_term_id=payment_term_id,
        is_blocked=is_blocked,
        tax_class=tax_class,
    )
    insert_all(session, [customer])
    return customer.id


def make_supplier(
    session: Session, code: str, *, currency_code: str = "EUR", is_blocked: bool = False, tax_class: str = "standard"
) -> UUID:
    """A supplier in Germany."""
    supplier = Supplier(
        id=new_id(),
        code=code,
        name=f"Supplier {code}",
        currency_code=currency_code,
        country_code="DE",
        is_blocked=is_blocked,
        tax_class=tax_class,
    )
    insert_all(session, [supplier])
    return supplier.id


def make_item(
    session: Session,
    shop: Shop,
    code: str = "CHAIR",
    *,
    price: str | None = "100",
    kind: str = "stock",
    tax_class: str | None = "standard",
    costing_method: str = "moving_average",
) -> UUID:
    """An item with a list price."""
    item = Item(
        id=new_id(),
        code=code,
        name=code.title(),
        kind=kind,
        category_id=shop.category_id,
        unit_id=shop.unit_id,
        tax_class=tax_class,
        list_price=None if price is None else D(price),
        costing_method=costing_method,
    )
    insert_all(session, [item])
    return item.id


def add_price(  # noqa: PLR0913 a price has that many sides
    session: Session,
    price_list_id: UUID,
    item_id: UUID,
    price: str,
    *,
    min_qty: str = "0",
    unit_id: UUID | None = None,
    valid_from: date = date(2020, 1, 1),
    valid_to: date | None = None,
    discount_share: str = "0",
) -> None:
    """A line of a price list."""
    line = PriceListLine(
        price_list_id=price_list_id,
        item_id=item_id,
        unit_id=unit_id,
        min_qty=D(min_qty),
        unit_price=D(price),
        discount_share=D(discount_share),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    insert_all(session, [line])


def stock_up(session: Session, shop: Shop, item_id: UUID, qty: str, unit_cost: str, on: date = MONDAY) -> None:
    """Stock of an item from nowhere: an opening at a cost per unit."""
    move = MoveDraft(
        company_id=shop.company_id,
        item_id=item_id,
        warehouse_id=shop.warehouse_id,
        location_id=shop.location_id,
        kind=MoveKind.OPENING,
        qty=D(qty),
        occurred_on=on,
        origin_type="opening",
        origin_id=new_id(),
        contra_role=AccountRole.OPENING_EQUITY,
        value_amount=D(qty) * D(unit_cost),
    )
    post_moves(session, [move], at=NOW)


def on_hand(session: Session, item_id: UUID) -> tuple[Decimal, Decimal]:
    """What is there of an item, and what of it is promised."""
    levels = stock_levels(session, item_ids=[item_id])
    return sum((level.on_hand_qty for level in levels), D(0)), sum((level.reserved_qty for level in levels), D(0))


def balance(session: Session, code: str) -> Decimal:
    """What stands on an account, in company currency."""
    statement = (
        select(func.coalesce(func.sum(JournalLine.amount), 0))
        .join(Account, Account.id == JournalLine.account_id)
        .where(Account.code == code)
    )
    return session.scalars(statement).one()


def add_rate(session: Session, source: str, target: str, on: date, rate: str) -> None:
    """An exchange rate from a day on."""
    row = ExchangeRate(kind="spot", from_currency_code=source, to_currency_code=target, valid_on=on, rate=D(rate))
    insert_all(session, [row])


def order(session: Session, shop: Shop, item_id: UUID, qty: str = "10", **options: object) -> SalesOrder:
    """A draft order of one line."""
    chosen: dict[str, object] = {"customer_id": shop.customer_id, "ordered_on": MONDAY, **options}
    new = NewOrder(company_id=shop.company_id, lines=[NewOrderLine(item_id, D(qty))], **chosen)  # type: ignore[arg-type]
    return create_orders(session, [new], at=NOW)[0]


def confirmed(session: Session, shop: Shop, item_id: UUID, qty: str = "10", **options: object) -> SalesOrder:
    """A confirmed order of one line."""
    made = order(session, shop, item_id, qty, **options)
    return confirm_orders(session, [made.id], at=NOW)[0]


def line_of(session: Session, order_id: UUID) -> UUID:
    """The first line of an order."""
    statement = select(SalesOrderLine.id).where(SalesOrderLine.order_id == order_id)
    return session.scalars(statement.order_by(SalesOrderLine.line_number)).all()[0]
