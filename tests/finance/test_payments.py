"""Money in and out, what it settles, and how that is taken back."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW
from tests.factories.documents import MONDAY, Shop, add_rate, make_customer, make_shop
from transactional.finance.errors import DiscountNotGranted, OverSettlement, PaymentBlocked, SettlementUndone
from transactional.finance.models import Installment, Invoice, InvoiceKind, Payment, PaymentKind, Settlement
from transactional.finance.services.post_invoices import post_invoices
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.finance.specs import Allocation, InvoiceDraft, InvoiceDraftLine, NewPayment, NewSettlement
from transactional.kernel.errors import Invalid
from transactional.kernel.principal import Principal
from transactional.kernel.rows import read
from transactional.kernel.session import Database, Session
from transactional.ledger.errors import PeriodMissing
from transactional.ledger.models import Account, JournalLine
from transactional.scm.models import PaymentTerm

D = Decimal


def balance(session: Session, code: str) -> tuple[Decimal, Decimal]:
    """What stands on an account: in company currency, and in documents' currencies added up."""
    statement = (
        select(func.coalesce(func.sum(JournalLine.amount), 0), func.coalesce(func.sum(JournalLine.currency_amount), 0))
        .join(Account, Account.id == JournalLine.account_id)
        .where(Account.code == code)
    )
    row = session.execute(statement).one()
    return row[0], row[1]


def invoice(session: Session, shop: Shop, net: str, **options: object) -> Invoice:
    """A posted sales invoice with one line and no tax."""
    chosen: dict[str, object] = {
        "kind": InvoiceKind.SALES_INVOICE,
        "party_id": shop.customer_id,
        "invoiced_on": MONDAY,
        "currency_code": "EUR",
        **options,
    }
    line = InvoiceDraftLine(qty=D(1), unit_price=D(net), net_amount=D(net))
    [posted] = post_invoices(
        session,
        [InvoiceDraft(company_id=shop.company_id, lines=[line], **chosen)],  # type: ignore[arg-type]
        at=NOW,
    )
    return posted


def receipt(shop: Shop, amount: str, **options: object) -> NewPayment:
    """Money of the shop's customer."""
    chosen: dict[str, object] = {"party_id": shop.customer_id, "paid_on": MONDAY, **options}
    return NewPayment(
        company_id=shop.company_id,
        kind=PaymentKind.RECEIPT,
        amount=D(amount),
        **chosen,  # type: ignore[arg-type]
    )


def term_id(session: Session, code: str) -> UUID:
    """A payment term's id."""
    return session.scalars(select(PaymentTerm.id).where(PaymentTerm.code == code)).one()


@pytest.fixture
def shop(database: Database, principal: Principal) -> Shop:
    with database.transaction(principal) as session:
        return make_shop(session)


@pytest.fixture
def open_session(database: Database, principal: Principal) -> Callable[[], object]:
    return lambda: database.transaction(principal)


@pytest.mark.feature("FIN-15")
@pytest.mark.feature("3.4.14")
def test_one_receipt_settles_invoices_in_part_with_discount_write_off_and_bank_charge(
    database: Database, principal: Principal, shop: Shop
) -> None:
    with database.transaction(principal) as session:
        first = invoice(session, shop, "100", payment_term_id=term_id(session, "2-10-NET30"))
        second = invoice(session, shop, "50")
        third = invoice(session, shop, "80")
        allocations = [
            Allocation(first.id, D(98), discount_amount=D(2)),
            Allocation(second.id, D("49.60"), write_off_amount=D("0.40")),
            Allocation(third.id, D(30)),
        ]
        [payment] = register_payments(
            session, [receipt(shop, "177.60", charge_amount=D("1.60"), allocations=allocations)], at=NOW
        )
        assert balance(session, "1100")[0] == D(176)
        assert balance(session, "6600")[0] == D("1.60")
        assert balance(session, "4110")[0] == D(2)
        assert balance(session, "6500")[0] == D("0.40")
        assert balance(session, "1200")[0] == D(50)
        assert balance(session, "2150")[0] == 0
        rows = read(session, select(Settlement).where(Settlement.payment_id == payment.id))
        assert {row.journal_entry_id for row in rows} == {payment.journal_entry_id}
        with pytest.raises(OverSettlement):
            settle(session, [NewSettlement(MONDAY, [Allocation(third.id, D(1))], payment_id=payment.id)], at=NOW)


