"""What is made in a small company: bills, and orders from release to closing, in few words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from tests.conftest import NOW
from tests.factories.books import Books, Stock
from transactional.inventory.models import MoveKind, StockMove
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.production.models import Bill, BillLine, ProductionPaper, ScrapReason
from transactional.production.services.close_orders import close_orders
from transactional.production.services.create_orders import create_orders
from transactional.production.services.issue_materials import issue_materials
from transactional.production.services.receive_goods import receive_goods
from transactional.production.services.release_orders import release_orders
from transactional.production.services.report_work import report_work
from transactional.production.specs import NewIssue, NewProductionOrder, NewReceiptOfOrder, NewReport, PaperLine

FIRST = date(2026, 1, 1)


def add_bill(
    session: Session,
    books: Books,
    item_id: UUID,
    parts: Mapping[UUID, str],
    by_products: Mapping[UUID, tuple[str, str]] | None = None,
) -> None:
    """What one piece takes of each part; by-products with their quantity and share of cost."""
    bill = Bill(id=new_id(), company_id=books.company_id, item_id=item_id, qty=Decimal(1), valid_from=FIRST)
    bill.code = f"B-{bill.id.hex[-10:]}"
    lines = [
        BillLine(id=new_id(), bill_id=bill.id, line_number=number, item_id=part, qty=Decimal(qty))
        for number, (part, qty) in enumerate(parts.items(), 1)
    ]
    for number, (part, (qty, share)) in enumerate((by_products or {}).items(), len(lines) + 1):
        line = BillLine(id=new_id(), bill_id=bill.id, line_number=number, item_id=part, qty=Decimal(qty))
        line.kind, line.cost_share = "by_product", Decimal(share)
        lines.append(line)
    insert_all(session, [bill])
    insert_all(session, lines)


@dataclass(frozen=True, slots=True)
class Plant:
    """A company's production in a transaction."""

    session: Session
    books: Books

    def start(self, item_id: UUID, qty: int | str, on: date) -> UUID:
        """A released order, whether or not all is there."""
        new = NewProductionOrder(
            self.books.company_id, item_id, Decimal(qty), on, on, warehouse_id=self.books.warehouse_id
        )
        [order] = create_orders(self.session, [new], at=NOW)
        release_orders(self.session, [order.id], at=NOW, force=True)
        return order.id

    def issue(self, order_id: UUID, on: date) -> ProductionPaper:
        """All that is still required."""
        return issue_materials(self.session, [NewIssue(order_id, on)], at=NOW)[0]

    def scrap(self, order_id: UUID, qty: int | str, on: date) -> None:
        """Pieces that are lost."""
        reason = ScrapReason(id=new_id(), code=new_id().hex[-12:], name="Bent")
        insert_all(self.session, [reason])
        new = NewReport(order_id, on, scrapped_qty=Decimal(qty), scrap_reason_id=reason.id)
        report_work(self.session, [new], at=NOW)

    def receive(self, order_id: UUID, qty: int | str, on: date) -> ProductionPaper:
        """Finished pieces."""
        return receive_goods(self.session, [NewReceiptOfOrder(order_id, on, PaperLine(Decimal(qty)))], at=NOW)[0]

    def close(self, order_id: UUID, on: date) -> None:
        """Done with it."""
        close_orders(self.session, [order_id], on=on, at=NOW)

    def bring(self, item_id: UUID, qty: int | str, value: str | Decimal, on: date) -> StockMove:
        """Stock that comes in, against opening equity: no purchase stands behind it."""
        stock = Stock(self.session, self.books, item_id, NOW)
        return stock.post(stock.draft(MoveKind.OPENING, qty, on, value_amount=Decimal(value)))[0]

    def sell(self, item_id: UUID, qty: int | str, on: date) -> StockMove:
        """Stock that goes to a customer."""
        return Stock(self.session, self.books, item_id, NOW).issue(qty, on)
