"""One customer and one cost that somebody may not see, and the search for them in whatever the interface tells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select
from starlette.testclient import TestClient

from olap.rights import declared_marts
from tests.attacks.asking import Operation, has_filters, operations, request_of
from tests.factories.documents import NOW, make_item, stock_up
from tests.warehouse.traders import DAY, Company
from transactional.finance.models import PaymentKind
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment
from transactional.kernel.ids import new_id
from transactional.kernel.rows import insert_all
from transactional.kernel.session import Session
from transactional.ledger.models import JournalEntry
from transactional.project.models import Project
from transactional.sales.models import Delivery
from transactional.sales.services.confirm_orders import confirm_orders
from transactional.sales.services.create_orders import create_orders
from transactional.sales.services.create_quotations import create_quotations
from transactional.sales.services.deliver_orders import deliver_orders
from transactional.sales.services.invoice_orders import invoice_orders
from transactional.sales.specs import NewDelivery, NewInvoice, NewOrder, NewOrderLine, NewQuotation
from transactional.scm.models import Customer

D = Decimal
CANARY = "kestrel 7q9zx4"
PRICE, COST = D("7331.93"), D("4417.37")
QTY = 3
INTERNAL = 500
FAILED = "failed within"
"""In place of what came, where nothing can be said of it: that is no silence."""
PATHS = {
    "proje": "/api/project/projects",
    "quota": "/api/sales/quotations",
    "order": "/api/sales/orders",
    "deliv": "/api/sales/deliveries",
    "invoi": "/api/sales/invoices",
    "payme": "/api/finance/payments",
    "entry": "/api/finance/journal-entries",
}
"""Where the documents are served, by the first letters of what `Unseen` calls them."""


@dataclass
class Unseen:
    """The customer, the item, and every id of what was done for the customer."""

    author: UUID = field(default_factory=new_id)
    customer_id: UUID = field(default_factory=new_id)
    item_id: UUID | None = None
    documents: dict[str, UUID] = field(default_factory=dict)
    """What the customer ordered, got, was billed and paid, and what it posted."""

    def signs_of_customer(self) -> set[str]:
        """What no answer may hold for somebody from whom the customer is hidden."""
        return {"7q9zx4", str(self.customer_id), *self.signs_of_documents()}

    def signs_of_documents(self) -> set[str]:
        """What no answer may hold for somebody who sees documents of his own only."""
        own = [row_id for name, row_id in self.documents.items() if name != "project"]
        return {str(PRICE), str(PRICE * QTY), *map(str, own)}


SIGNS_OF_COST = {str(COST), str(COST * QTY), str(COST * 10)}


def hide(session: Session, company: Company, unseen: Unseen) -> None:
    """An order of the customer, from quotation to payment; and a project for it."""
    shop = company.shop
    assert shop is not None
    customer = Customer(id=unseen.customer_id, code="KESTREL", name=CANARY, currency_code="EUR", country_code="DE")
    project = Project(
        id=new_id(),
        code="K1",
        name=CANARY,
        company_id=shop.company_id,
        customer_id=customer.id,
        starts_on=DAY,
        budget_amount=D(5),
    )
    insert_all(session, [customer])
    insert_all(session, [project])
    unseen.item_id = make_item(session, shop, "TELESCOPE")
    stock_up(session, shop, unseen.item_id, "10", str(COST), DAY)
    lines = [NewOrderLine(unseen.item_id, D(QTY), unit_price=PRICE)]
    offer = NewQuotation(shop.company_id, customer.id, DAY, DAY + timedelta(days=9), lines)
    [quotation] = create_quotations(session, [offer], at=NOW)
    [order] = create_orders(
        session, [NewOrder(shop.company_id, customer.id, DAY, lines, customer_reference=CANARY)], at=NOW
    )
    confirm_orders(session, [order.id], at=NOW)
    deliver_orders(session, [NewDelivery(order.id, DAY)], at=NOW)
    [invoice] = invoice_orders(session, [NewInvoice(order.id, DAY)], at=NOW)
    paid = NewPayment(
        shop.company_id,
        PaymentKind.RECEIPT,
        customer.id,
        DAY,
        PRICE,
        bank_reference=CANARY,
        allocations=[Allocation(invoice.id, PRICE)],
    )
    [payment] = register_payments(session, [paid], at=NOW)
    [delivery] = session.scalars(select(Delivery.id).where(Delivery.order_id == order.id))
    unseen.documents = {
        "project": project.id,
        "quotation": quotation.id,
        "order": order.id,
        "delivery": delivery,
        "invoice": invoice.id,
        "payment": payment.id,
    }
    origins = list(unseen.documents.values())
    entries = session.scalars(select(JournalEntry.id).where(JournalEntry.origin_id.in_(origins)))
    unseen.documents |= {f"entry {number}": each for number, each in enumerate(entries)}


def told_to(client: TestClient, document: dict[str, Any], unseen: Unseen) -> Iterator[tuple[str, str]]:
    """Every GET of the interface about what is unseen, and every mart: what was asked, and all that came back of it.

    What was sent is taken out of what came, for an id that was asked for may be named in the refusal.
    """
    for operation in operations(document):
        if operation.method != "get":
            continue
        takes = {each["name"] for each in operation.parameters("query")}
        for row_id in _ids_for(operation, unseen):
            request = request_of(operation, row_id)
            request["params"] |= {"limit": 500} if "limit" in takes else {}
            yield operation.name, _told(client.request(**request), row_id)
        if has_filters(operation):
            request = request_of(operation, unseen.customer_id, with_filters=True)
            yield f"{operation.name} by id", _told(client.request(**request), unseen.customer_id)
        if "q" in takes:
            path = operation.path.replace("{id}", str(new_id()))
            yield f"{operation.name} by word", _told(client.get(path, params={"q": CANARY.split(maxsplit=1)[0]}), None)
    for name in sorted(declared_marts()):
        yield f"mart {name}", _told(client.get(f"/api/metrics/marts/{name}", params={"format": "csv"}), None)


def _ids_for(operation: Operation, unseen: Unseen) -> Sequence[UUID]:
    """The documents that an operation is about; the customer where it is about something else."""
    found = [row_id for name, row_id in unseen.documents.items() if operation.path.startswith(f"{PATHS[name[:5]]}/")]
    return found or [unseen.customer_id]


def _told(answer: httpx2.Response, sent: UUID | None) -> str:
    if answer.status_code == INTERNAL:
        return FAILED
    return answer.text if sent is None else answer.text.replace(str(sent), "")