@pytest.mark.feature("3.4.13")
def test_the_same_bank_reference_again_returns_the_first_receipt(
    database: Database, principal: Principal, shop: Shop
) -> None:
    with database.transaction(principal) as session:
        asked = receipt(shop, "10", bank_reference="B-1")
        first, again = register_payments(session, [asked, asked], at=NOW)
        [later] = register_payments(session, [receipt(shop, "10", bank_reference="B-1")], at=NOW)
        assert first.id == again.id == later.id
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
        assert balance(session, "2150")[0] == D(-10)


@pytest.mark.feature("3.4.13")
@pytest.mark.parametrize("amount", ["0", "-1", "1.001"])
def test_a_receipt_of_nothing_or_less_is_invalid(
    database: Database, principal: Principal, shop: Shop, amount: str
) -> None:
    with pytest.raises(Invalid) as refusal, database.transaction(principal) as session:
        register_payments(session, [receipt(shop, amount)], at=NOW)
    assert [problem.path for problem in refusal.value.problems] == ["amount"]


@pytest.mark.feature("3.4.13")
def test_a_receipt_outside_open_periods_is_refused(database: Database, principal: Principal, shop: Shop) -> None:
    with pytest.raises(PeriodMissing), database.transaction(principal) as session:
        register_payments(session, [receipt(shop, "5", paid_on=date(2031, 1, 1))], at=NOW)


@pytest.mark.feature("3.4.14")
@pytest.mark.feature("FIN-22")
def test_a_foreign_item_ends_at_zero_in_both_currencies_with_the_difference_realized(
    database: Database, principal: Principal, shop: Shop
) -> None:
    later = MONDAY + timedelta(days=20)
    with database.transaction(principal) as session:
        add_rate(session, "USD", "EUR", MONDAY, "0.9")
        add_rate(session, "USD", "EUR", later, "0.8")
        customer_id = make_customer(session, "US", currency_code="USD")
        bill = invoice(session, shop, "100", party_id=customer_id, currency_code="USD")
        assert bill.company_total_amount == D(90)
        asked = receipt(
            shop,
            "50",
            party_id=customer_id,
            paid_on=later,
            allocations=[Allocation(bill.id, D(62), payment_amount=D(50))],
        )
        register_payments(session, [asked], at=NOW)
        [rest] = register_payments(session, [receipt(shop, "30.40", party_id=customer_id, paid_on=later)], at=NOW)
        settle(session, [NewSettlement(later, [Allocation(bill.id, D(38))], payment_id=rest.id)], at=NOW)
        assert balance(session, "1200") == (D(0), D(0))
        assert balance(session, "2150") == (D(0), D(0))
        assert balance(session, "6800")[0] == D("9.60")


@pytest.mark.feature("3.4.14")
@pytest.mark.feature("FIN-15")
def test_undoing_a_settlement_restores_both_sides_once(database: Database, principal: Principal, shop: Shop) -> None:
    with database.transaction(principal) as session:
        bill = invoice(session, shop, "100")
        [payment] = register_payments(session, [receipt(shop, "60", allocations=[Allocation(bill.id, D(60))])], at=NOW)
        [row] = read(session, select(Settlement))
        undo_settlements(session, [row.id], on=MONDAY, at=NOW)
        assert balance(session, "1200")[0] == D(100)
        assert balance(session, "2150")[0] == D(-60)
        with pytest.raises(SettlementUndone):
            undo_settlements(session, [row.id], on=MONDAY, at=NOW)
        settle(session, [NewSettlement(MONDAY, [Allocation(bill.id, D(60))], payment_id=payment.id)], at=NOW)
        assert balance(session, "1200")[0] == D(40)
        with pytest.raises(Invalid):
            undo_settlements(session, [read(session, select(Settlement))[-1].id], on=date(2026, 1, 1), at=NOW)


