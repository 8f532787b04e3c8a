"""A trader's files become balanced books that meet the source."""

from decimal import Decimal

from sqlalchemy import select

from importers.report import ImportReport
from runtime.demo_logins import read_logins
from runtime.settings import Settings
from transactional.finance.models import Payment
from transactional.inventory.models import Reservation, StockBalance
from transactional.kernel.session import Session
from transactional.sales.models import SalesOrder


def test_everything_is_booked_and_meets_the_source(report: ImportReport) -> None:
    assert report.is_sound, str(report)
    assert not report.problems
    kinds = ("sales orders", "deliveries", "sales invoices", "receipts of payment", "stock documents")
    assert [report.documents[kind] for kind in kinds] == [4, 3, 3, 3, 1]


def test_sums_stand_beside_the_sources(report: ImportReport) -> None:
    compared = {comparison.name: comparison for comparison in report.comparisons}
    # 14.4 x 12 + 3.3333 x 10 x 0.95 + 4.4125 x 7 + 18 x 3 x 0.85 + 9.99 + 18 x 20 + 4.4125 x 9
    assert compared["sales subtotal"].source == Decimal("690.95635")
    assert compared["sales subtotal"].booked == Decimal("690.96")
    assert compared["sales freight"].booked == Decimal("47.04")
    assert compared["pieces on the shelves"].booked == 44
    assert "within rounding" in str(report)


def test_what_is_not_shipped_waits_with_its_stock_promised(books: Session) -> None:
    states = {row[0]: row[1] for row in books.execute(select(SalesOrder.number, SalesOrder.state))}
    promised = books.scalars(select(Reservation.qty).order_by(Reservation.qty)).all()
    on_hand = books.scalars(select(StockBalance.on_hand_qty).order_by(StockBalance.on_hand_qty)).all()
    assert states == dict.fromkeys(("10248", "10249", "10250", "10251"), "confirmed")
    assert list(promised) == [5, 20]
    assert list(on_hand) == [0, 5, 39]


def test_customers_pay_on_their_terms(books: Session) -> None:
    paid = books.execute(select(Payment.paid_on, Payment.amount).order_by(Payment.paid_on)).all()
    assert [(row[0].isoformat(), row[1]) for row in paid] == [
        ("1996-08-09", Decimal("42.50")),
        ("1996-08-15", Decimal("236.85")),
        ("1996-10-20", Decimal("55.89")),
    ]


def test_its_administrator_is_among_the_logins(installation: Settings, report: ImportReport) -> None:
    assert report.tenant == "northwind"
    login = next(login for login in read_logins(installation.home) if login.tenant == "northwind")
    assert (login.role, login.username) == ("admin", "admin@northwind.example")
