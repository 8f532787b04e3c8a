"""Money given back: a credit or what was paid too much goes back to who is owed it, and a refund is taken back."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from tests.factories.documents import MONDAY, NOW, Shop, add_rate, balance, make_customer
from tests.finance.test_payments import invoice
from transactional.checks import check_tenant
from transactional.finance.errors import DocumentInUse, OverSettlement, PaymentBlocked, RefundWhole
from transactional.finance.models import Invoice, InvoiceKind, Payment, PaymentKind, Settlement
from transactional.finance.queries import advances_of_party, open_items_of_party
from transactional.finance.services.cancel_invoices import cancel_invoices
from transactional.finance.services.cancel_payments import cancel_payments
from transactional.finance.services.register_payments import register_payments
from transactional.finance.services.settle import settle
from transactional.finance.services.undo_settlements import undo_settlements
from transactional.finance.specs import Allocation, NewPayment, NewSettlement, Refunded
from transactional.kernel.errors import Invalid
from transactional.kernel.rows import read
from transactional.kernel.session import Session
from transactional.organization.services.find_rates import RateMissing

D = Decimal
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NOTE, BILLED_NOTE = InvoiceKind.SALES_CREDIT_NOTE, InvoiceKind.PURCHASE_CREDIT_NOTE
TO_CUSTOMER, FROM_SUPPLIER = PaymentKind.CUSTOMER_REFUND, PaymentKind.SUPPLIER_REFUND
CODES = ("1100", "1200", "1250", "2100", "2150", "6600", "4800", "6800")
pytestmark = [pytest.mark.feature("FIN-15"), pytest.mark.feature("3.4.14")]


def paid(session: Session, shop: Shop, kind: PaymentKind, amount: str, **options: object) -> Payment:
    """A payment posted on Monday, or on the day given."""
    party_id = shop.customer_id if kind in {PaymentKind.RECEIPT, TO_CUSTOMER} else shop.supplier_id
    chosen: dict[str, object] = {"party_id": party_id, "paid_on": MONDAY, **options}
    new = NewPayment(company_id=shop.company_id, kind=kind, amount=D(amount), **chosen)  # type: ignore[arg-type]
    return register_payments(session, [new], at=NOW)[0]


def of_note(note: Invoice, amount: str, payment_amount: str | None = None) -> Refunded:
    return Refunded(D(amount), credit_note_id=note.id, payment_amount=D(payment_amount) if payment_amount else None)


def balances(session: Session) -> dict[str, Decimal]:
    return {code: balance(session, code) for code in CODES}


def again(session: Session, document_id: UUID) -> Invoice:
    return read(session, select(Invoice).where(Invoice.id == document_id))[0]


def test_a_customer_gets_back_what_a_credit_note_and_a_payment_leave_in_his_favour(
    session: Session, shop: Shop
) -> None:
    note = invoice(session, shop, "100", kind=NOTE)
    advance = paid(session, shop, PaymentKind.RECEIPT, "50")
    uses = [of_note(note, "100"), Refunded(D(20), payment_id=advance.id)]
    refund = paid(session, shop, TO_CUSTOMER, "120", refunds=uses, charge_amount=D(2), paid_on=TUESDAY)
    assert refund.number == "RF-2026-00001"
    assert balances(session) == {**dict.fromkeys(CODES, D(0)), "1100": D(-72), "2150": D(-30), "6600": D(2)}
    assert (again(session, note.id).open_amount, again(session, note.id).settled_amount) == (D(0), D(100))
    assert [each.open_amount for each in advances_of_party(session, shop.customer_id)] == [D(30)]
    assert [each.open_amount for each in advances_of_party(session, shop.customer_id, as_of=MONDAY)] == [D(50)]
    assert [each.open_amount for each in open_items_of_party(session, shop.customer_id, as_of=MONDAY)] == [D(100)]
    assert open_items_of_party(session, shop.customer_id) == []
    assert check_tenant(session) == []


def test_a_supplier_gives_back_a_credit_note_and_an_advance(session: Session, shop: Shop) -> None:
    note = invoice(session, shop, "100", kind=BILLED_NOTE, party_id=shop.supplier_id)
    advance = paid(session, shop, PaymentKind.DISBURSEMENT, "40")
    uses = [of_note(note, "60"), Refunded(D(40), payment_id=advance.id)]
    refund = paid(session, shop, FROM_SUPPLIER, "100", refunds=uses, charge_amount=D(1), paid_on=TUESDAY)
    assert refund.number == "RS-2026-00001"
    assert balances(session) == {**dict.fromkeys(CODES, D(0)), "1100": D(59), "2100": D(40), "6600": D(1)}
    assert again(session, note.id).open_amount == D(40)
    assert advances_of_party(session, shop.supplier_id) == []
    assert check_tenant(session) == []


def test_a_refund_in_another_currency_realizes_the_difference(session: Session, shop: Shop) -> None:
    add_rate(session, "USD", "EUR", MONDAY, "0.9")
    add_rate(session, "USD", "EUR", WEDNESDAY, "0.8")
    customer_id = make_customer(session, "US", currency_code="USD")
    note = invoice(session, shop, "100", kind=NOTE, party_id=customer_id, currency_code="USD")
    before = balances(session)
    assert before["1200"] == D(-90)
    uses = [of_note(note, "100")]
    refund = paid(session, shop, TO_CUSTOMER, "80", party_id=customer_id, refunds=uses, paid_on=WEDNESDAY)
    assert balances(session) == {**dict.fromkeys(CODES, D(0)), "1100": D(-80), "4800": D(-10)}
    assert check_tenant(session) == []
    cancel_payments(session, [refund.id], on=WEDNESDAY, at=NOW)
    assert balances(session) == before
    by_hand = [of_note(note, "100", "85")]
    paid(session, shop, TO_CUSTOMER, "85", party_id=customer_id, refunds=by_hand, paid_on=WEDNESDAY)
    assert balances(session)["4800"] == D(-5)
    assert check_tenant(session) == []


def test_a_currency_without_a_rate_of_the_day_is_refused(session: Session, shop: Shop) -> None:
    add_rate(session, "USD", "EUR", MONDAY, "0.9")
    customer_id = make_customer(session, "US", currency_code="USD")
    note = invoice(session, shop, "100", kind=NOTE, party_id=customer_id, currency_code="USD")
    late = MONDAY + timedelta(days=60)
    with pytest.raises(RateMissing):
        paid(session, shop, TO_CUSTOMER, "90", party_id=customer_id, refunds=[of_note(note, "100")], paid_on=late)


def test_a_cancelled_refund_opens_the_credit_again_and_frees_its_reference(session: Session, shop: Shop) -> None:
    note = invoice(session, shop, "100", kind=NOTE)
    advance = paid(session, shop, PaymentKind.RECEIPT, "50")
    before = balances(session)
    uses = [of_note(note, "70"), Refunded(D(50), payment_id=advance.id)]
    refund = paid(session, shop, TO_CUSTOMER, "120", refunds=uses, bank_reference="R-1", paid_on=TUESDAY)
    cancel_payments(session, [refund.id], on=WEDNESDAY, at=NOW)
    assert balances(session) == before
    assert again(session, note.id).open_amount == D(100)
    assert [each.open_amount for each in advances_of_party(session, shop.customer_id)] == [D(50)]
    assert advances_of_party(session, shop.customer_id, as_of=TUESDAY) == []
    assert check_tenant(session) == []
    second = paid(session, shop, TO_CUSTOMER, "120", refunds=uses, bank_reference="R-1", paid_on=WEDNESDAY)
    assert second.id != refund.id
    assert check_tenant(session) == []


def test_what_was_given_back_is_not_cancelled_before_its_refund(session: Session, shop: Shop) -> None:
    note = invoice(session, shop, "100", kind=NOTE)
    advance = paid(session, shop, PaymentKind.RECEIPT, "50")
    uses = [of_note(note, "10"), Refunded(D(10), payment_id=advance.id)]
    refund = paid(session, shop, TO_CUSTOMER, "20", refunds=uses)
    with pytest.raises(DocumentInUse, match=refund.number):
        cancel_invoices(session, [note.id], on=TUESDAY, at=NOW)
    with pytest.raises(DocumentInUse, match=refund.number):
        cancel_payments(session, [advance.id], on=TUESDAY, at=NOW)
    for row in read(session, select(Settlement)):
        with pytest.raises(RefundWhole, match=refund.number):
            undo_settlements(session, [row.id], on=TUESDAY, at=NOW)
    cancel_payments(session, [refund.id], on=TUESDAY, at=NOW)
    cancel_payments(session, [advance.id], on=TUESDAY, at=NOW)
    cancel_invoices(session, [note.id], on=TUESDAY, at=NOW)
    assert balances(session) == dict.fromkeys(CODES, D(0))
    assert check_tenant(session) == []


def test_no_more_is_given_back_than_is_open(session: Session, shop: Shop) -> None:
    sale = invoice(session, shop, "100")
    note = invoice(session, shop, "60", kind=NOTE)
    settle(session, [NewSettlement(MONDAY, [Allocation(sale.id, D(40))], credit_note_id=note.id)], at=NOW)
    advance = paid(session, shop, PaymentKind.RECEIPT, "50", allocations=[Allocation(sale.id, D(45))])
    for uses, amount in (([of_note(note, "20.01")], "20.01"), ([Refunded(D(6), payment_id=advance.id)], "6")):
        with pytest.raises(OverSettlement), session.begin_nested():
            paid(session, shop, TO_CUSTOMER, amount, refunds=uses)
    with pytest.raises(OverSettlement), session.begin_nested():
        paid(session, shop, TO_CUSTOMER, "24", refunds=[of_note(note, "12"), of_note(note, "12")])
    paid(session, shop, TO_CUSTOMER, "25", refunds=[of_note(note, "20"), Refunded(D(5), payment_id=advance.id)])
    assert check_tenant(session) == []


def test_a_refund_gives_back_credits_of_its_party_and_all_of_its_amount(session: Session, shop: Shop) -> None:
    note = invoice(session, shop, "100", kind=NOTE)
    foreign = invoice(session, shop, "100", kind=NOTE, party_id=make_customer(session, "OTHER"))
    bought = invoice(session, shop, "100", kind=BILLED_NOTE, party_id=shop.supplier_id)
    sale = invoice(session, shop, "100")
    given = paid(session, shop, TO_CUSTOMER, "10", refunds=[of_note(note, "10")])
    late = invoice(session, shop, "100", kind=NOTE, invoiced_on=TUESDAY)
    wrong: list[tuple[list[Refunded], list[str]]] = [
        ([], ["allocations"]),
        ([of_note(note, "9")], ["allocations"]),
        ([of_note(note, "11")], ["allocations"]),
        ([of_note(note, "10", "11")], ["allocations/0/payment_amount"]),
        ([of_note(note, "0")], ["allocations/0/amount"]),
        ([of_note(note, "9.999")], ["allocations/0/amount"]),
        ([of_note(foreign, "10")], ["allocations/0/credit_note_id"]),
        ([of_note(sale, "10")], ["allocations/0/credit_note_id"]),
        ([of_note(bought, "10")], ["allocations/0/credit_note_id", "allocations/0/credit_note_id"]),
        ([of_note(late, "10")], ["paid_on"]),
        ([Refunded(D(10), payment_id=given.id)], ["allocations/0/payment_id"]),
    ]
    for uses, paths in wrong:
        with pytest.raises(Invalid) as refusal:
            paid(session, shop, TO_CUSTOMER, "10", refunds=uses)
        assert [problem.path for problem in refusal.value.problems] == paths, uses
    own, other = [of_note(note, "10")], [Allocation(sale.id, D(10))]
    for kind, options in ((PaymentKind.RECEIPT, {"refunds": own}), (TO_CUSTOMER, {"allocations": other})):
        with pytest.raises(Invalid) as refusal:
            paid(session, shop, kind, "10", **options)
        assert {problem.path for problem in refusal.value.problems} == {"allocations"}
    with pytest.raises(Invalid) as refusal:
        settle(session, [NewSettlement(MONDAY, [Allocation(sale.id, D(10))], payment_id=given.id)], at=NOW)
    assert [problem.code for problem in refusal.value.problems] == ["wrong_document"]
    assert len(read(session, select(Payment))) == 1


def test_a_blocked_credit_note_is_not_given_back(session: Session, shop: Shop) -> None:
    blocked = {"party_id": shop.supplier_id, "block_reason": "the goods are still here"}
    note = invoice(session, shop, "100", kind=BILLED_NOTE, **blocked)
    with pytest.raises(PaymentBlocked, match="still here"):
        paid(session, shop, FROM_SUPPLIER, "10", refunds=[of_note(note, "10")])