@pytest.mark.feature("FIN-15")
def test_more_than_is_open_is_refused_and_nothing_is_written(
    database: Database, principal: Principal, shop: Shop
) -> None:
    with database.transaction(principal) as session:
        bill = invoice(session, shop, "100")
    with pytest.raises(OverSettlement), database.transaction(principal) as session:
        register_payments(session, [receipt(shop, "200", allocations=[Allocation(bill.id, D(101))])], at=NOW)
    with database.transaction(principal) as session:
        assert balance(session, "1100")[0] == 0
        assert read(session, select(Payment)) == []


def test_a_credit_note_settles_an_invoice_without_touching_the_bank(
    database: Database, principal: Principal, shop: Shop
) -> None:
    with database.transaction(principal) as session:
        bill = invoice(session, shop, "100")
        note = invoice(session, shop, "30", kind=InvoiceKind.SALES_CREDIT_NOTE, corrects_id=bill.id)
        settle(session, [NewSettlement(MONDAY, [Allocation(bill.id, D(30))], credit_note_id=note.id)], at=NOW)
        assert balance(session, "1200")[0] == D(70)
        with pytest.raises(OverSettlement):
            settle(session, [NewSettlement(MONDAY, [Allocation(bill.id, D(1))], credit_note_id=note.id)], at=NOW)


def test_a_bad_debt_is_written_off_without_a_payment(database: Database, principal: Principal, shop: Shop) -> None:
    with database.transaction(principal) as session:
        bill = invoice(session, shop, "100")
        settle(session, [NewSettlement(MONDAY, [Allocation(bill.id, write_off_amount=D(100))])], at=NOW)
        assert (balance(session, "1200")[0], balance(session, "6500")[0]) == (D(0), D(100))


def test_a_discount_beyond_the_terms_is_refused(database: Database, principal: Principal, shop: Shop) -> None:
    with database.transaction(principal) as session:
        bill = invoice(session, shop, "100", payment_term_id=term_id(session, "2-10-NET30"))
        late = receipt(
            shop,
            "98",
            paid_on=MONDAY + timedelta(days=11),
            allocations=[Allocation(bill.id, D(98), discount_amount=D(2))],
        )
        with pytest.raises(DiscountNotGranted):
            register_payments(session, [late], at=NOW)


@pytest.mark.feature("3.6.7")
def test_a_blocked_invoice_is_not_paid(database: Database, principal: Principal, shop: Shop) -> None:
    with database.transaction(principal) as session:
        bill = invoice(
            session,
            shop,
            "100",
            kind=InvoiceKind.PURCHASE_INVOICE,
            party_id=shop.supplier_id,
            external_number="X1",
            block_reason="price 11 instead of 10",
        )
        paid = NewPayment(
            shop.company_id,
            PaymentKind.DISBURSEMENT,
            shop.supplier_id,
            MONDAY,
            D(100),
            allocations=[Allocation(bill.id, D(100))],
        )
        with pytest.raises(PaymentBlocked, match="price 11 instead of 10"):
            register_payments(session, [paid], at=NOW)


@pytest.mark.feature("FIN-17")
def test_due_parts_of_a_posted_invoice_add_up(database: Database, principal: Principal, shop: Shop) -> None:
    with database.transaction(principal) as session:
        bill = invoice(
            session, shop, "99.99", payment_term_id=term_id(session, "30-70"), ordered_on=MONDAY - timedelta(days=3)
        )
        parts = read(
            session, select(Installment).where(Installment.invoice_id == bill.id).order_by(Installment.part_number)
        )
        assert [(part.due_on, part.amount) for part in parts] == [
            (MONDAY - timedelta(days=3), D("30.00")),
            (MONDAY + timedelta(days=30), D("69.99")),
        ]
