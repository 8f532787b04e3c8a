"""Money given back, as the marts tell it: payments net of it, open amounts and days to pay as the books have them."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from tests.factories.documents import MONDAY, NOW, Shop, make_shop
from tests.finance.test_payments import invoice, receipt
from tests.warehouse.warehouse import Warehouse
from transactional.finance.models import InvoiceKind, PaymentKind
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.register_payments import register_payments
from transactional.finance.specs import Allocation, NewPayment, Refunded
from transactional.kernel.ids import new_id
from transactional.kernel.principal import system_principal
from transactional.kernel.session import Database, Session

pytestmark = [pytest.mark.timeout(900), pytest.mark.feature("FIN-13"), pytest.mark.feature("FIN-14")]
D = Decimal
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)


@pytest.fixture(scope="module")
def tenant_id(warehouse: Warehouse) -> Iterator[UUID]:
    """A company that gave a customer back 70 of a note and 20 of an advance, and a refund that was taken back."""
    database, tenant_id = Database(warehouse.settings.database_url("app")), new_id()
    with database.transaction(system_principal(tenant_id, channel="test", user_id=new_id())) as session:
        _give_back(session, make_shop(session))
    warehouse.grow()
    yield tenant_id
    database.close()


def _give_back(session: Session, shop: Shop) -> None:
    sale = invoice(session, shop, "200")
    settled = [Allocation(sale.id, D(200))]
    [paid] = register_payments(session, [receipt(shop, "230", paid_on=TUESDAY, allocations=settled)], at=NOW)
    note = invoice(session, shop, "100", kind=InvoiceKind.SALES_CREDIT_NOTE)
    bought = invoice(session, shop, "50", kind=InvoiceKind.PURCHASE_CREDIT_NOTE, party_id=shop.supplier_id)
    uses = [Refunded(D(70), credit_note_id=note.id), Refunded(D(20), payment_id=paid.id)]
    asks = [
        _refund(shop, PaymentKind.CUSTOMER_REFUND, "90", uses),
        _refund(shop, PaymentKind.CUSTOMER_REFUND, "30", [Refunded(D(30), credit_note_id=note.id)]),
        _refund(shop, PaymentKind.SUPPLIER_REFUND, "15", [Refunded(D(15), credit_note_id=bought.id)]),
    ]
    _, wrong, _ = register_payments(session, asks, at=NOW)
    cancel_payments(session, [wrong.id], on=WEDNESDAY + timedelta(days=1), at=NOW)


def _refund(shop: Shop, kind: PaymentKind, amount: str, uses: list[Refunded]) -> NewPayment:
    party_id = shop.customer_id if kind is PaymentKind.CUSTOMER_REFUND else shop.supplier_id
    return NewPayment(shop.company_id, kind, party_id, WEDNESDAY, D(amount), refunds=uses)


def test_payments_are_net_of_what_was_given_back(warehouse: Warehouse, tenant_id: UUID) -> None:
    found = warehouse.select(
        "select document_type, count(*), sum(received_amount), sum(paid_out_amount),"
        " count(customer_id), count(supplier_id) from marts.fct_payments where tenant_id = %(tenant)s"
        " group by document_type order by document_type",
        tenant=tenant_id,
    )
    assert [tuple(row) for row in found] == [
        ("customer_payment", 1, D(230), D(0), 1, 0),
        ("customer_refund", 3, D(-90), D(0), 3, 0),
        ("supplier_refund", 1, D(0), D(-15), 0, 1),
    ]


@pytest.mark.parametrize(("side", "role", "sign"), [("receivable", "receivable", 1), ("payable", "payable", -1)])
def test_what_is_open_equals_the_account_on_each_day(
    warehouse: Warehouse, tenant_id: UUID, side: str, role: str, sign: int
) -> None:
    for on in (MONDAY, TUESDAY, WEDNESDAY, WEDNESDAY + timedelta(days=1)):
        [(told,)] = warehouse.select(
            f"select coalesce(sum(amount), 0) from marts.fct_{side}_movements"  # names of our own
            " where tenant_id = %(tenant)s and posted_on <= %(day)s",
            tenant=tenant_id,
            day=on,
        )
        [(booked,)] = warehouse.select(
            "select coalesce(sum(lines.amount), 0) from ledger.journal_lines as lines"
            " inner join ledger.account_mappings as m on m.tenant_id = lines.tenant_id"
            " and m.account_id = lines.account_id"
            " where lines.tenant_id = %(tenant)s and m.role = %(role)s and lines.posted_on <= %(day)s",
            tenant=tenant_id,
            role=role,
            day=on,
        )
        assert told == sign * booked, on


def test_a_refund_is_no_payment_of_a_credit_note(warehouse: Warehouse, tenant_id: UUID) -> None:
    found = warehouse.select(
        "select movement_kind, sum(amount), sum(paid_amount) from marts.fct_receivable_movements"
        " where tenant_id = %(tenant)s group by movement_kind order by movement_kind",
        tenant=tenant_id,
    )
    assert [tuple(row) for row in found] == [
        ("opened", D(100), D(0)),
        ("payment", D(-200), D(200)),
        ("refund", D(70), D(0)),
    ]
